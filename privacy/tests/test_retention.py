"""Every row of the table: the moment before nothing, the moment after it is gone, and what stays stays."""

import datetime
import re
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.access import seals
from accounts.access.actions import log_access
from accounts.access.models import AccessArchive, AccessLog
from accounts.access.verify import verify_log
from accounts.consents.models import Consent
from accounts.models import Appointment, User
from accounts.queries import university
from accounts.security.actions import keep_mail
from accounts.security.models import MailAddress
from destinations.flows.filing.tests import kit
from destinations.tests.kit import make_student
from employers.flows.vetting.tests import kit as vetting
from forms.models import Attachment, Submission
from privacy.retention import due, queries, table
from privacy.retention.actions import lift_hold, place_hold
from privacy.retention.models import LastSweep
from privacy.retention.sweep import rehearse, sweep, sweep_row
from privacy.retention.table import ENDING, TABLE
from privacy.tests import records
from processes.audit.verify import verify_trail
from processes.models import Case
from processes.registry import flow_for

pytestmark = pytest.mark.django_db

ROWS = {row.key: row for row in TABLE}
AT = "2026-06-15T12:00:00+08:00"
YEARS_3 = "2029-06-15T12:00:00+08:00"

#: Row -> how a record is made, its moment, and the last moment at which it stays, as rules.md has it.
CASES = {
    "filing_evidence": (records.filing, AT, "2030-12-31T23:59:59+08:00"),
    "vetting_files": (records.vetted, AT, YEARS_3),
    "talk_papers": (records.talk, AT, YEARS_3),
    "binding_papers": (records.rebinding_case, AT, "2028-06-15T12:00:00+08:00"),
    "export_papers": (records.export, AT, YEARS_3),
    "data_requests": (records.data_request, AT, YEARS_3),
    "assessments": (records.assessment, AT, YEARS_3),
    "export_files": (records.export_file, AT, "2026-06-16T12:00:00+08:00"),
    "drafts": (records.draft, AT, "2026-09-13T12:00:00+08:00"),
    "stray_uploads": (records.stray, AT, "2026-09-13T12:00:00+08:00"),
    "unloaded_imports": (records.unloaded, AT, "2026-06-16T12:00:00+08:00"),
    "loaded_imports": (records.loaded, AT, "2026-07-15T12:00:00+08:00"),
    "unloaded_staff": (records.staff_file, AT, "2026-06-22T12:00:00+08:00"),
    "loaded_staff": (records.loaded_staff, AT, "2026-07-15T12:00:00+08:00"),
    "graduate_accounts": (records.account, AT, "2029-06-14T23:59:59+08:00"),
    "staff_accounts": (records.staff_account, AT, "2029-06-15T23:59:59+08:00"),
    "employer_accounts": (records.employer_account, AT, YEARS_3),
    "employer_contacts": (records.employer_contact, AT, YEARS_3),
    "consents": (records.consent, AT, YEARS_3),
    "notices": (records.notice, AT, "2027-06-15T12:00:00+08:00"),
    "bindings": (records.binding, AT, "2028-06-14T23:59:59+08:00"),
    "binding_history": (records.binding_event, AT, YEARS_3),
    "binding_requests": (records.rebinding, AT, "2028-06-15T12:00:00+08:00"),
    "scans": (records.scan, AT, "2026-06-16T12:00:00+08:00"),
    "received": (records.received, AT, "2026-06-22T12:00:00+08:00"),
    "letters": (records.letter, AT, "2026-09-13T12:00:00+08:00"),
    "sessions": (records.session, AT, AT),
    "counts": (records.count, AT, AT),
    "failures": (records.failure, AT, "2026-06-16T12:00:00+08:00"),
    "resets": (records.reset, AT, "2026-06-16T12:00:00+08:00"),
    "sign_ins": (records.sign_in, AT, "2027-06-15T12:00:00+08:00"),
    "access_log": (records.access_line, AT, "2027-06-15T12:00:00+08:00"),
    "access_files": (records.access_file, AT, "2029-06-14T12:00:00+08:00"),
    "jobs": (records.job, AT, "2026-09-13T12:00:00+08:00"),
}
SECOND = datetime.timedelta(seconds=1)
every_row = pytest.mark.parametrize("key", CASES)
of_people = pytest.mark.parametrize("key", [row.key for row in ENDING if row.person])


