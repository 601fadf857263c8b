"""Which records of each class are over by a moment, and what holds some of them back (rules 4.1)."""

import datetime
from collections.abc import Callable
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access.models import AccessLog, AccessSeal
from accounts.models import Appointment, User
from accounts.personnel.models import StaffImport
from destinations.queries import FLOW_KEY as FILING
from employers.models import CLOSED_STATES, LISTED, LIVE_MEMBERSHIPS, OPEN_STATES, Employer, EmployerUser
from employers.queries import active_since
from forms.models import Attachment, Draft, Submission
from privacy.retention.rows import Block
from processes.models import Case, Job, JobState
from students.models import ImportBatch, ImportRow, ImportState, RebindRequest
from wechat.models import Binding

Moment = datetime.datetime
Due = Callable[[Moment], QuerySet[Any]]


def _day(limit: Moment) -> datetime.date:
    return timezone.localdate(limit)


def _cases(flow: str) -> QuerySet[Case]:
    """Cases of *flow* that still hold what was filled in or uploaded."""
    mine = {"case_id": OuterRef("pk")}
    holds = Exists(Submission.objects.filter(**mine, erased_at=None)) | Exists(
        Attachment.objects.filter(**mine)
    )
    return Case.objects.filter(holds | Exists(Draft.objects.filter(**mine)), flow_key=flow)


def closed(flow: str) -> Due:
    """Cases of *flow* that ended."""
    return lambda limit: _cases(flow).filter(finished__lt=limit)


def filings(limit: Moment) -> QuerySet[Case]:
    """A cohort ends with its year; open cases are among them, to be named."""
    return _cases(FILING).filter(cohort__lt=_day(limit).year)


def access_lines(limit: Moment) -> QuerySet[AccessLog]:
    """Sealed lines that are in no file yet."""
    last = AccessSeal.objects.filter(archive=None, at__lt=limit).values("archive").annotate(top=Max("last"))
    found: QuerySet[AccessLog] = AccessLog.objects.filter(number__lte=Subquery(last.values("top")))
    return found


def loaded(limit: Moment) -> QuerySet[ImportBatch]:
    """Loaded spreadsheets of graduates whose rows are still kept."""
    told = Q(problems=None, cells=None, before=None, after=None)
    rows = ImportRow.objects.filter(batch=OuterRef("pk")).exclude(told)
    done = (ImportState.COMMITTED, ImportState.UNDONE)
    return ImportBatch.objects.filter(Exists(rows), state__in=done, committed_at__lt=limit)


def unloaded(limit: Moment) -> QuerySet[ImportBatch]:
    """Spreadsheets of graduates that nobody loaded."""
    states = (ImportState.UPLOADED, ImportState.CHECKING, ImportState.CHECKED)
    return ImportBatch.objects.filter(state__in=states, uploaded_at__lt=limit, committed_at=None)


def strays(limit: Moment) -> QuerySet[Attachment]:
    """Files of no submission."""
    handed_in = Submission.attachments.through.objects.filter(attachment=OuterRef("pk"))
    return Attachment.objects.filter(~Exists(handed_in), uploaded_at__lt=limit)


def jobs(limit: Moment) -> QuerySet[Job]:
    """Automatic steps that are over, without an incident."""
    over = (JobState.DONE, JobState.VOID, JobState.SKIPPED)
    return Job.objects.filter(state__in=over, finished__lt=limit, incidents=None).filter(
        Q(case=None) | Q(case__finished__lt=limit)
    )


def graduates(limit: Moment) -> QuerySet[User]:
    """Accounts of those who graduated."""
    return _open(limit).filter(student__graduate_on__lte=_day(limit))


def _open(limit: Moment) -> QuerySet[User]:
    """Accounts that are not closed, or were opened again; not those opened again since *limit*."""
    rows = User.objects.filter(Q(closed_at=None) | Q(is_active=True))
    return rows.exclude(reopened_at__gte=limit)


def _unused(limit: Moment) -> QuerySet[User]:
    """Open accounts whose owner has not signed in since *limit*."""
    rows = _open(limit).filter(joined_at__lt=limit)
    return rows.filter(Q(last_login=None) | Q(last_login__lt=limit))


def former_staff(limit: Moment) -> QuerySet[User]:
    """Staff whose last appointment ended before *limit*; an endless one holds the account back by name."""
    held = Appointment.objects.filter(user=OuterRef("pk"), ends_on__gte=_day(limit))
    rows = _unused(limit).filter(student=None, memberships=None, is_superuser=False)
    return rows.filter(~Exists(held))


def silent_employers(limit: Moment) -> QuerySet[User]:
    """People of employers at which nobody does anything, and who themselves have not for as long."""
    active = active_since(limit)
    own = EmployerUser.objects.filter(user=OuterRef("pk"))
    there = own.filter(state__in=LIVE_MEMBERSHIPS, employer__in=active.values("employer"))
    return _unused(limit).filter(
        Exists(own), ~Exists(there), ~Exists(own.filter(decided_at__gte=limit)), student=None
    )


def contacts(limit: Moment) -> QuerySet[Employer]:
    """Employers at which nobody did anything since *limit*, with somebody to call."""
    rows = Employer.objects.filter(Q(submitted_at=None) | Q(submitted_at__lt=limit), created_at__lt=limit)
    active = active_since(limit).filter(employer=OuterRef("pk"))
    return rows.filter(~Exists(active)).exclude(contact_phone_index="")


def loaded_staff(limit: Moment) -> QuerySet[StaffImport]:
    """Loaded spreadsheets of staff whose rows are still kept."""
    return StaffImport.objects.filter(loaded_at__lt=limit).exclude(rows=None, problems=None)


def bound(limit: Moment) -> QuerySet[Binding]:
    """WeChats of those who graduated."""
    return Binding.objects.filter(user__student__graduate_on__lte=_day(limit))


def answered(limit: Moment) -> QuerySet[RebindRequest]:
    """Answered wishes for another phone that still name it."""
    return RebindRequest.objects.filter(closed_at__lt=limit).exclude(openid_index="")


def older(model: Any, moment: str, but: Q | None = None, **more: Any) -> Due:
    """Records of *model* whose *moment* lies before the limit, without those of *but*."""
    rows = model._default_manager
    return lambda limit: rows.filter(~but if but else Q(), **{f"{moment}__lt": limit}, **more)


def _in_office() -> Q:
    today = timezone.localdate()
    held = Appointment.objects.filter(user=OuterRef("pk")).filter(Q(ends_on=None) | Q(ends_on__gte=today))
    return Q(Exists(held))


def _has_open_case() -> Q:
    return Q(Exists(Case.objects.filter(initiator=OuterRef("pk"), finished=None)))


def _of_open_case() -> Q:
    return Q(Exists(Case.objects.filter(pk=OuterRef("case_id"), finished=None)))


def _in_library() -> Q:
    over = Employer.objects.filter(pk=OuterRef("subject_id"), state__in=CLOSED_STATES)
    return ~Q(Exists(over))


def _listed() -> Q:
    return Q(list_state__in=LISTED)


def _applying() -> Q:
    return Q(state__in=OPEN_STATES)


STILL_OPEN = Block(_("the case is still open"), lambda: Q(finished=None))
WRITTEN_AT = Block(_("the case is still open"), _of_open_case)
HAS_CASE = Block(_("has an open case"), _has_open_case)
IN_OFFICE = Block(_("is appointed to something"), _in_office)
APPLYING = Block(_("the case is still open"), _applying)
ON_LIST = Block(_("the employer is on a list of risks"), _listed)
IN_LIBRARY = Block(_("the employer is in use"), _in_library)
