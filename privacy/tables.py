"""What is kept on one person as tables in the reader's words: labels for field names, names for codes.

Nobody else stands in them: whoever decided something is named by the role alone.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Model, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from accounts.access.models import AccessLog, Purpose, Verb
from accounts.consents.models import Consent
from accounts.consents.purposes import purpose_called
from accounts.models import Appointment, StandIn, User
from accounts.personnel.models import StaffRecord
from accounts.security import devices
from accounts.security.models import MailAddress, SecondStep, SignIn
from accounts.security.queries import sessions_of, sign_ins_of
from destinations.models import Destination
from destinations.queries import FLOW_KEY as FILING
from employers.models import EmployerUser
from forms.answers import submission_sections
from forms.codes import code_name
from forms.models import Attachment, Draft, Submission
from forms.queries import schema_of
from messaging.models import Notice
from privacy.models import DataRequest
from processes.models import Case
from processes.registry import all_flows, flow_for
from students import display
from students.models import Student
from students.queries import places_of, student_of
from wechat.models import Binding, BindingEvent

Label = str | Promise
Reader = Callable[[Any], Any]

#: Rows of one table at most; the latest come first, and who has more asks for them (flows 33).
MOST_ROWS = 2000


@dataclass(frozen=True)
class Table:
    """Some rows of text under labels; *key* and the keys of *columns* are for machines."""

    key: str
    title: str
    columns: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[str]]


def listed(key: str, title: Label, rows: Iterable[Any], columns: Mapping[str, tuple[Label, Reader]]) -> Table:
    """A table with a line for each of *rows*; *columns*: key -> label and what stands there."""
    lines = [[in_words(read(row)) for _label, read in columns.values()] for row in rows]
    heads = [(name, capfirst(str(label))) for name, (label, _read) in columns.items()]
    return Table(key, str(title), heads, lines)


def of_model(
    model: type[Model], *names: str, **more: tuple[Label, Reader]
) -> dict[str, tuple[Label, Reader]]:
    """The columns of fields of *model* by the names the model gives them, choices in words; then *more*."""
    return {name: (_label_of(model, name), _reader_of(model, name)) for name in names} | more


def _label_of(model: type[Model], name: str) -> Label:
    label: Label = model._meta.get_field(name).verbose_name  # type: ignore[union-attr]
    return label


def _reader_of(model: type[Model], name: str) -> Reader:
    if getattr(model._meta.get_field(name), "choices", None):
        return lambda row: getattr(row, f"get_{name}_display")()
    return lambda row: getattr(row, name)


def in_words(value: Any) -> str:
    """A value as people read it: days and times as they are sorted, yes and no, nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime.datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return str(value)


def account(user: User) -> list[Table]:
    """The account itself, how its owner is reached, and what they are appointed to."""
    of_one = of_model(User, "username", "name", "last_login", "is_active")
    of_one["joined_at"] = (gettext_lazy("Account since"), lambda row: row.joined_at)
    of_one["password_changed_at"] = (gettext_lazy("Password chosen"), lambda row: row.password_changed_at)
    mails = listed(
        "mail",
        _("Mail address"),
        MailAddress.objects.filter(user=user),
        of_model(
            MailAddress,
            "address",
            confirmed_at=(pgettext_lazy("personal data", "Confirmed"), lambda row: row.confirmed_at),
        ),
    )
    staff = listed(
        "staff",
        _("Staff record"),
        StaffRecord.objects.filter(user=user),
        of_model(StaffRecord, "mobile", "email"),
    )
    posts = listed(
        "appointments",
        _("Appointments"),
        Appointment.objects.filter(user=user).select_related("unit").order_by("-starts_on"),
        of_model(Appointment, "role", "unit", "starts_on", "ends_on", "reason"),
    )
    away = listed(
        "absences",
        _("Absences"),
        StandIn.objects.filter(person=user).order_by("-starts_on"),
        of_model(StandIn, "starts_on", "ends_on"),
    )
    return [listed("account", _("Account"), [user], of_one), mails, staff, posts, away]


def record(user: User) -> list[Table]:
    """The student's record, field by field, but for what is the staff's own note (domain: forms 1)."""
    student = student_of(user)
    if student is None:
        return []
    place = places_of([student.unit])[student.unit_id]
    sections = display.sections(student, place, hidden=frozenset(), without=display.STAFF_ONLY)
    lines = [
        [section.title, str(capfirst(line.label)), line.text]
        for section in sections
        for line in section.lines
    ]
    more = [
        [
            pgettext("personal data", "Record"),
            str(capfirst(str(_label_of(Student, name)))),
            in_words(_reader_of(Student, name)(student)),
        ]
        for name in ("cohort", "verify_state", "verified_at", "created_at", "changed_at")
    ]
    heads = [("group", pgettext("personal data", "Group")), ("field", _("Field")), ("value", _("Value"))]
    return [Table("record", _("Student record"), heads, [*lines, *more])]


