"""The yearly check list: what the machine finds, and that a year is signed off once (RL-35)."""

import datetime

import pytest
from django.utils import timezone, translation

from accounts.access.models import AccessSeal
from accounts.consents.models import Consent
from accounts.models import Appointment, User
from accounts.roles import Role
from common.errors import Refused
from common.models import DataKey
from destinations.flows.filing.tests import kit
from destinations.tests.kit import make_unit
from operations.models import BackupRun, RunKind
from privacy.checks import actions
from privacy.checks.items import found_at, items
from privacy.checks.models import YearCheck
from privacy.flows.requests.tests import kit as requests
from privacy.retention.models import LastSweep
from tests.assessments import signed
from wechat.actions import BINDING

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def officer(db) -> User:
    return kit.reviewer(Role.DATA_OFFICER, make_unit("university", "学校"))


def found(key: str, now: datetime.datetime | None = None):
    return found_at(now or timezone.now())[key]


def test_year_is_signed_off_once_with_every_item_ticked_and_faults_explained(officer):
    ticks = {f"tick-{item.key}": "on" for item in items()}
    actions.keep({**ticks, "tick-keys": ""}, officer)
    with pytest.raises(Refused, match="Tick every item"):
        actions.sign_off(officer)
    actions.keep(ticks, officer)
    with pytest.raises(Refused, match="Note what is done"):
        actions.sign_off(officer)
    actions.keep(ticks | {f"note-{item.key}": "已安排" for item in items()}, officer)
    actions.sign_off(officer)
    check = YearCheck.objects.get()
    assert check.signed_by == officer
    assert check.lines["log"] == {"note": "已安排", "ticked": True, "good": False, "number": 0}
    for again in (lambda: actions.sign_off(officer), lambda: actions.keep(ticks, officer)):
        with pytest.raises(Refused, match="signed off already"):
            again()


def test_log_that_was_not_sealed_for_an_hour_needs_a_look(db):
    assert not found("log").good
    AccessSeal.objects.create(number=1, at=NOW, first=1, last=1, head="x", signature="x")
    assert found("log", NOW + datetime.timedelta(minutes=59)).good
    assert not found("log", NOW + datetime.timedelta(minutes=61)).good


def test_sweep_that_failed_or_did_not_run_needs_a_look(db):
    assert not found("sweep").good
    LastSweep.objects.create(row="a", at=NOW)
    assert found("sweep", NOW).good
    assert not found("sweep", NOW + datetime.timedelta(days=3)).good
    LastSweep.objects.create(row="b", at=NOW, fault="OSError")
    assert (found("sweep", NOW).good, found("sweep", NOW).number) == (False, 1)


def test_key_of_more_than_a_year_needs_a_look(db):
    DataKey.objects.all().update(created_at=NOW - datetime.timedelta(days=366))
    assert not found("keys", NOW).good
    DataKey.objects.create(number=900, algorithm="x", wrapped="x", created_at=NOW)
    assert found("keys", NOW).good


def test_backup_counts_when_a_trial_restore_of_late_was_good(db):
    run = BackupRun.objects.create(kind=RunKind.RESTORE_TEST, folder="x", started_at=NOW, good=False)
    assert not found("backups", NOW).good
    BackupRun.objects.filter(pk=run.pk).update(good=True)
    assert found("backups", NOW).good
    assert not found("backups", NOW + datetime.timedelta(days=41)).good


def test_appointment_without_an_end_counts_when_its_holder_has_stayed_away(officer):
    half_a_year = datetime.timedelta(days=180)
    assert found("endless").good  # a new account, though it was appointed years ago
    User.objects.update(joined_at=NOW - half_a_year)
    assert found("endless").number == 1
    Appointment.objects.update(starts_on=timezone.localdate())
    assert found("endless").good
    User.objects.update(last_login=NOW)
    assert found("endless", NOW + half_a_year).good
    later = NOW + half_a_year + datetime.timedelta(seconds=1)
    assert found("endless", later).number == 1
    Appointment.objects.update(ends_on=timezone.localdate(later), role=Role.COUNSELOR, seat=None)
    assert found("endless", later).good


def test_assessment_whose_review_is_overdue_is_counted(officer):
    second = kit.reviewer(Role.CAREER_CENTER_DIRECTOR, make_unit("university", "学校"))
    held = signed(officer, second)
    assert found("assessments").good
    assert found("assessments", timezone.now() + datetime.timedelta(days=367)).number == 1
    assert held.is_signed


def test_consent_to_an_older_wording_is_counted(officer):
    Consent.objects.create(user=officer, purpose=BINDING.key, text_version=BINDING.version, channel="page")
    assert found("wordings").good
    Consent.objects.create(user=officer, purpose=BINDING.key, text_version="2020-01", channel="page")
    assert found("wordings").number == 1


def test_request_that_waits_too_long_is_counted(db):
    requests.ask(requests.school(), "access")
    assert found("requests").good
    assert found("requests", timezone.now() + datetime.timedelta(days=60)).number == 1
