"""The one table of periods: every class of data that ends some day, and those that do not (rules 4.1).

A class without a row here is never erased by itself. What a row calls its moment is compared with the
period; a record whose moment lies exactly that long ago stays one more night.
"""

import datetime
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import archive
from accounts.access.models import AccessArchive, AccessLog, AccessSeal
from accounts.actions import FORGET_AFTER
from accounts.consents.models import Consent
from accounts.models import Appointment, SignInFailures, User
from accounts.personnel.models import StaffImport, StaffImportState
from accounts.security.models import Count, ResetRequest, Session, SignIn
from destinations.queries import FLOW_KEY as FILING
from employers.models import CLOSED_STATES, Employer
from employers.queries import FLOW_KEY as VETTING
from exports.models import Export
from exports.queries import FLOW_KEY as EXPORT
from forms.models import Attachment, Draft, Submission
from messaging.models import Notice
from privacy.assessments.models import Assessment
from privacy.queries import FLOW_KEY as REQUESTS
from privacy.retention import erasing
from privacy.retention.rows import Block, Deed, Row, Span
from processes.models import Case, Job, JobState
from students.models import UNDO_WINDOW, ImportBatch, ImportRow, ImportState, RebindRequest
from talks.queries import FLOW_KEY as TALK
from wechat.models import Binding, BindingEvent, Letter, LetterState, Received, Scan

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


def _closed(flow: str) -> Due:
    return lambda limit: _cases(flow).filter(finished__lt=limit)


def _filings(limit: Moment) -> QuerySet[Case]:
    """A cohort ends with its year; open cases are among them, to be named."""
    return _cases(FILING).filter(cohort__lt=_day(limit).year)


def _access_lines(limit: Moment) -> QuerySet[AccessLog]:
    last = AccessSeal.objects.filter(archive=None, at__lt=limit).values("archive").annotate(top=Max("last"))
    found: QuerySet[AccessLog] = AccessLog.objects.filter(number__lte=Subquery(last.values("top")))
    return found


def _loaded(limit: Moment) -> QuerySet[ImportBatch]:
    told = Q(problems=None, cells=None, before=None, after=None)
    rows = ImportRow.objects.filter(batch=OuterRef("pk")).exclude(told)
    done = (ImportState.COMMITTED, ImportState.UNDONE)
    return ImportBatch.objects.filter(Exists(rows), state__in=done, committed_at__lt=limit)


def _unloaded(limit: Moment) -> QuerySet[ImportBatch]:
    states = (ImportState.UPLOADED, ImportState.CHECKING, ImportState.CHECKED)
    return ImportBatch.objects.filter(state__in=states, uploaded_at__lt=limit, committed_at=None)


def _strays(limit: Moment) -> QuerySet[Attachment]:
    handed_in = Submission.attachments.through.objects.filter(attachment=OuterRef("pk"))
    return Attachment.objects.filter(~Exists(handed_in), uploaded_at__lt=limit)


def _jobs(limit: Moment) -> QuerySet[Job]:
    over = (JobState.DONE, JobState.VOID, JobState.SKIPPED)
    return Job.objects.filter(state__in=over, finished__lt=limit, incidents=None).filter(
        Q(case=None) | Q(case__finished__lt=limit)
    )


def _graduates(limit: Moment) -> QuerySet[User]:
    return User.objects.filter(student__graduate_on__lte=_day(limit), closed_at=None)


def _loaded_staff(limit: Moment) -> QuerySet[StaffImport]:
    return StaffImport.objects.filter(loaded_at__lt=limit).exclude(rows=None, problems=None)


def _bound(limit: Moment) -> QuerySet[Binding]:
    return Binding.objects.filter(user__student__graduate_on__lte=_day(limit))


def _answered(limit: Moment) -> QuerySet[RebindRequest]:
    return RebindRequest.objects.filter(closed_at__lt=limit).exclude(openid_index="")


def _older(model: Any, moment: str, but: Q | None = None, **more: Any) -> Due:
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


STILL_OPEN = Block(_("the case is still open"), lambda: Q(finished=None))
WRITTEN_AT = Block(_("the case is still open"), _of_open_case)
HAS_CASE = Block(_("has an open case"), _has_open_case)
IN_OFFICE = Block(_("is appointed to something"), _in_office)
IN_LIBRARY = Block(_("the employer is in use"), _in_library)


def _days(number: int) -> Callable[[], Span]:
    return lambda: Span(days=number)


def _years_3() -> Span:
    """As long as proof has to be kept."""
    return Span(months=36)