def destinations(user: User) -> list[Table]:
    """The destinations, version by version, and every answer that was handed in for them."""
    rows = list(Destination.objects.filter(student__user=user).order_by("-id")[:MOST_ROWS])
    filed = Case.objects.filter(subject_id__in=[row.pk for row in rows])
    columns = of_model(Destination, "version", "state", "source")
    columns["category"] = (_label_of(Destination, "category"), _coded("destination_category", "category"))
    columns |= of_model(Destination, "employer_name", "school_name", "start_salary")
    columns["region"] = (_label_of(Destination, "employer_region"), _coded("region", "employer_region"))
    columns |= of_model(Destination, "submitted_at", "effective_from", "effective_to")
    return [
        listed("destinations", _("Destinations"), rows, columns),
        answers("destination_answers", _("What you handed in for them"), filed),
    ]


def _coded(table: str, name: str) -> Reader:
    def read(row: Destination) -> str:
        value = getattr(row, name)
        return code_name(table, value, row.cohort) if value else ""

    return read


def answers(key: str, title: str, found: QuerySet[Case], by: User | None = None) -> Table:
    """What was handed in or is being written for the cases *found* (*by* one person), question by question.

    What a form says to be about others stays out.
    """
    numbers = dict(found.values_list("pk", "number"))
    handed_in = Submission.objects.filter(case_id__in=list(numbers)).select_related("form_version")
    written = Draft.objects.filter(case_id__in=list(numbers)).select_related("form_version")
    if by is not None:
        handed_in, written = handed_in.filter(submitted_by=by), written.filter(saved_by=by)
    lines = [
        [numbers[each.case_id], str(each.number), in_words(each.submitted_at), row.label, row.text]
        for each in handed_in.order_by("-submitted_at")[:MOST_ROWS]
        for section in submission_sections(each)
        for row in section.rows
        if not schema_of(each.form_version).by_key[row.key].others
    ]
    lines += [
        [numbers[each.case_id], _("draft"), in_words(each.saved_at), str(field.label), text]
        for each in written
        for field, text in schema_of(each.form_version).display_fields(each.values)
        if not field.others
    ]
    heads = [
        ("case", _("Case")), ("number", _("Hand-in")), ("at", _("Time")), ("question", _("Question")),
        ("answer", _("Answer")),
    ]  # fmt: skip
    return Table(key, title, heads, lines)


def cases(user: User) -> list[Table]:
    """The cases that this person began: which, when, how they stand. Titles may name others and stay out."""
    rows = Case.objects.filter(initiator=user).order_by("-created")[:MOST_ROWS]
    columns: dict[str, tuple[Label, Reader]] = {
        "number": (_label_of(Case, "number"), lambda row: row.number),
        "flow": (_label_of(Case, "flow_key"), lambda row: flow_for(row.flow_key).title),
        **of_model(Case, "state"),
        "created": (pgettext_lazy("personal data", "Begun"), lambda row: row.created),
        **of_model(Case, "submitted_at"),
        "finished": (gettext_lazy("Finished"), lambda row: row.finished),
    }
    given = answers("answers", _("What you handed in"), _told_by_flow(user), user)
    return [listed("cases", _("Cases you began"), rows, columns), given, _requests(user)]


def _told_by_flow(user: User) -> QuerySet[Case]:
    """Cases whose answers are the person's own, of whatever flow; those on destinations are told with them.

    What is handed in on behalf of an employer is the employer's.
    """
    own = [flow.key for flow in all_flows() if not flow.is_on_behalf and flow.key != FILING]
    return Case.objects.filter(initiator=user, flow_key__in=own)


def _requests(user: User) -> Table:
    """What was asked about the own data, and the answers."""
    columns = of_model(
        DataRequest, "kind", "state", "asked_at", "said", "wanted", "answer", "until", "closed_at"
    )
    columns["about"] = (pgettext_lazy("personal data", "About"), lambda row: row.about_words)
    rows = DataRequest.objects.filter(person=user).order_by("-asked_at")[:MOST_ROWS]
    return listed("requests", _("Requests about your data"), rows, columns)


def files(user: User) -> list[Table]:
    """The files that this person uploaded, by name; they lie in the cases themselves."""
    numbers = dict(Case.objects.filter(initiator=user).values_list("pk", "number"))
    rows = Attachment.objects.filter(uploaded_by=user, case_id__in=list(numbers)).order_by("-uploaded_at")
    columns = of_model(Attachment, "name", "uploaded_at", "removed_at")
    columns["size"] = (gettext_lazy("Bytes"), lambda row: row.size)
    columns["case"] = (gettext_lazy("Case"), lambda row: numbers[row.case_id])
    return [listed("files", _("Files you uploaded"), rows[:MOST_ROWS], columns)]


