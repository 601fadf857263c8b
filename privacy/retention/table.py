"""The one table of periods: every class of data that ends some day, and those that do not (rules 4.1).

A class without a row here is never erased by itself. What a row calls its moment is compared with the
period; a record whose moment lies exactly that long ago stays one more night.
"""

from collections.abc import Callable

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import archive
from accounts.access.models import AccessArchive
from accounts.actions import FORGET_AFTER
from accounts.consents.models import Consent
from accounts.models import SignInFailures
from accounts.personnel.models import StaffImport, StaffImportState
from accounts.security.models import Count, ResetRequest, Session, SignIn
from employers.queries import FLOW_KEY as VETTING
from exports.models import Export
from exports.queries import FLOW_KEY as EXPORT
from forms.models import Draft
from messaging.models import Notice
from privacy.assessments.models import Assessment
from privacy.models import FLOW_KEY as REQUESTS
from privacy.retention import erasing
from privacy.retention.due import (
    APPLYING,
    HAS_CASE,
    IN_LIBRARY,
    IN_OFFICE,
    ON_LIST,
    STILL_OPEN,
    WRITTEN_AT,
    access_lines,
    answered,
    bound,
    closed,
    contacts,
    filings,
    former_staff,
    graduates,
    jobs,
    loaded,
    loaded_staff,
    older,
    silent_employers,
    strays,
    unloaded,
)
from privacy.retention.rows import Deed, Row, Span
from students.models import UNDO_WINDOW
from students.queries import REBINDING
from talks.queries import FLOW_KEY as TALK
from wechat.models import BindingEvent, Letter, LetterState, Received, Scan


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
        due=filings,
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
        due=closed(VETTING),
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
        due=closed(TALK),
        person="initiator",
        erase=erasing.talks,
    ),
    Row(
        key="binding_papers",
        title=_("Why somebody wanted another phone bound"),
        since=_("end of the case"),
        source=_("rules 4.1"),
        deed=Deed.EMPTY,
        span=_bindings,
        due=closed(REBINDING),
        person="initiator",
        erase=erasing.evidence("binding_papers"),
    ),
    Row(
        key="export_papers",
        title=_("What was said to get an export, with its papers"),
        since=_("end of the case"),
        source="RL-34",
        deed=Deed.EMPTY,
        span=_years_3,
        due=closed(EXPORT),
        person="initiator",
        erase=erasing.exports,
    ),
    Row(
        key="data_requests",
        title=_("What was said in requests about personal data, and the answers"),
        since=_("end of the case"),
        source="RL-38",
        deed=Deed.EMPTY,
        span=_years_3,
        due=closed(REQUESTS),
        person="initiator",
        erase=erasing.requests,
    ),
    Row(
        key="assessments",
        title=_("Impact assessments that were replaced"),
        since=_("when a newer one took their place"),
        source="RL-34",
        span=_years_3,
        due=older(Assessment, "replaced_at"),
    ),
    Row(
        key="export_files",
        title=_("Exported files that nobody took"),
        since=_("end of their 72 hours"),
        source=_("flow 32"),
        span=_days(1),
        due=older(Export, "expires_at", but=Q(file="")),
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
        due=older(Draft, "saved_at"),
        person="saved_by",
        blocks=(WRITTEN_AT,),
    ),
    Row(
        key="stray_uploads",
        title=_("Uploaded files that were never handed in"),
        since=_("upload"),
        source=SCHOOL,
        span=_days(90),
        due=strays,
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
        due=unloaded,
        erase=erasing.imports,
    ),
    Row(
        key="loaded_imports",
        title=_("Rows of loaded spreadsheets of graduates"),
        since=_("loading"),
        source=SCHOOL,
        deed=Deed.EMPTY,
        span=_days(30),
        due=loaded,
        erase=erasing.imported_rows,
    ),
    Row(
        key="unloaded_staff",
        title=_("Spreadsheets of staff that were not loaded"),
        since=_("upload"),
        source=SCHOOL,
        span=_days(7),
        due=older(StaffImport, "uploaded_at", state=StaffImportState.CHECKED),
    ),
    Row(
        key="loaded_staff",
        title=_("Rows of loaded spreadsheets of staff"),
        since=_("loading"),
        source=SCHOOL,
        deed=Deed.EMPTY,
        span=_days(30),
        due=loaded_staff,
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
        due=graduates,
        person="pk",
        blocks=(IN_OFFICE, HAS_CASE),
        erase=erasing.accounts,
    ),
    Row(
        key="staff_accounts",
        title=_("Accounts of staff"),
        since=_("end of the last appointment, or last sign-in if that was later"),
        source=SCHOOL,
        deed=Deed.CLOSE,
        span=lambda: Span(months=settings.STAFF_KEEP_MONTHS),
        due=former_staff,
        person="pk",
        blocks=(IN_OFFICE, HAS_CASE),
        erase=erasing.staff,
    ),
    Row(
        key="employer_accounts",
        title=_("Accounts of people of employers"),
        since=_("when anybody of the employer was last here"),
        source="RL-23",
        deed=Deed.CLOSE,
        span=_evidence,
        due=silent_employers,
        person="pk",
        blocks=(IN_OFFICE, HAS_CASE),
        erase=erasing.employer_accounts,
    ),
    Row(
        key="employer_contacts",
        title=_("Whom to call at an employer"),
        since=_("when anybody of the employer was last here"),
        source="RL-23",
        deed=Deed.EMPTY,
        span=_evidence,
        due=contacts,
        person="people__user",
        blocks=(APPLYING, ON_LIST),
        erase=erasing.contacts,
    ),
    Row(
        key="consents",
        title=_("Consents and readings of the notice"),
        since=_("end of the account"),
        source=_("rules 4.1"),
        span=_years_3,
        due=older(Consent, "user__closed_at", user__is_active=False),
        person="user",
    ),
    Row(
        key="notices",
        title=_("Notices"),
        since=_("when they were written"),
        source=SCHOOL,
        span=lambda: Span(months=12),
        due=older(Notice, "created_at"),
        person="recipient",
    ),
    # WeChat
    Row(
        key="bindings",
        title=_("Bindings to WeChat"),
        since=_("day of graduation"),
        source=_("rules 4.1"),
        span=_bindings,
        due=bound,
        person="user",
        erase=erasing.bindings,
    ),
    Row(
        key="binding_history",
        title=_("History of bindings"),
        since=_("when it happened"),
        source="RL-50",
        span=_years_3,
        due=older(BindingEvent, "at"),
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
        due=answered,
        person="student__user",
        erase=erasing.phones_of_requests,
    ),
    Row(
        key="scans",
        title=_("Sign-ins by QR code"),
        since=_("end of their five minutes"),
        source="WX-3",
        span=_days(1),
        due=older(Scan, "expires_at"),
        person="user",
    ),
    Row(
        key="received",
        title=_("Messages from WeChat"),
        since=_("arrival"),
        source=_("rules 5.3"),
        span=_days(7),
        due=older(Received, "received_at"),
    ),
    Row(
        key="letters",
        title=_("Messages to WeChat that were dealt with"),
        since=_("when they were written"),
        source=SCHOOL,
        span=_days(90),
        due=older(Letter, "created_at", but=Q(state=LetterState.WAITING)),
    ),
    # the door
    Row(
        key="sessions",
        title=_("Ended sessions"),
        since=_("end of the session"),
        source=DOOR,
        span=Span,
        due=older(Session, "expire_date"),
    ),
    Row(
        key="counts",
        title=_("Counts of tries"),
        since=_("end of the count"),
        source=DOOR,
        span=Span,
        due=older(Count, "until"),
    ),
    Row(
        key="failures",
        title=_("Wrong passwords in a row"),
        since=_("last try"),
        source=DOOR,
        span=_days(FORGET_AFTER.days),
        due=older(SignInFailures, "last_at"),
    ),
    Row(
        key="resets",
        title=_("Requests for a new password"),
        since=_("request"),
        source=DOOR,
        span=_days(1),
        due=older(ResetRequest, "asked_at"),
    ),
    Row(
        key="sign_ins",
        title=_("History of sign-ins"),
        since=_("sign-in"),
        source="RL-50",
        span=lambda: Span(days=settings.SIGN_IN_LOG_DAYS),
        due=older(SignIn, "at"),
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
        due=access_lines,
        at_once=erasing.access_lines,
    ),
    Row(
        key="access_files",
        title=_("Files of the access log"),
        since=_("when they were made"),
        source="RL-50",
        span=_days(archive.COLD.days),
        due=older(AccessArchive, "created_at", discarded_at=None),
        at_once=erasing.access_files,
    ),
    Row(
        key="jobs",
        title=_("Automatic steps of closed cases"),
        since=_("end of the case"),
        source=SCHOOL,
        span=_days(90),
        due=jobs,
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
_BY_KEY = {row.key: row for row in TABLE}


def span_of(key: str) -> Span:
    """How long the class under *key* is kept. Raises KeyError when the table has no such class."""
    return _BY_KEY[key].span()
