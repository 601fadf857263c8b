"""What a graduate does with a filing: one function a verb, one transaction."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals import actions as approvals
from approvals.actions import Actor
from common.errors import BadInput
from destinations.flows.filing import forms, rules
from destinations.flows.filing.suspicion import find_hints, phone_index
from destinations.flows.filing.words import DECLARATION
from destinations.models import Destination, DestinationState, student_key
from destinations.queries import FLOW_KEY, effective_destination, open_filing
from forms import actions as form_actions
from forms.models import Attachment, Draft
from forms.queries import attachments_of, draft_of
from forms.schema.form import Checked
from processes.models import Case
from processes.queries import cases_on, open_tasks

if TYPE_CHECKING:
    from students.models import Student

PROOF = forms.PROOF

#: Family of categories -> where the file usually goes (code table `archive_disposition`).
USUAL_ARCHIVE: Mapping[str, str] = {
    "10": "1", "11": "1", "12": "3", "27": "1", "46": "6", "50": "7", "51": "7",
    "75": "3", "76": "3", "80": "5", "85": "8", "70": "3", "71": "8", "72": "3",
}  # fmt: skip

#: Columns of the record that repeat an answer under the same name.
COPIED = (
    "category",
    "employer_name",
    "employer_uscc",
    "employer_nature",
    "employer_industry",
    "employer_region",
    "job_category",
    "major_match",
    "country_code",
)


class Incomplete(BadInput):
    """Something is missing or wrong; *checked* says what, field by field."""

    def __init__(self, checked: Checked) -> None:
        super().__init__(_("Something is still missing. The places are marked below."))
        self.checked = checked


def start_filing(student: "Student", by: Actor, *, now: datetime.datetime | None = None) -> Destination:
    """Open a filing, or give back the one that is open already. Raises Refused by rule."""
    try:
        with transaction.atomic():
            return open_filing(student) or _start(student, by, now)
    except IntegrityError:
        already = open_filing(student)
        if already is None:
            raise
        return already


def _start(student: "Student", by: Actor, now: datetime.datetime | None) -> Destination:
    destination = Destination.objects.create(
        student=student,
        cohort=student.cohort,
        open_key=student_key(student.pk, student.cohort),
        replaces=effective_destination(student),
    )
    approvals.start_case(FLOW_KEY, destination, by, now=now)
    return destination


def case_of(destination: Destination) -> Case:
    """The case of a filing; it has exactly one."""
    return cases_on(destination)[0]


def choose_category(destination: Destination, category: str, by: Actor) -> Draft:
    """Set the category and, where nothing was said about the file yet, where it usually goes.

    Raises BadInput for a category the graduate cannot choose, Refused by rule.
    """
    if category not in forms.offered_categories(destination.student):
        raise BadInput(_("Please choose one of the categories."))
    answers: dict[str, Any] = {"category": category}
    draft = draft_of(destination.case_id)
    if not (draft and draft.values.get("archive_disposition")):
        answers["archive_disposition"] = usual_archive(category)
    return save_answers(destination, answers, by)


def usual_archive(category: str) -> str:
    """Where the file usually goes for a category: a code of `archive_disposition`."""
    return USUAL_ARCHIVE[category[:2]]


def save_answers(
    destination: Destination, answers: Mapping[str, Any], by: Actor, *, revision: int | None = None
) -> Draft:
    """Keep *answers* in the draft beside what it holds already; nothing has to be complete or right.

    Raises Refused by rule, Stale when another page saved since *revision*.
    """
    rules.can_edit(by.user, destination).require()
    draft = draft_of(destination.case_id)
    values = (draft.values if draft else {}) | dict(answers)
    if revision is None:
        revision = draft.revision if draft else 0
    return form_actions.save_draft(destination.case_id, forms.version(), values, revision, by=by.user)


def attach_proof(destination: Destination, kind: str, upload: "UploadedFile[bytes]", by: Actor) -> Attachment:
    """Add a file; *kind* is a code of `proof_kind` or empty, release papers have their own place (RL-7).

    Raises Refused by rule, BadInput when the file cannot be used (V-FILE).
    """
    rules.can_edit(by.user, destination).require()
    field = forms.RELEASE if kind == forms.RELEASE_KIND else PROOF
    return form_actions.attach(destination.case_id, field, kind, upload, by.user)


def remove_proof(destination: Destination, attachment: Attachment, by: Actor) -> None:
    """Take a file out of the proof; earlier submissions keep it. Raises Refused by rule."""
    rules.can_edit(by.user, destination).require()
    form_actions.remove_attachment(attachment)


def check_filing(destination: Destination, case: Case, now: datetime.datetime | None = None) -> Checked:
    """What is still missing, wrong or odd in the draft of a filing."""
    today = timezone.localdate(now)
    draft = draft_of(case.pk)
    files = list(attachments_of(case.pk).present())
    return forms.check_with_files(destination.student, draft.values if draft else {}, files, today)


@transaction.atomic
def submit_filing(
    destination: Destination, by: Actor, *, declared: bool, now: datetime.datetime | None = None
) -> Destination:
    """Hand the filing in; sending it twice changes nothing the second time.

    Raises BadInput without the declaration, Incomplete with what is missing, Refused by rule.
    """
    destination = Destination.objects.select_for_update().select_related("student").get(pk=destination.pk)
    if destination.state == DestinationState.IN_REVIEW and destination.student.user_id == by.user.pk:
        return destination
    rules.can_edit(by.user, destination).require()
    if not declared:
        raise BadInput(_("Please confirm the declaration before you submit."))
    case = case_of(destination)
    checked = check_filing(destination, case, now)
    if not checked.ok:
        raise Incomplete(checked)
    submission = form_actions.submit(case.pk, forms.version(), checked.values, by=by.user, now=now)
    _copy_answers(destination, checked.values, submission.number, now or timezone.now())
    note = {"submission": submission.number, "digest": submission.digest, "declaration": str(DECLARATION)}
    approvals.submit(open_tasks(case).get().pk, by, note=note, now=now)
    destination.refresh_from_db()
    return destination


def _copy_answers(
    destination: Destination, values: Mapping[str, Any], number: int, now: datetime.datetime
) -> None:
    """Repeat in the record's columns what statistics and search need, and look for hints."""
    for column in COPIED:
        setattr(destination, column, values.get(column) or "")
    destination.employer_name = values.get("employer_name") or values.get("startup_name") or ""
    destination.employer_uscc = values.get("employer_uscc") or values.get("startup_uscc") or ""
    destination.school_name = values.get("school_name") or values.get("overseas_school_zh") or ""
    pay = values.get("start_salary") or values.get("freelance_income")
    destination.start_salary = Decimal(pay) if pay else None
    destination.contact_phone_index = phone_index(values.get("employer_contact_phone") or "")
    destination.submission_number, destination.submitted_at = number, now
    files = list(attachments_of(destination.case_id).present())
    destination.suspicion = find_hints(destination, destination.student.mobile, files)
    destination.save()


def withdraw_filing(destination: Destination, by: Actor, *, now: datetime.datetime | None = None) -> None:
    """Take a filing back to go on writing. Raises Refused once a reviewer has taken it (flows X1)."""
    approvals.withdraw(destination.case_id, by, now=now)


def ask_back(
    destination: Destination, by: Actor, *, text: str = "", now: datetime.datetime | None = None
) -> None:
    """Ask the reviewer who has the filing to let it go. Raises Refused while nobody has it (flows X1)."""
    approvals.request_withdrawal(destination.case_id, by, text=text, now=now)


def discard_filing(destination: Destination, by: Actor, *, now: datetime.datetime | None = None) -> None:
    """Throw a draft or a returned filing away. Raises Refused by rule."""
    approvals.discard(destination.case_id, by, now=now)


def find_attachment(destination: Destination, attachment_id: UUID) -> Attachment | None:
    """A file of this filing, or None."""
    return attachments_of(destination.case_id).filter(pk=attachment_id).first()
