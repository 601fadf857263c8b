"""What Django says about a field is said in Chinese, and not as to a programmer."""

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation


def _refused(field: forms.Field, value: str, language: str = "zh-hans") -> str:
    with translation.override(language):
        with pytest.raises(ValidationError) as refused:
            field.clean(value)
        return refused.value.messages[0]


def test_field_left_empty():
    assert _refused(forms.CharField(), "") == "请填写此项。"
    assert _refused(forms.CharField(), "", "en") == "This field is required."


def test_too_few_and_too_many_words():
    assert _refused(forms.CharField(min_length=5), "换号了") == "至少写 5 个字，现在是 3 个。"
    assert _refused(forms.CharField(max_length=2), "换号了") == "最多 2 个字，现在是 3 个。"


def test_numbers_out_of_range():
    assert _refused(forms.IntegerField(min_value=1), "0") == "不能小于 1。"
    assert _refused(forms.IntegerField(max_value=9), "10") == "不能大于 9。"
