"""What an applicant does with a registration: one function a verb, one transaction."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals import actions as approvals
from approvals.actions import Actor
from common.errors import BadInput
from common.pinyin import title_pinyin
from common.retry import retrying
from employers.flows.vetting import forms, rules
from employers.flows.vetting.form_fields import FILE_KINDS
from employers.flows.vetting.hints import legal_person_index, phone_index
from employers.flows.vetting.words import PROMISE
from employers.models import Employer, EmployerState
from employers.names import name_core
from employers.queries import FLOW_KEY, own_cases
from forms import actions as form_actions
from forms.models import Attachment, Draft
from forms.queries import attachments_of, draft_of
from forms.schema import Checked
from processes.models import Case
from processes.queries import open_tasks

#: Columns of the record that repeat an answer under the same name.
COPIED = (
    "name",
    "uscc",
    "short_name",
    "former_names",
    "org_type",
    "nature",
    "industry",
    "scale",
    "region",
    "address",
    "website",
)


class Incomplete(BadInput):
    """Something is missing or wrong; *checked* says what, field by field."""

    def __init__(self, checked: Checked) -> None:
        super().__init__(_("Something is still missing. The places are marked below."))
        self.checked = checked


def start_application(
    employer: Employer, by: Actor, answers: Mapping[str, Any], *, now: datetime.datetime | None = None
) -> Case:
    """Open the vetting of a new *employer*; *answers* are what is known of it already.

    Raises Refused by rule.
    """
    case = approvals.start_case(FLOW_KEY, employer, by, now=now)
    form_actions.save_draft(case.pk, forms.version(), answers, 0, by=by.user)
    return case


@retrying
@transaction.atomic
def start_again(employer: Employer, by: Actor, *, now: datetime.datetime | None = None) -> Case:
    """Apply anew after a rejection, an expiry or a discarded application, with the answers of the last one.

    Raises Refused by rule: with the address of the open application when there is one (flows X12).
    """
    employer = Employer.objects.select_for_update().get(pk=employer.pk)
    rules.can_start_again(by.user, employer).require()
    last = own_cases(by.user, employer).first()
    draft = draft_of(last.pk) if last else None
    employer.start_again()
    employer.save()
    return start_application(employer, by, draft.values if draft else {}, now=now)


def save_answers(
    employer: Employer, answers: Mapping[str, Any], by: Actor, *, revision: int | None = None
) -> Draft:
    """Keep *answers* in the draft beside what it holds already; nothing has to be complete or right.

    Raises Refused by rule, Stale when another page saved since *revision*.
    """
    rules.can_edit(by.user, employer).require()
    draft = draft_of(employer.case.pk)
    values = (draft.values if draft else {}) | dict(answers)
    if revision is None:
        revision = draft.revision if draft else 0
    return form_actions.save_draft(employer.case.pk, forms.version(), values, revision, by=by.user)


def attach_paper(employer: Employer, field: str, upload: "UploadedFile[bytes]", by: Actor) -> Attachment:
    """Add a file to one of the fields of papers.

    Raises Refused by rule, BadInput for another field or a file that cannot be used (V-FILE).
    """
    rules.can_edit(by.user, employer).require()
    if field not in FILE_KINDS:
        raise BadInput(_("Files do not belong to this question."))
    return form_actions.attach(employer.case.pk, field, FILE_KINDS[field], upload, by.user)


def remove_paper(employer: Employer, attachment: Attachment, by: Actor) -> None:
    """Take a file out; earlier submissions keep it. Raises Refused by rule."""
    rules.can_edit(by.user, employer).require()
    form_actions.remove_attachment(attachment)


def check_application(employer: Employer, now: datetime.datetime | None = None) -> Checked:
    """What is still missing, wrong or odd in the draft."""
    draft = draft_of(employer.case.pk)
    files = list(attachments_of(employer.case.pk).present())
    return forms.check_with_files(employer, draft.values if draft else {}, files, timezone.localdate(now))


@retrying
@transaction.atomic
def submit_application(
    employer: Employer, by: Actor, *, promised: bool, now: datetime.datetime | None = None
) -> Employer:
    """Hand the application in; sending it twice changes nothing the second time.

    Raises BadInput without the promise, Incomplete with what is missing, Refused by rule.
    """
    employer = Employer.objects.select_for_update().get(pk=employer.pk)
    case = employer.case
    if employer.state == EmployerState.APPLIED and case.initiator_id == by.user.pk:
        return employer
    rules.can_edit(by.user, employer).require()
    if not promised:
        raise BadInput(_("Please confirm the promise before you submit."))
    checked = check_application(employer, now)
    if not checked.ok:
        raise Incomplete(checked)
    submission = form_actions.submit(case.pk, forms.version(), checked.values, by=by.user, now=now)
    _copy_answers(employer, checked.values)
    employer.submission_number, employer.submitted_at = submission.number, now or timezone.now()
    _save(employer)
    note = {"submission": submission.number, "digest": submission.digest, "declaration": str(PROMISE)}
    approvals.submit(open_tasks(case).get().pk, by, note=note, now=now)
    return Employer.objects.get(pk=employer.pk)


def _copy_answers(employer: Employer, values: Mapping[str, Any]) -> None:
    """Repeat in the record's columns what library, search and rules need."""
    for column in COPIED:
        setattr(employer, column, values.get(column) or "")
    employer.name_pinyin, employer.name_core = title_pinyin(employer.name), name_core(employer.name)
    employer.registered_capital = values.get("registered_capital")
    employer.founded_on = datetime.date.fromisoformat(values["founded_on"])
    ends = values.get("licence_valid_to")
    employer.licence_valid_to = datetime.date.fromisoformat(ends) if ends else None
    employer.keeps_archives = bool(values.get("can_hold_archive"))
    employer.legal_person = values["legal_person"]
    employer.legal_person_index = legal_person_index(values["legal_person"])
    employer.contact_name, employer.contact_position = values["operator_name"], values["operator_position"]
    employer.contact_phone = values["operator_mobile"]
    employer.contact_phone_index = phone_index(values["operator_mobile"])
    employer.contact_email = values["operator_email"]


def _save(employer: Employer) -> None:
    """Raises BadInput when another application took the credit code this very moment."""
    try:
        with transaction.atomic():
            employer.save()
    except IntegrityError as error:
        raise BadInput(_("This credit code was registered by somebody else just now.")) from error


def withdraw_application(employer: Employer, by: Actor, *, now: datetime.datetime | None = None) -> bool:
    """Take it back to go on writing, or ask the reviewer who has it; gives whether it is back (flows X1)."""
    return approvals.withdraw_or_ask(employer.case.pk, by, now=now)


def discard_application(employer: Employer, by: Actor, *, now: datetime.datetime | None = None) -> None:
    """Give a draft or a returned application up. Raises Refused by rule."""
    approvals.discard(employer.case.pk, by, now=now)