def _evidence() -> Span:
    return Span(months=12 * settings.EVIDENCE_YEARS)


def _bindings() -> Span:
    return Span(months=settings.WECHAT_KEEP_MONTHS)


SCHOOL, DOOR = _("the school's own"), _("rules 6.2")


TABLE: tuple[Row, ...] = (
    # what proves a destination, a vetting, a talk, an export
    Row(
        key="filing_evidence",
        title=_("What graduates filed, with its proof"),
        since=_("end of the cohort's year"),
        source="RL-12, RL-14",
        deed=Deed.EMPTY,
        span=_evidence,
        due=_filings,
        person="initiator",
        blocks=(STILL_OPEN,),
        erase=erasing.evidence("filing_evidence"),
    ),
    Row(
        key="vetting_files",
        title=_("Papers of employers that are no longer in the library"),
        since=_("end of the case"),
        source="RL-23",
        deed=Deed.EMPTY,
        span=_years_3,
        due=_closed(VETTING),
        person="initiator",
        blocks=(IN_LIBRARY,),
        erase=erasing.evidence("vetting_files"),
    ),
    Row(
        key="talk_papers",
        title=_("What employers wrote about campus talks"),
        since=_("end of the case"),
        source="RL-23",
        deed=Deed.EMPTY,
        span=_years_3,
        due=_closed(TALK),
        person="initiator",
        erase=erasing.evidence("talk_papers"),
    ),
    Row(
        key="export_papers",
        title=_("What was said to get an export, with its papers"),
        since=_("end of the case"),
        source="RL-34",
        deed=Deed.EMPTY,
        span=_years_3,
        due=_closed(EXPORT),
        person="initiator",
        erase=erasing.evidence("export_papers"),
    ),
    Row(
        key="data_requests",
        title=_("What was said in requests about personal data, and the answers"),
        since=_("end of the case"),
        source="RL-38",
        deed=Deed.EMPTY,
        span=_years_3,
        due=_closed(REQUESTS),
        person="initiator",
        erase=erasing.requests,
    ),
    Row(
        key="assessments",
        title=_("Impact assessments that were replaced"),
        since=_("when a newer one took their place"),
        source="RL-34",
        span=_years_3,
        due=_older(Assessment, "replaced_at"),
    ),
    Row(
        key="export_files",
        title=_("Exported files that nobody took"),
        since=_("end of their 72 hours"),
        source=_("flow 32"),
        span=_days(1),
        due=_older(Export, "expires_at", but=Q(file="")),
        person="asker",
        erase=erasing.exported_files,
    ),
    # what people write and bring
    Row(
        key="drafts",
        title=_("What was typed and never handed in"),
        since=_("last save"),
        source=SCHOOL,
        span=_days(90),
        due=_older(Draft, "saved_at"),
        person="saved_by",
        blocks=(WRITTEN_AT,),
    ),
    Row(
        key="stray_uploads",
        title=_("Uploaded files that were never handed in"),
        since=_("upload"),
        source=SCHOOL,
        span=_days(90),
        due=_strays,
        person="uploaded_by",
        blocks=(WRITTEN_AT,),
        erase=erasing.attachments,
    ),
    Row(
        key="unloaded_imports",
        title=_("Spreadsheets of graduates that were not loaded"),
        since=_("upload"),
        source=SCHOOL,
        span=_days(UNDO_WINDOW.days),
        due=_unloaded,
        erase=erasing.imports,
    ),
    Row(
        key="loaded_imports",
        title=_("Rows of loaded spreadsheets of graduates"),
        since=_("loading"),
        source=SCHOOL,
        deed=Deed.EMPTY,
        span=_days(30),
        due=_loaded,
        erase=erasing.imported_rows,
    ),
    Row(
        key="unloaded_staff",
        title=_("Spreadsheets of staff that were not loaded"),
        since=_("upload"),
        source=SCHOOL,
        span=_days(7),
        due=_older(StaffImport, "uploaded_at", state=StaffImportState.CHECKED),
    ),
    Row(
        key="loaded_staff",
        title=_("Rows of loaded spreadsheets of staff"),
        since=_("loading"),
        source=SCHOOL,
        deed=Deed.EMPTY,
        span=_days(30),
        due=_loaded_staff,
        erase=erasing.staff_rows,
    ),
    # people
    Row(
        key="graduate_accounts",
        title=_("Accounts of graduates"),
        since=_("day of graduation"),
        source=SCHOOL,
        deed=Deed.CLOSE,
        span=lambda: Span(months=settings.ACCOUNT_KEEP_MONTHS),
        due=_graduates,
        person="pk",
        blocks=(IN_OFFICE, HAS_CASE),
        erase=erasing.accounts,
    ),
    Row(
        key="consents",
        title=_("Consents and readings of the notice"),
        since=_("end of the account"),
        source=_("rules 4.1"),
        span=_years_3,
        due=_older(Consent, "user__closed_at", user__is_active=False),
        person="user",
    ),
    Row(
        key="notices",
        title=_("Notices"),
        since=_("when they were written"),
        source=SCHOOL,
        span=lambda: Span(months=12),
        due=_older(Notice, "created_at"),
        person="recipient",
    ),
    # WeChat
    Row(
        key="bindings",
        title=_("Bindings to WeChat"),
        since=_("day of graduation"),
        source=_("rules 4.1"),
        span=_bindings,
        due=_bound,
        person="user",
        erase=erasing.bindings,
    ),
    Row(
        key="binding_history",
        title=_("History of bindings"),
        since=_("when it happened"),
        source="RL-50",
        span=_years_3,
        due=_older(BindingEvent, "at"),
        person="user",
        erase=erasing.binding_history,
    ),
    Row(
        key="binding_requests",
        title=_("Phones that asked to replace another"),
        since=_("answer"),
        source=_("rules 4.1"),
        deed=Deed.EMPTY,
        span=_bindings,
        due=_answered,
        person="student__user",
        erase=erasing.phones_of_requests,
    ),
    Row(
        key="scans",
        title=_("Sign-ins by QR code"),
        since=_("end of their five minutes"),
        source="WX-3",
        span=_days(1),
        due=_older(Scan, "expires_at"),
        person="user",
    ),
    Row(
        key="received",
        title=_("Messages from WeChat"),
        since=_("arrival"),
        source=_("rules 5.3"),
        span=_days(7),
        due=_older(Received, "received_at"),
    ),
    Row(
        key="letters",
        title=_("Messages to WeChat that were dealt with"),
        since=_("when they were written"),
        source=SCHOOL,
        span=_days(90),
        due=_older(Letter, "created_at", but=Q(state=LetterState.WAITING)),
    ),
    # the door
    Row(
        key="sessions",
        title=_("Ended sessions"),
        since=_("end of the session"),
        source=DOOR,
        span=Span,
        due=_older(Session, "expire_date"),
    ),
    Row(
        key="counts",
        title=_("Counts of tries"),
        since=_("end of the count"),
        source=DOOR,
        span=Span,
        due=_older(Count, "until"),
    ),
    Row(
        key="failures",
        title=_("Wrong passwords in a row"),
        since=_("last try"),
        source=DOOR,
        span=_days(FORGET_AFTER.days),
        due=_older(SignInFailures, "last_at"),
    ),
    Row(
        key="resets",
        title=_("Requests for a new password"),
        since=_("request"),
        source=DOOR,
        span=_days(1),
        due=_older(ResetRequest, "asked_at"),
    ),
    Row(
        key="sign_ins",
        title=_("History of sign-ins"),
        since=_("sign-in"),
        source="RL-50",
        span=lambda: Span(days=settings.SIGN_IN_LOG_DAYS),
        due=_older(SignIn, "at"),
        person="user",
    ),
    # logs
    Row(
        key="access_log",
        title=_("Lines of the access log"),
        since=_("their seal"),
        source="RL-50",
        deed=Deed.ARCHIVE,
        span=_days(archive.HOT.days),
        due=_access_lines,
        at_once=erasing.access_lines,
    ),
    Row(
        key="access_files",
        title=_("Files of the access log"),
        since=_("when they were made"),
        source="RL-50",
        span=_days(archive.COLD.days),
        due=_older(AccessArchive, "created_at", discarded_at=None),
        at_once=erasing.access_files,
    ),
    Row(
        key="jobs",
        title=_("Automatic steps of closed cases"),
        since=_("end of the case"),
        source=SCHOOL,
        span=_days(90),
        due=_jobs,
        person="case__initiator",
    ),
    # what never ends
    Row(
        key="trail",
        title=_("Trails of cases, definitions and rights"),
        since="",
        source=_("rules 4.1"),
        deed=Deed.KEEP,
    ),
    Row(
        key="records",
        title=_("Records of graduates and where they went"),
        since="",
        source=_("rules 4.1"),
        deed=Deed.KEEP,
    ),
)

ENDING = tuple(row for row in TABLE if not row.is_kept)
