"""Ways to end records that are more than deleting a row: files go, trails and logs are told."""

import datetime
from collections.abc import Callable
from functools import partial

from django.core.files.storage import Storage
from django.db import transaction

from accounts.access import archive
from accounts.personnel.models import StaffImport, StaffRecord
from accounts.security.actions import close_account
from employers.ending import end_account, forget_contact
from exports.models import Export
from forms.actions import erase, remove_attachment
from privacy.models import DataRequest
from privacy.retention.rows import Records
from processes.engine.actor import SYSTEM
from processes.engine.unit_of_work import UnitOfWork
from processes.models import Case
from students.actions import discard_import
from students.actions.imports import forget_file
from students.models import ImportRow, RebindRequest
from talks.models import Talk
from wechat import actions as wechat
from wechat.models import BindingEvent


def each(deed: Callable[[object], object]) -> Callable[[Records, datetime.datetime], None]:
    """An eraser that does *deed* to one record after the other."""

    def erase_each(rows: Records, _now: datetime.datetime) -> None:
        for row in rows:
            deed(row)

    return erase_each


def evidence(rule: str) -> Callable[[Records, datetime.datetime], None]:
    """Erase what was filled in and uploaded in cases; the trail of each says so, and by which *rule*.

    The trail holds digests alone, so it verifies as before (ADR 4); who erased values quietly is found,
    because the trail would not know of it.
    """

    def erase_cases(rows: Records, now: datetime.datetime) -> None:
        with UnitOfWork(SYSTEM, now=now) as unit:
            cases = Case.objects.select_for_update().filter(pk__in=[row.pk for row in rows]).order_by("pk")
            found = list(cases)
            erased = erase([case.pk for case in found], now)
            for case in found:
                unit.record(case, "erased", rule=rule, submissions=erased[case.pk])

    return erase_cases


def requests(rows: Records, now: datetime.datetime) -> None:
    """The same for requests about personal data, which say once more what was asked and what was answered."""
    evidence("data_requests")(rows, now)
    asked = DataRequest.objects.filter(pk__in=[case.subject_id for case in rows])
    asked.update(said="", wanted="", answer="")


def exports(rows: Records, now: datetime.datetime) -> None:
    """The same for exports: what for, who got it, how its rows were found. Proof stays: who took how many
    rows with which columns, and when.
    """
    evidence("export_papers")(rows, now)
    asked = Export.objects.filter(pk__in=[case.subject_id for case in rows])
    asked.update(purpose="", recipient="", query="", about="")
    Case.objects.filter(pk__in=[case.pk for case in rows]).update(brief="", search_text="")


def imported_rows(rows: Records, _now: datetime.datetime) -> None:
    """Forget what stood in the rows of loaded spreadsheets; how many there were stays."""
    for batch in rows:
        forget_file(batch)
    lines = ImportRow.objects.filter(batch__in=[batch.pk for batch in rows])
    lines.order_by().update(problems=None, cells=None, before=None, after=None)


def staff_rows(rows: Records, _now: datetime.datetime) -> None:
    """The same for spreadsheets of staff."""
    StaffImport.objects.filter(pk__in=[row.pk for row in rows]).update(rows=None, problems=None)


def exported_files(rows: Records, _now: datetime.datetime) -> None:
    """Delete files of exports that their own timer left behind."""
    for export in rows:
        transaction.on_commit(partial(_remove, export.file.storage, str(export.file.name)))
    Export.objects.filter(pk__in=[row.pk for row in rows]).update(file="", password="")


def _remove(storage: Storage, name: str) -> None:
    storage.delete(name)


def binding_history(rows: Records, _now: datetime.datetime) -> None:
    """Delete lines that nobody else may delete: the history of bindings is append-only."""
    gone = BindingEvent.objects.filter(pk__in=[row.pk for row in rows])
    gone._raw_delete(gone.db)


def phones_of_requests(rows: Records, _now: datetime.datetime) -> None:
    """Forget which phone asked; that somebody asked stays with the case."""
    RebindRequest.objects.filter(pk__in=[row.pk for row in rows]).update(openid_index="")


def accounts(rows: Records, now: datetime.datetime) -> None:
    """Close the accounts of people who left long ago."""
    for user in rows:
        close_account(user, now)


def staff(rows: Records, now: datetime.datetime) -> None:
    """Close accounts of staff, and forget how their owners are reached."""
    accounts(rows, now)
    StaffRecord.objects.filter(user__in=[user.pk for user in rows]).delete()


def employer_accounts(rows: Records, now: datetime.datetime) -> None:
    """Close the accounts of people of employers."""
    for user in rows:
        end_account(user, now)


def talks(rows: Records, now: datetime.datetime) -> None:
    """What employers wrote about talks goes; so does whom to call, which the talk repeats."""
    evidence("talk_papers")(rows, now)
    Talk.objects.filter(pk__in=[case.subject_id for case in rows]).update(contact_name="", contact_phone="")


def access_lines(now: datetime.datetime) -> int:
    """Move old lines of the access log into files."""
    return archive.archive_old(now=now)


def access_files(now: datetime.datetime) -> int:
    """Throw away files of the access log that have lain long enough."""
    return archive.discard_cold(now=now)


contacts = each(forget_contact)  # type: ignore[arg-type]
imports = each(discard_import)  # type: ignore[arg-type]
attachments = each(remove_attachment)  # type: ignore[arg-type]
bindings = each(wechat.ended)  # type: ignore[arg-type]