def notices(user: User) -> list[Table]:
    """The notices; with their words for students alone, for those of others name whoever a case is about."""
    rows = Notice.objects.filter(recipient=user).order_by("-created_at")[:MOST_ROWS]
    columns: dict[str, tuple[Label, Reader]] = {
        "at": (gettext_lazy("Time"), lambda row: row.created_at),
        "read_at": (gettext_lazy("Opened"), lambda row: row.read_at),
    }
    if student_of(user) is not None:
        columns["title"] = (gettext_lazy("Title"), lambda row: row.title)
        columns["body"] = (gettext_lazy("Text"), lambda row: row.body)
    return [listed("notices", _("Notices"), rows, columns)]


def door(user: User) -> list[Table]:
    """Sign-ins, devices that are signed in now, the second step; neither passwords nor secrets."""
    columns = of_model(SignIn, "at", "outcome", "place")
    columns["ip"] = (gettext_lazy("Address"), lambda row: row.ip)
    columns["device"] = (gettext_lazy("Device"), lambda row: devices.words_of(row.device))
    now = {
        "since": (gettext_lazy("Since"), lambda row: row.since),
        "seen": (gettext_lazy("Last used"), lambda row: row.seen),
        "place": (pgettext_lazy("personal data", "Place"), lambda row: row.place),
        "ip": (gettext_lazy("Address"), lambda row: row.ip),
        "device": (gettext_lazy("Device"), lambda row: row.device_words),
    }
    step = SecondStep.objects.filter(user=user)
    return [
        listed("sign_ins", _("Sign-ins"), sign_ins_of(user)[:MOST_ROWS], columns),
        listed("sessions", _("Signed in now"), sessions_of(user), now),
        listed(
            "second_step", _("Second step"), step, {"since": (gettext_lazy("Since"), lambda row: row.since)}
        ),
    ]


def wechat(user: User) -> list[Table]:
    """The binding and its history. The number by which WeChat knows somebody stays out: it is a key."""
    bound = of_model(Binding, "bound_at", "proof")
    steps: dict[str, tuple[Label, Reader]] = {
        "at": (gettext_lazy("Time"), lambda row: row.at),
        "kind": (gettext_lazy("What"), lambda row: row.get_kind_display()),
        "by": (
            gettext_lazy("By"),
            lambda row: _("the school") if row.by_id not in (None, user.pk) else _("you"),
        ),
        **of_model(BindingEvent, "proof"),
    }
    agreed: dict[str, tuple[Label, Reader]] = {
        "at": (gettext_lazy("Time"), lambda row: row.at),
        "purpose": (gettext_lazy("What for"), _what_for),
        "version": (gettext_lazy("Version of the text"), lambda row: row.text_version),
        **of_model(Consent, "withdrawn_at"),
    }
    history = BindingEvent.objects.filter(user=user).order_by("-at")[:MOST_ROWS]
    consents = Consent.objects.filter(user=user).order_by("-at")[:MOST_ROWS]
    return [
        listed("wechat", _("WeChat binding"), Binding.objects.filter(user=user), bound),
        listed("wechat_history", _("History of the binding"), history, steps),
        listed("consents", _("Consents"), consents, agreed),
    ]


def _what_for(consent: Consent) -> Label:
    purpose = purpose_called(consent.purpose)
    return purpose.title if purpose else consent.purpose


def employer(user: User) -> list[Table]:
    """For which employers this person acts or asked to act."""
    rows = EmployerUser.objects.filter(user=user).select_related("employer").order_by("-asked_at")
    columns = of_model(
        EmployerUser, "employer", "role", "state", "position", "phone", "remark", "asked_at", "decided_at"
    )
    return [listed("employer", _("Acting for an employer"), rows, columns)]


def looks_at(user: User) -> QuerySet[AccessLog]:
    """When covered fields of the person's own record were uncovered; by whom is the auditors' to read."""
    student = student_of(user)
    key = str(student.pk) if student else ""
    found: QuerySet[AccessLog] = AccessLog.objects.filter(
        object_type=Student._meta.label_lower, object_id=key, action=Verb.REVEAL
    )
    return found.exclude(user=user).order_by(F("at").desc())


def _purpose_of(row: AccessLog) -> Label:
    """The purpose that was chosen; the reader's own words may name others and stay out."""
    return Purpose(row.purpose).label if row.purpose in Purpose else ""


def looks(user: User) -> list[Table]:
    """Those looks: which field, when, what for."""
    columns: dict[str, tuple[Label, Reader]] = {
        "at": (gettext_lazy("Time"), lambda row: row.at),
        "field": (pgettext_lazy("personal data", "Field"), lambda row: row.detail_words),
        "purpose": (gettext_lazy("What for"), _purpose_of),
    }
    return [listed("looks", _("Covered fields that were uncovered"), looks_at(user)[:MOST_ROWS], columns)]