@pytest.fixture(autouse=True)
def _in_english(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with translation.override("en"):
        yield


@pytest.fixture
def secadmin(db) -> User:
    return records.person()


def made(key):
    """The record, and the last moment at which it stays."""
    make, at, last = CASES[key]
    return make(datetime.datetime.fromisoformat(at)), datetime.datetime.fromisoformat(last)


def test_every_class_that_ends_is_tried():
    assert set(CASES) == {row.key for row in ENDING}


def test_reference_shows_the_table_as_it_is():
    text = (Path(settings.BASE_DIR) / "docs/reference/retention.md").read_text(encoding="utf-8")
    kept = {row.key: "for good" if row.is_kept else str(row.span()) for row in TABLE}
    assert dict(re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|", text, re.MULTILINE)) == kept


def test_flows_of_the_table_are_there():
    """A wrong key would keep the papers of a flow for good."""
    for key in (due.FILING, table.VETTING, table.TALK, table.EXPORT):
        assert flow_for(key).key == key


@every_row
def test_it_stays_until_its_time_is_over_and_is_gone_then(key, django_capture_on_commit_callbacks):
    record, last = made(key)
    assert sweep_row(ROWS[key], last).erased == 0
    assert record.is_there()
    with django_capture_on_commit_callbacks(execute=True):
        done = sweep_row(ROWS[key], last + SECOND)
    assert (done.erased > 0, done.fault) == (True, "")
    assert not record.is_there()
    line = AccessLog.objects.filter(action="erase").latest("id")
    assert (line.detail, line.words) == (f"{key}: {done.erased}", str(ROWS[key].source))
    assert sweep_row(ROWS[key], last + SECOND).erased == 0


@of_people
def test_what_is_about_somebody_under_a_hold_stays(key, secadmin):
    record, last = made(key)
    hold = place_hold(record.person.username, "诉讼 2026-17", secadmin)
    done = sweep_row(ROWS[key], last + SECOND)
    assert (done.erased, record.is_there()) == (0, True)
    assert [words for words, _number in done.stayed] == ["legal hold"]
    lift_hold(hold, secadmin)
    assert sweep_row(ROWS[key], last + SECOND).erased > 0


def test_trail_and_log_hold_after_everything_that_can_end_has_ended(django_capture_on_commit_callbacks):
    for key in ("filing_evidence", "vetting_files"):
        made(key)
    log_access(None, "view")
    seals.seal_all()
    stored = [Attachment.objects.first().file.path, Attachment.objects.last().file.path]
    with django_capture_on_commit_callbacks(execute=True):
        done = sweep(datetime.datetime.fromisoformat("2040-01-01T00:00:00+08:00"))
    assert [each.fault for each in done if each.fault] == []
    assert set(Submission.objects.values_list("salt", flat=True)) == {""}
    assert not any(records.case_holds(case) for case in Case.objects.all())
    assert [path for path in stored if Path(path).exists()] == []
    assert verify_trail().fault is None
    assert (AccessArchive.objects.count(), verify_log().fault) == (1, "")


def test_pages_of_a_case_whose_values_are_gone_say_so():
    destination = kit.submit(make_student())
    for _level in range(3):
        kit.review(destination)
    over("filing_evidence")
    operator = kit.reviewer("university_officer", university())
    for person, url in (
        (operator, reverse("cases:case", args=[kit.case_of(destination).pk])),
        (destination.student.user, reverse("destinations:detail", args=[destination.pk])),
    ):
        browser = Client(headers={"accept-language": "en"})
        browser.force_login(person)
        answer = browser.get(url)
        assert answer.status_code == 200
        assert "its time was over" in answer.content.decode()


def test_values_that_somebody_wiped_quietly_are_found():
    made("filing_evidence")
    Submission.objects.update(values={}, salt="", erased_at=timezone.now())
    assert "the trail knows nothing" in str(verify_trail().fault)


# --- what stays ---


def over(key, year=2040):
    return sweep_row(ROWS[key], datetime.datetime(year, 1, 2, tzinfo=datetime.UTC))


def test_evidence_of_an_open_case_stays_and_is_named():
    destination = kit.submit(make_student())
    done = over("filing_evidence")
    assert (done.erased, done.stayed) == (0, [("the case is still open", 1)])
    assert Submission.objects.get().erased_at is None
    assert records.case_holds(kit.case_of(destination))


def test_papers_of_an_employer_in_the_library_stay():
    employer = vetting.submit()
    vetting.approve_all(employer)
    done = over("vetting_files")
    assert (done.erased, len(done.stayed)) == (0, 1)
    assert records.case_holds(vetting.case_of(employer))


@pytest.mark.parametrize("key", ["drafts", "stray_uploads"])
def test_what_is_being_written_stays(key):
    kit.write(make_student())
    done = over(key)
    assert (done.erased, len(done.stayed)) == (0, 1)


def test_account_of_a_graduate_who_works_here_or_has_a_case_stays_open():
    teacher, busy, gone = make_student(), make_student(), make_student()
    unit = university()
    Appointment.objects.create(
        user=teacher.user, role="counselor", unit=unit, starts_on=datetime.date(2026, 1, 1)
    )
    kit.start(busy)
    keep_mail(gone.user, "gone@example.com")
    done = over("graduate_accounts")
    assert (done.erased, [number for _words, number in done.stayed]) == (1, [1, 1])
    closed = User.objects.get(closed_at__isnull=False)
    assert (closed, closed.has_usable_password(), MailAddress.objects.count()) == (gone.user, False, 0)


def test_consents_stay_as_long_as_the_account_lives():
    user = records.person()
    Consent.objects.create(
        user=user, purpose="x", text_version="1", at=timezone.now() - datetime.timedelta(days=9000)
    )
    reopened = records.consent(datetime.datetime.fromisoformat(AT))
    User.objects.filter(pk=reopened.person.pk).update(is_active=True)
    assert (over("consents").erased, reopened.is_there()) == (0, True)


# --- the sweep as a whole ---


def test_rehearsal_counts_and_changes_nothing(capsys):
    record, last = made("notices")
    later = last + SECOND
    found = {each.row.key: each.erased for each in rehearse(later)}
    assert (found["notices"], record.is_there(), LastSweep.objects.count()) == (1, True, 0)
    call_command("sweep_retention", "--dry-run", "--now", later.isoformat())
    assert "notices: 1 due" in capsys.readouterr().out
    assert record.is_there()
    call_command("sweep_retention", "--now", later.isoformat())
    assert "notices: 1 erased" in capsys.readouterr().out
    assert not record.is_there()


def test_log_says_in_words_on_whom_a_hold_was_placed_and_lifted(secadmin):
    person = made("notices")[0].person
    lift_hold(place_hold(person.username, "诉讼 2026-17", secadmin), secadmin)
    lines = AccessLog.objects.filter(action="change", object_type="privacy.hold").order_by("id")
    with translation.override("en"):
        assert [line.detail_words for line in lines] == [
            f"Placed on {person.username}",
            f"Lifted from {person.username}",
        ]


def test_many_go_in_batches_and_each_batch_leaves_a_line(monkeypatch):
    monkeypatch.setattr("privacy.retention.sweep.AT_ONCE", 2)
    for _number in range(3):
        made("notices")
    done = over("notices")
    assert done.erased == 3
    lines = list(AccessLog.objects.filter(action="erase").order_by("id"))
    assert [line.detail for line in lines] == ["notices: 2", "notices: 1"]
    with translation.override("en"):
        assert [line.detail_words for line in lines] == ["Notices: 2 ended", "Notices: 1 ended"]
    with translation.override("zh-hans"):
        assert lines[0].detail_words.endswith("：2 条已到期处理")


def test_class_that_fails_is_noted_and_stops_no_other(monkeypatch, capsys):
    record, last = made("notices")
    made("unloaded_imports")

    def broken(*_args):
        raise OSError("disk")

    monkeypatch.setattr("students.actions.imports.forget_file", broken)
    with pytest.raises(SystemExit):
        call_command("sweep_retention", "--now", (last + SECOND).isoformat())
    assert "unloaded_imports: 0 erased, FAILED: OSError" in capsys.readouterr().out
    assert not record.is_there()
    assert LastSweep.objects.get(row="unloaded_imports").fault == "OSError"
    assert LastSweep.objects.get(row="notices").fault == ""


def test_next_sweep_is_tonight_or_tomorrow_night(settings):
    settings.RETENTION_AT = (3, 15)
    before = datetime.datetime.fromisoformat("2026-06-15T03:14:00+08:00")
    assert queries.next_sweep(before).isoformat() == "2026-06-15T03:15:00+08:00"
    assert queries.next_sweep(before + 2 * datetime.timedelta(minutes=1)).day == 16


def test_page_counts_what_the_sweep_would_end(secadmin):
    _record, last = made("notices")
    other, _last = made("sign_ins")
    place_hold(other.person.username, "诉讼 2026-17", secadmin)
    with time_machine.travel(last + SECOND, tick=False):
        found, stay = queries.counts(timezone.now())
    assert (found["notices"], found["sign_ins"], stay["sign_ins"]) == (1, 0, 1)
