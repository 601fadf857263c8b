"""Every code of a text that cannot be read or changed has words in both languages, with its values."""

import re

import pytest
from django.utils.translation import override

from design.error_words import WORDS, said_error
from processes.bpmn.errors import SENTENCES, BpmnError
from processes.tests.test_bpmn_errors import values_in


def test_every_code_has_words_and_no_other() -> None:
    assert set(WORDS) == set(SENTENCES)


@pytest.mark.parametrize("code", SENTENCES)
def test_words_are_said_in_both_languages(code: str) -> None:
    error = BpmnError(code, **{name: f"<{name}>" for name in values_in(SENTENCES[code])})
    with override("en"):
        english = said_error(error)
    with override("zh-hans"):
        chinese = said_error(error)
    assert re.match("[A-Z“]", english)
    assert re.search("[一-鿿]", chinese)
    assert "请" in chinese
    assert set(re.findall("<[a-z]+>", english)) == set(re.findall("<[a-z]+>", chinese))
