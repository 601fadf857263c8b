"""Accounts of staff and of employers' people end, and nothing that speaks of them breaks (rules 4.1, ADR 31)."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import Appointment, User
from accounts.personnel.models import StaffRecord
from accounts.queries import university
from approvals.actions import Actor
from destinations.flows.filing.tests import kit
from destinations.tests.kit import make_student
from employers.models import Employer, EmployerUser
from exports.flows.export import actions
from exports.flows.export.tests import kit as exporting
from exports.models import Export
from privacy.retention.sweep import sweep_row
from privacy.retention.table import TABLE
from privacy.tests import records
from processes.audit.verify import verify_trail
from talks.models import Talk

pytestmark = pytest.mark.django_db
ROWS = {row.key: row for row in TABLE}
AT = datetime.datetime.fromisoformat("2026-06-15T12:00:00+08:00")
LONG_AGO = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def _in_english(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with translation.override("en"):
        yield


def swept(key, year):
    return sweep_row(ROWS[key], datetime.datetime(year, 1, 2, tzinfo=datetime.UTC))


def former(name, ends_on=datetime.date(2026, 6, 15), last_login=None):
    """Somebody who joined and was appointed in 2020."""
    user = User.objects.create_user(name, "钱老师", joined_at=LONG_AGO, last_login=last_login)
    Appointment.objects.create(
        user=user, role="counselor", unit=records.root(), starts_on=LONG_AGO.date(), ends_on=ends_on
    )
    return user


def test_account_of_staff_stays_while_its_owner_is_appointed_or_signs_in():
    gone, here = former("G1"), former("G2", ends_on=None)
    present = former("G3", last_login=datetime.datetime(2029, 1, 1, tzinfo=datetime.UTC))
    StaffRecord.objects.create(user=gone, mobile="13900001111")
    root = User.objects.create_superuser("root", "管理员", "a long pass phrase", joined_at=LONG_AGO)
    done = swept("staff_accounts", 2030)
    assert (done.erased, done.stayed) == (1, [("is appointed to something", 1)])
    assert set(User.objects.filter(is_active=False)) == {gone}
    assert (User.objects.get(pk=gone.pk).name, StaffRecord.objects.count()) == ("钱老师", 0)
    assert {here, present, root} <= set(User.objects.filter(closed_at=None))


def test_period_of_staff_is_the_school_s(settings):
    settings.STAFF_KEEP_MONTHS = 120
    former("G1")
    assert (swept("staff_accounts", 2036).erased, swept("staff_accounts", 2037).erased) == (0, 1)


def opened_again(user, at, monkeypatch):
    """A developer ticks the account as active in the administration, and chooses a password for it."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    browser = Client()
    browser.force_login(User.objects.create_superuser("dev", "开发", "x", joined_at=LONG_AGO))
    page = reverse("admin:accounts_user_change", args=[user.pk])
    values = {"username": user.username, "name": user.name, "is_active": "on"}
    inline = {f"appointments-{each}_FORMS": 0 for each in ("TOTAL", "INITIAL")}
    answer = browser.post(page, values | inline)
    assert (answer.status_code, User.objects.get(pk=user.pk).is_active) == (302, True)


@pytest.mark.parametrize("of", ["staff", "graduate"])
def test_account_that_was_opened_again_has_its_time_again(of, monkeypatch):
    kind = f"{of}_accounts"
    user = (
        former("G1")
        if of == "staff"
        else make_student(enrolled_on=datetime.date(2016, 9, 1), graduate_on=LONG_AGO.date()).user
    )
    assert swept(kind, 2035).erased == 1
    opened_again(user, datetime.datetime(2036, 1, 1, tzinfo=datetime.UTC), monkeypatch)
    assert [swept(kind, year).erased for year in (2036, 2038, 2039, 2040)] == [0, 0, 1, 0]
    user.refresh_from_db()
    assert (user.is_active, user.closed_at.year) == (False, 2039)


def test_case_and_trail_name_the_reviewer_whose_account_is_closed():
    destination = kit.submit(make_student())
    kit.review(destination)
    reviewer = Appointment.objects.get(role="counselor").user
    Appointment.objects.filter(user=reviewer).update(starts_on=LONG_AGO.date(), ends_on=AT.date())
    User.objects.filter(pk=reviewer.pk).update(joined_at=LONG_AGO, last_login=None)
    assert swept("staff_accounts", 2040).erased == 1
    reviewer.refresh_from_db()
    assert (reviewer.is_active, verify_trail().fault) == (False, None)
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(kit.reviewer("university_officer", university()))
    page = browser.get(reverse("cases:case", args=[kit.case_of(destination).pk])).content.decode()
    assert reviewer.name in page


