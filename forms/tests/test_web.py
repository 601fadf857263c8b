"""Reading answers out of requests, and the endpoints that questions use."""

import json
import re
import uuid

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from common.errors import Stale
from forms import web
from forms.models import Draft
from forms.regions import chosen_region, region_selects
from forms.rendering import FormPage
from forms.schema import FormSchema
from forms.tests.sample import CONTEXT, SAMPLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client):
    client.force_login(User.objects.create_user("s1", "王晓雨"))
    return client


@pytest.fixture
def schema():
    return FormSchema.from_dict(SAMPLE)


def read(schema, text):
    return web.read_answers(schema.fields, QueryDict(text))


def test_answers_are_read_as_typed(schema):
    answers = read(schema, "category=10&pay=+abc&declaration=on&help=no&unknown=1&proof=x")
    assert (answers["category"], answers["pay"], answers["help"]) == ("10", " abc", "no")
    assert answers["declaration"] is True
    assert answers["employer"] == ""
    assert "unknown" not in answers
    assert "proof" not in answers


def test_unticked_box_is_a_no_and_an_unanswered_question_is_open(schema):
    answers = read(schema, "")
    assert answers["declaration"] is False
    assert answers["help"] == ""


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (["330000", "330100", "330106"], "330106"),
        (["330000", "330100", ""], "330100"),
        (["320000", "330100", "330106"], "320000"),
        (["110000", "110101"], "110101"),
        (["330100", "330000", "330100"], "330100"),
        (["", "330100"], ""),
        (["999999"], ""),
        ([], ""),
    ],
)
def test_selects_of_a_region_agree_on_the_deepest(parts, expected):
    assert chosen_region(parts) == expected


def test_selects_end_at_the_level_asked_for():
    assert len(region_selects("330106", 3)) == 3
    assert len(region_selects("330100", 2)) == 2
    assert len(region_selects("", 3)) == 1
    assert [str(select.chosen) for select in region_selects("330000", 1)] == ["330000"]


@pytest.mark.parametrize(
    ("text", "expected"), [("revision=7", 7), ("", 0), ("revision=x", 0), ("revision=-1", 0)]
)
def test_revision_is_a_number_or_nothing(text, expected):
    assert web.read_revision(QueryDict(text)) == expected


def script(rf, wanted):
    return rf.post("/", headers={"X-Form-Script": wanted})


def test_saved_reply_tells_the_revision_and_brings_the_questions_when_asked(rf, schema):
    draft = Draft(case_id=uuid.UUID(int=1), revision=4, saved_at=timezone.now())
    page = FormPage(schema, {"category": "10", "phone": "1"}, CONTEXT, keys=["category", "phone"])
    reply = json.loads(web.saved_reply(script(rf, "values"), draft, page).content)
    assert (reply["revision"], list(reply["faults"]), "body" in reply) == (4, ["phone"], False)
    reply = json.loads(web.saved_reply(script(rf, "body"), draft, page).content)
    assert "data-form-body" in reply["body"]


def test_refused_reply_has_the_words(rf):
    reply = web.refused_reply(Stale("慢了一步"))
    assert (reply.status_code, json.loads(reply.content)) == (409, {"message": "慢了一步"})


def test_script_and_browser_are_told_apart(rf):
    assert web.is_autosave(script(rf, "body"))
    assert not web.is_autosave(script(rf, "files"))
    assert web.is_script(script(rf, "files"))
    assert not web.is_script(rf.post("/"))


def test_change_of_a_select_brings_the_next(signed_in):
    answer = signed_in.get(
        reverse("forms:regions"), {"name": "place", "level": "3", "place": ["330000", "110101"]}
    )
    text = answer.content.decode()
    assert text.count("<select") == 2
    assert 'name="place"' in text
    assert '<option value="330100">' in text


def test_search_result_is_taken_whole(signed_in):
    answer = signed_in.get(reverse("forms:regions"), {"name": "place", "level": "3", "take": "330106"})
    assert '<option value="330106" selected>' in answer.content.decode()


def test_search_finds_what_the_question_can_take(signed_in):
    found = signed_in.get(
        reverse("forms:region_search"), {"name": "p", "level": "3", "q": "西湖区"}
    ).content.decode()
    assert "浙江省杭州市西湖区" in found
    shallow = signed_in.get(reverse("forms:region_search"), {"name": "p", "level": "2", "q": "西湖区"})
    assert "西湖区</button>" not in shallow.content.decode()
    assert "region-hit" not in signed_in.get(reverse("forms:region_search"), {"q": ""}).content.decode()


@pytest.mark.parametrize("parameters", [{"level": "x", "name": "<b>", "take": "'"}, {"name": "a" * 5000}, {}])
def test_odd_parameters_do_no_harm(signed_in, parameters):
    for name in ("forms:regions", "forms:region_search"):
        answer = signed_in.get(reverse(name), parameters | {"q": "市"})
        assert answer.status_code == 200
        assert not re.search("<b>|&lt;b&gt;|aaaa", answer.content.decode())


def test_regions_are_for_people_who_signed_in(client):
    for name in ("forms:regions", "forms:region_search"):
        assert client.get(reverse(name)).status_code == 302
