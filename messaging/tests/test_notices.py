"""Who hears of what a second person has to confirm, and of the answer."""

import pytest
from django.utils import translation

from accounts.actions import appoint
from accounts.models import User
from accounts.rights import groups, officers, second_person
from accounts.rights.catalogue import SENSITIVE
from accounts.roles import Role
from accounts.tests.rights_kit import root, secadmin, staff
from messaging.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def asker() -> User:
    return secadmin("甲")


@pytest.fixture
def second(asker: User) -> User:
    secadmin("丁")
    director = staff("乙")
    appoint(director, Role.CAREER_CENTER_DIRECTOR, root())
    return director


def asked_for(asker: User) -> second_person.Operation:
    return officers.ask_to_seat(staff("丙"), Role.AUDITOR, asker, reason="前任退休")


def told(language: str = "en") -> list[tuple[str, str, str]]:
    """Who was told what since the last look."""
    with translation.override(language):
        found = sorted((row.recipient.name, row.title, row.body) for row in Notice.objects.all())
    Notice.objects.all().delete()
    return found


def test_those_who_may_confirm_hear_of_it_and_who_asked_hears_that_it_is_done(asker, second):
    operation = asked_for(asker)
    assert {row.url for row in Notice.objects.all()} == {"/manage/second-person/"}
    said = (
        "甲 asks you to confirm: 丙 becomes Auditor",
        "“前任退休” Nothing changes before a second person has confirmed it.",
    )
    assert told() == [("丁", *said), ("乙", *said)]
    second_person.confirm(operation.pk, second)
    assert told() == [("甲", "乙 has confirmed what you asked for: 丙 becomes Auditor", "It is done.")]


def test_words_are_in_the_language_of_who_reads_and_not_of_who_asked(asker, second):
    with translation.override("en"):
        asked_for(asker)
    assert {title for _who, title, _body in told("zh-hans")} == {"甲请您确认：丙 担任审计员"}


def test_who_asked_hears_why_it_was_not_confirmed(asker, second):
    operation = asked_for(asker)
    told()
    second_person.decline(operation.pk, second, answer="材料不齐")
    (line,) = told()
    assert line[::2] == ("甲", "“材料不齐” Nothing changes.")


def test_those_asked_hear_that_it_was_withdrawn(asker, second):
    operation = asked_for(asker)
    told()
    second_person.withdraw(operation.pk, asker)
    assert [line[:2] for line in told()] == [
        ("丁", "甲 has withdrawn it: 丙 becomes Auditor"),
        ("乙", "甲 has withdrawn it: 丙 becomes Auditor"),
    ]


def test_whom_it_is_about_is_not_asked(asker, second):
    officers.ask_to_unseat(second_seat(), asker, reason="调离岗位")
    assert {who for who, _title, _body in told()} == {"乙"}


def second_seat() -> officers.Appointment:
    return officers.officers().get(user__name="丁")


def test_group_that_would_gain_sensitive_rights_is_told_by_its_name(asker, second):
    right = min(SENSITIVE)
    group = groups.make_group("材料组", "", [right], asker)
    groups.place(staff("戊"), group, root(), asker, reason="新到岗")
    title = told()[0][1]
    assert title.startswith("甲 asks you to confirm: 戊 comes into 材料组 for 启程大学: ")


def test_notice_of_an_operation_that_is_no_longer_declared_can_still_be_read(asker, second, monkeypatch):
    asked_for(asker)
    monkeypatch.setattr(second_person, "_kinds", {})
    assert told()[0][1] == "甲 asks you to confirm: "