def test_sweep_that_ends_nothing_is_a_fault_and_does_not_go_on_for_ever(monkeypatch):
    former("G1")
    monkeypatch.setattr("privacy.retention.erasing.close_account", lambda *_args: None)
    done = swept("staff_accounts", 2030)
    assert (done.erased, done.fault) == (0, "RuntimeError")


def test_whom_to_call_about_a_talk_goes_with_what_was_written_about_it():
    made = records.talk(AT)
    assert Talk.objects.get().contact_phone
    assert swept("talk_papers", 2030).erased == 1
    talk = Talk.objects.get()
    assert (talk.contact_name, talk.contact_phone, made.is_there()) == ("", "", False)


def test_what_an_export_was_for_and_who_got_it_goes_and_what_was_taken_stays_as_proof():
    asker, query = exporting.school(), "cohort=2027&q=学生0"
    asked = exporting.ask(asker, query=query, about="2027 届 · “学生0”")
    actions.take(asked.pk, Actor(asker))
    assert swept("export_papers", 2040).erased == 1
    export = Export.objects.get()
    assert [export.purpose, export.recipient, export.query, export.about] == [""] * 4
    assert (export.asker, export.rows, export.columns, export.state) == (
        asker, asked.rows, asked.columns, "taken",
    )  # fmt: skip
    case = exporting.case_of(export)
    assert (case.title, case.brief, case.search_text) == (asker.name, "", "")
    assert verify_trail().fault is None
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(asker)
    page = browser.get(reverse("exports:export", args=[export.pk])).content.decode()
    assert ("no longer kept" in page, exporting.wish(asker).purpose in page) == (True, False)


def colleague(employer, state="active"):
    """Somebody else of the employer, who signed in at the end of 2029."""
    user = User.objects.create_user("c@example.com", "同事", joined_at=LONG_AGO)
    live = None if state == "ended" else "c"
    EmployerUser.objects.create(user=user, employer=employer, state=state, live_key=live, asked_at=AT)
    User.objects.filter(pk=user.pk).update(last_login=datetime.datetime(2029, 12, 1, tzinfo=datetime.UTC))
    return user


def test_people_of_an_employer_stay_until_the_last_of_them_is_silent():
    employer = records.silent_employer(AT)
    colleague(employer)
    kinds = ("employer_accounts", "employer_contacts")
    assert [swept(key, 2030).erased for key in kinds] == [0, 0]
    assert [swept(key, 2033).erased for key in kinds] == [2, 1]
    assert set(employer.people.values_list("state", "live_key", "user__is_active")) == {
        ("ended", None, False)
    }
    assert {each.phone for each in employer.people.all()} == {""}
    employer = Employer.objects.get()
    assert (employer.state, employer.contact_name, employer.contact_phone_index) == ("approved", "", "")


def test_whoever_left_an_employer_goes_though_it_is_active():
    employer = records.silent_employer(AT)
    left = employer.people.get().user
    EmployerUser.objects.update(state="ended", live_key=None)
    there = colleague(employer)
    assert swept("employer_accounts", 2030).erased == 1
    assert set(User.objects.filter(pk__in=[left.pk, there.pk], is_active=True)) == {there}


def test_who_left_an_employer_years_ago_does_not_keep_it_awake_by_signing_in_for_another():
    employer = records.silent_employer(AT)
    left = colleague(employer, "ended")
    kinds = ("employer_contacts", "employer_accounts")
    employer.people.filter(user=left).update(decided_at=datetime.datetime(2027, 6, 1, tzinfo=datetime.UTC))
    assert [swept(key, 2030).erased for key in kinds] == [0, 0]
    assert [swept(key, 2031).erased for key in kinds] == [1, 1]


def test_contact_of_an_employer_on_a_list_stays_so_that_it_is_known_again():
    employer = records.silent_employer(AT)
    Employer.objects.update(list_state="3")
    done = swept("employer_contacts", 2040)
    assert (done.erased, done.stayed) == (0, [("the employer is on a list of risks", 1)])
    assert Employer.objects.get(pk=employer.pk).contact_phone_index
