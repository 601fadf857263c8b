"""A draft played in the browser: invent a case, act as each person, take a step back; nothing is kept."""

import json
import re
from html import unescape

import pytest

from common.errors import BadInput
from design.playing import State
from design.tests.test_pages import browser, text_of, url
from processes.engine.actor import Actor
from processes.evolve.tests.kit import BROKEN
from processes.models import Case, Event, Task
from processes.tests.kit import REVIEW
from processes.tests.tale import Tale

pytestmark = pytest.mark.django_db


def begin(story, client, **values: str):
    data = {"do": "begin", "unit": story.flow.student_class.pk} | values
    return client.post(url("play"), data)


def state_of(page: str) -> str:
    found = re.search(r'name="state" value="([^"]*)"', page)
    assert found is not None
    return unescape(found[1])


def move(client, page: str, **more: str) -> str:
    return text_of(client.post(url("play"), {"state": state_of(page)} | more))


def decide(task: int, outcome: str) -> str:
    return json.dumps({"do": "decide", "task": task, "outcome": outcome})


def cards(page: str) -> list[str]:
    return re.findall(r'<section class="card play-card" aria-label="([^"]*)"', page)


def test_case_is_played_from_begin_to_end_and_nothing_is_kept(story):
    zhou = browser(story.zhou)
    assert "软件学院 · 软件2301" in text_of(zhou.get(url("play")))
    page = text_of(begin(story, zhou, **{"value-short": "false"}))
    assert cards(page) == ["填写"]
    page = move(zhou, page, move=decide(0, "submit"))
    assert cards(page) == ["Class review"]
    assert "陈老师" in page
    assert "孙老师" in page
    page = move(zhou, page, move=decide(1, "approve"), **{"as-1": story.flow.second_counselor.pk.hex})
    assert cards(page) == ["学院审核"]
    assert json.loads(state_of(page))["moves"][-1]["as"] == story.flow.second_counselor.pk.hex
    page = move(zhou, page, move=decide(2, "return"), **{"target-2": "file"})
    assert cards(page) == ["填写"]
    page = move(zhou, page, do="back")
    assert cards(page) == ["学院审核"]
    page = move(zhou, page, do="set", **{"value-short": "true"})
    page = move(zhou, page, do="back")
    page = move(zhou, page, move=decide(2, "approve"))
    page = move(zhou, page, move=decide(3, "approve"))
    page = move(zhou, page, move='{"do": "automatic", "task": 4}')
    assert "It ended as: Approved." in page
    assert (Case.objects.count(), Task.objects.count(), Event.objects.count()) == (0, 0, 0)


def test_draft_is_played_as_it_says_now(story):
    story.begin(REVIEW.replace("学院审核", "院审"))
    zhou = browser(story.zhou)
    page = text_of(begin(story, zhou))
    page = move(zhou, page, move=decide(0, "submit"))
    assert cards(move(zhou, page, move=decide(1, "approve"))) == ["院审"]


def test_values_of_a_real_case_are_taken_over_by_those_who_may_open_it(story):
    tale = Tale(story.flow, story.flow.person("s1short", "学生甲"))
    asked = {"case": tale.case.number}
    page = text_of(browser(story.wu).get(url("play"), asked))
    assert '<option value="true" selected>' in page
    assert f'<option value="{story.flow.student_class.pk}" selected>' in page
    refused = text_of(browser(story.zhou).get(url("play"), asked))
    assert "There is no case of this process under that number that you may open." in refused
    assert '<option value="true" selected>' not in refused


def test_what_cannot_be_played_is_said_and_the_rest_stays(story):
    zhou = browser(story.zhou)
    page = move(zhou, text_of(begin(story, zhou)), move=decide(0, "submit"))
    wrong = move(zhou, page, move=decide(0, "submit"))
    assert "This step does not wait any more." in wrong
    assert state_of(wrong) == state_of(page)
    assert cards(wrong) == ["Class review"]
    for data in ({"state": "{"}, {"state": "[]"}, {"state": '{"unit": 1, "values": [], "moves": []}'}, {}):
        answer = zhou.post(url("play"), data)
        assert (answer.status_code, "This play cannot be read" in text_of(answer)) == (422, True)
    assert zhou.post(url("play"), {"do": "begin", "unit": "x"}).status_code == 422
    assert zhou.post(url("play"), {"do": "begin", "unit": "999999"}).status_code == 422
    odd = move(zhou, page, move="[" * 900)
    assert "This move is not known." in odd


def test_nobody_appointed_is_said_and_somebody_stands_in(story):
    zhou = browser(story.zhou)
    story.flow.officer.appointments.all().delete()
    page = move(zhou, text_of(begin(story, zhou)), move=decide(0, "submit"))
    page = move(zhou, page, move=decide(1, "approve"))
    assert "Nobody is appointed for this; the case would wait." in page
    assert cards(move(zhou, page, move=decide(2, "approve"))) == ["学校审核"]


def test_unsound_draft_is_not_played(story):
    story.begin(BROKEN)
    assert "The draft has problems." in text_of(begin(story, browser(story.zhou)))


def test_others_find_no_play(story):
    assert browser(Actor(story.flow.officer)).get(url("play")).status_code == 404
    assert browser(story.zhou).get("/design/nothing/play/").status_code == 404


def test_long_state_is_refused():
    long = {"unit": 1, "values": {}, "moves": [{"x": "y" * 100}] * 1000}
    with pytest.raises(BadInput):
        State.read(json.dumps(long))
