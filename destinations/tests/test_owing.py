"""Who has not handed in a destination, seen and reminded by those who look after them."""

import datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.rights import groups
from accounts.rights.catalogue import Right
from accounts.roles import Role
from destinations.flows.filing.tests import kit
from destinations.models import Destination, DestinationState
from destinations.tests.kit import COHORT, make_class, make_student
from messaging.models import Notice

pytestmark = pytest.mark.django_db
LIST, REMIND = reverse("students:list"), reverse("students:remind")
OWING = {"cohort": COHORT, "owing": "destination"}


@pytest.fixture
def counselor() -> User:
    return kit.reviewer(Role.COUNSELOR, make_class())


@pytest.fixture
def browser(client, counselor):
    client.force_login(counselor)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def listed(browser, **query) -> list[str]:
    return sorted(student.name for student in browser.get(LIST, OWING | query).context["page"].students)


def filed(name: str, state: str) -> None:
    """A graduate of the class with a destination in this state."""
    student = make_student(name)
    open_now = state in (DestinationState.DRAFT, DestinationState.IN_REVIEW, DestinationState.RETURNED)
    row = Destination(
        student=student,
        cohort=COHORT,
        open_key=f"{student.pk}:{COHORT}" if open_now else None,
        live_key=f"{student.pk}:{COHORT}" if state == DestinationState.EFFECTIVE else None,
        version=1 if state == DestinationState.EFFECTIVE else None,
    )
    row.__dict__["state"] = state
    row.save()


def reminded() -> list[str]:
    return sorted(Notice.objects.filter(kind="destination_owed").values_list("recipient__name", flat=True))


@pytest.mark.parametrize(
    ("state", "owes"),
    [
        ("draft", True),
        ("in_review", False),
        ("returned", True),
        ("effective", False),
        ("rejected", True),
        ("cancelled", True),
    ],
)
def test_graduate_owes_until_it_lies_with_the_school_or_holds(browser, state, owes):
    filed("王晓雨", state)
    assert listed(browser) == (["王晓雨"] if owes else [])


def test_list_counts_who_owes_whatever_it_is_filtered_by(browser):
    make_student("甲")
    filed("乙", "in_review")
    for query in ({}, {"owing": "destination"}):
        (owing,) = browser.get(LIST, {"cohort": COHORT} | query).context["page"].owing
        assert owing[1] == 1
    assert "Destination not filed: <b" in browser.get(LIST).content.decode()


def test_what_was_filed_for_another_year_does_not_count(browser):
    filed("王晓雨", "effective")
    Destination.objects.update(cohort=COHORT - 1)
    assert listed(browser) == ["王晓雨"]


def test_counselor_reminds_those_of_the_class_who_owe_once_a_day(browser, counselor):
    make_student("甲")
    make_student("乙", unit=make_class("软件2302班"))
    filed("丙", "in_review")
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        answer = browser.post(REMIND, OWING, follow=True)
        assert "1 student reminded." in answer.content.decode()
        assert answer.redirect_chain == [(f"{LIST}?cohort={COHORT}&owing=destination", 302)]
        browser.post(REMIND, OWING)
    assert reminded() == ["甲"]
    assert Notice.objects.get().url == "/me/"
    with time_machine.travel(now + datetime.timedelta(days=1, minutes=1), tick=False):
        browser.force_login(counselor)  # the session ended meanwhile
        browser.post(REMIND, OWING)
    assert reminded() == ["甲", "甲"]


def test_reminder_follows_the_filters_of_the_list(browser):
    make_student("甲")
    make_student("乙", confirmed=False)
    browser.post(REMIND, OWING | {"verify": "confirmed"})
    assert reminded() == ["甲"]


def test_who_only_sees_students_elsewhere_reminds_none_of_them(browser, counselor):
    other = make_class("软件2302班")
    make_student("乙", unit=other)
    group = groups.make_group("查看组", "", [Right.SEE_STUDENTS], counselor)
    groups.place(counselor, group, other, counselor)
    assert listed(browser) == ["乙"]
    browser.post(REMIND, OWING)
    assert reminded() == []


@pytest.mark.parametrize("query", [{"cohort": COHORT}, {"cohort": COHORT, "owing": "nothing"}])
def test_nobody_is_reminded_of_nothing(browser, query):
    make_student("甲")
    assert (browser.post(REMIND, query).status_code, reminded()) == (404, [])


def test_closed_account_is_not_reminded(browser):
    student = make_student("甲")
    User.objects.filter(pk=student.user_id).update(is_active=False)
    browser.post(REMIND, OWING)
    assert reminded() == []


def test_button_is_there_for_the_filtered_list_alone(browser):
    make_student("甲")
    assert REMIND in browser.get(LIST, OWING).content.decode()
    assert REMIND not in browser.get(LIST, {"cohort": COHORT}).content.decode()
