import datetime

import pytest
import time_machine
from django import forms
from django.template import Context, Template


class Sample(forms.Form):
    name = forms.CharField(label="Name", help_text="As on the card")
    note = forms.CharField(label="Note", required=False)
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A"), ("b", "B")])
    sure = forms.BooleanField(label="Sure")
    way = forms.ChoiceField(label="Way", choices=[("a", "A")], widget=forms.RadioSelect)


def draw(source, **context):
    return Template("{% load ui %}" + source).render(Context(context))


def field(name, data=None):
    return draw('{% include "components/field.html" %}', field=Sample(data)[name])


def test_icon_is_hidden_from_screen_readers_unless_it_has_a_label():
    assert 'aria-hidden="true"' in draw('{% icon "bell" %}')
    labelled = draw('{% icon "bell" words %}', words="<Notices>")
    assert 'aria-label="&lt;Notices&gt;"' in labelled
    assert "aria-hidden" not in labelled


def test_key_hint_shows_each_key():
    assert draw('{% key "g i" %}').count("<kbd>") == 2


@pytest.mark.parametrize(
    ("name", "css"), [("name", "form-control"), ("kind", "form-select"), ("sure", "form-check-input")]
)
def test_control_gets_the_class_of_its_kind(name, css):
    assert f'class="{css}"' in draw("{% control field %}", field=Sample()[name])


def test_control_keeps_its_own_class_and_given_attributes():
    form = Sample()
    form.fields["name"].widget.attrs["class"] = "num"
    drawn = draw('{% control field data_key="/" %}', field=form["name"])
    assert 'class="num form-control"' in drawn
    assert 'data-key="/"' in drawn


def test_field_ties_help_and_error_to_the_input():
    drawn = field("name", data={})
    assert 'aria-describedby="id_name_helptext id_name_error"' in drawn
    assert 'id="id_name_helptext"' in drawn
    assert 'id="id_name_error"' in drawn
    assert 'aria-invalid="true"' in drawn


def test_field_says_when_it_may_stay_empty():
    assert "选填" in field("note")
    assert "选填" not in field("name")


def test_field_with_several_buttons_is_a_group_with_a_name():
    drawn = field("way")
    assert "<fieldset" in drawn
    assert "<legend" in drawn


def test_dialog_keeps_its_content_and_escapes_its_title():
    drawn = draw('{% dialog id="d" title=words %}<p>{{ words }}</p>{% enddialog %}', words="<b>")
    assert '<dialog id="d"' in drawn
    assert "<b>" not in drawn
    assert "<p>&lt;b&gt;</p>" in drawn


def test_moment_is_a_time_element_and_none_is_nothing():
    moment = datetime.datetime(2027, 6, 2, 1, 0, tzinfo=datetime.UTC)
    with time_machine.travel(moment):
        assert '<time datetime="2027-06-02T09:00:00+08:00"' in draw("{{ at|when }}", at=moment)
    assert draw("{{ at|when }}", at=None) == ""


def test_span_counts_from_a_moment_until_now():
    moment = datetime.datetime(2027, 6, 2, 1, 0, tzinfo=datetime.UTC)
    with time_machine.travel(moment + datetime.timedelta(hours=5), tick=False):
        assert draw("{{ since|span }}", since=moment) == "5 小时"
    assert draw("{{ since|span }}", since=None) == ""


def test_timeline_marks_where_the_case_stands():
    stops = [
        {"title": "Submitted", "state": "done"},
        {"title": "College", "state": "current", "who": "Software college"},
        {"title": "University", "state": "waiting"},
    ]
    drawn = draw('{% include "components/timeline.html" %}', stops=stops)
    assert drawn.count('aria-current="step"') == 1
    assert drawn.count("尚未开始") == 1
