"""What is wrong with the times an employer wishes for."""

import datetime

import pytest
from django.utils import timezone

from common.errors import BadInput
from talks.flows.talk import actions
from talks.flows.talk.tests import kit
from talks.models import Blackout

pytestmark = pytest.mark.django_db


def faults(**answers: str) -> dict[str, list[str]]:
    talk = kit.begin(**answers)
    errors = actions.check_talk(kit.fresh(talk)).errors
    return {key: [error.code for error in found] for key, found in errors.items()}


def ahead(days: int) -> dict[str, str]:
    return {"slot1_date": (timezone.localdate() + datetime.timedelta(days=days)).isoformat()}


def test_complete_draft_has_no_faults():
    assert faults() == {}


@pytest.mark.parametrize(
    ("days", "expected"),
    [(2, {"slot1_date": ["T-REACH"]}), (3, {}), (90, {}), (91, {"slot1_date": ["T-REACH"]})],
)
def test_day_lies_3_to_90_days_ahead(days, expected):
    assert faults(**ahead(days)) == expected


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [("14:00", "14:00", "T-ORDER"), ("14:00", "13:00", "T-ORDER"), ("14:00", "14:20", "T-LENGTH")],
)
def test_talk_ends_after_it_begins_and_lasts_a_while(start, end, code):
    assert faults(slot1_start=start, slot1_end=end) == {"slot1_end": [code]}


def test_second_time_is_written_in_full_or_not_at_all():
    assert faults(slot2_start="09:00") == {"slot2_date": ["T-WHOLE"], "slot2_end": ["T-WHOLE"]}


def test_same_time_is_not_named_twice():
    twice = kit.wishes(kit.slot(), kit.slot(start=15, end=17))
    assert faults(**twice) == {"slot2_date": ["T-TWICE"]}


def test_closed_day_is_refused_with_its_reason():
    Blackout.objects.create(first_day=kit.monday(), last_day=kit.monday(), reason="期末考试")
    talk = kit.begin()
    assert "期末考试" in str(actions.check_talk(kit.fresh(talk)).errors["slot1_date"][0])


def test_own_talk_at_the_same_time_is_a_clash():
    first = kit.published()
    second = kit.begin(first.employer, **kit.wishes(kit.slot(start=15, end=17)))
    errors = actions.check_talk(kit.fresh(second)).errors
    assert [error.code for error in errors["slot1_date"]] == ["T-OWN"]


def test_third_talk_in_a_month_is_refused():
    employer = kit.employer()
    days = [kit.monday(), *(kit.monday() + datetime.timedelta(days=number) for number in range(1, 7))]
    days = [day for day in days if day.month == kit.monday().month]
    if len(days) < 3:
        days = [kit.monday(3) + datetime.timedelta(days=number) for number in range(3)]
    for day in days[:2]:
        kit.submit(employer, **kit.wishes(kit.slot(day)))
    third = kit.begin(employer, **kit.wishes(kit.slot(days[2])))
    errors = actions.check_talk(kit.fresh(third)).errors
    assert [error.code for error in errors["slot1_date"]] == ["T-LIMIT"]
    with pytest.raises(BadInput):
        kit.hand_in(third)


def test_hints_tell_the_officer_what_changed_since():
    kit.venue(capacity=30)
    talk = kit.submit()
    assert [hint["kind"] for hint in kit.fresh(talk).hints] == ["too_many"]
    other = kit.submit(expected=20)
    assert kit.fresh(other).hints == []
