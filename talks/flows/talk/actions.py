"""What people do with a talk on its way: one function a verb, one transaction."""

import datetime
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals import actions as approvals
from approvals.actions import Actor, Decision
from common.errors import BadInput, Refused, Stale
from common.retry import retrying
from employers.models import Employer
from forms import actions as form_actions
from forms.models import Attachment, Draft
from forms.queries import attachments_of, draft_of
from forms.schema import Checked
from processes.actions import deliver_message
from processes.models import Case, Task
from processes.queries import open_tasks
from talks import rules
from talks.flows.talk import forms
from talks.flows.talk.form_fields import FILE_KINDS
from talks.models import CalledOffBy, Talk, TalkState, Venue
from talks.queries import FLOW_KEY, arranges
from talks.slots import Slot, stored_wish, wishes_in

#: Steps of the chain that actions answer.
CHOOSE, CONFIRM = "choose", "confirm"
#: What an employer may say to the venue and time it was offered.
REPLIES = ("confirm", "change", "decline")
#: The message by which a published talk is called off.
CALL_OFF = "call_off"

#: Columns of the record that repeat an answer under the same name.
COPIED = (
    "title",
    "intro",
    "jobs",
    "audience",
    "venue_kind",
    "equipment",
    "contact_name",
    "contact_phone",
)


class Incomplete(BadInput):
    """Something is missing or wrong; *checked* says what, field by field."""

    def __init__(self, checked: Checked) -> None:
        super().__init__(_("Something is still missing. The places are marked below."))
        self.checked = checked


@transaction.atomic
def start_talk(
    employer: Employer,
    by: Actor,
    answers: Mapping[str, Any] | None = None,
    *,
    now: datetime.datetime | None = None,
) -> Talk:
    """Begin to apply for a talk of *employer*. Raises Refused by rule."""
    rules.can_apply(by.user).require()
    talk = Talk.objects.create(employer=employer, created_at=now or timezone.now())
    case = approvals.start_case(FLOW_KEY, talk, by, now=now)
    form_actions.save_draft(case.pk, forms.version(), answers or {}, 0, by=by.user)
    return talk


def save_answers(talk: Talk, answers: Mapping[str, Any], by: Actor, *, revision: int | None = None) -> Draft:
    """Keep *answers* in the draft beside what it holds already; nothing has to be complete or right.

    Raises Refused by rule, Stale when another page saved since *revision*.
    """
    rules.can_edit(by.user, talk).require()
    draft = draft_of(talk.case.pk)
    values = (draft.values if draft else {}) | dict(answers)
    if revision is None:
        revision = draft.revision if draft else 0
    return form_actions.save_draft(talk.case.pk, forms.version(), values, revision, by=by.user)


def attach_file(talk: Talk, field: str, upload: "UploadedFile[bytes]", by: Actor) -> Attachment:
    """Add a file. Raises Refused by rule, BadInput for another field or a file that cannot be used."""
    rules.can_edit(by.user, talk).require()
    if field not in FILE_KINDS:
        raise BadInput(_("Files do not belong to this question."))
    return form_actions.attach(talk.case.pk, field, FILE_KINDS[field], upload, by.user)


def remove_file(talk: Talk, attachment: Attachment, by: Actor) -> None:
    """Take a file out; earlier submissions keep it. Raises Refused by rule."""
    rules.can_edit(by.user, talk).require()
    form_actions.remove_attachment(attachment)


def check_talk(talk: Talk, now: datetime.datetime | None = None) -> Checked:
    """What is still missing, wrong or odd in the draft."""
    draft = draft_of(talk.case.pk)
    files = list(attachments_of(talk.case.pk).present())
    return forms.check(talk, draft.values if draft else {}, files, timezone.localdate(now))


@retrying
@transaction.atomic
def submit_talk(talk: Talk, by: Actor, *, now: datetime.datetime | None = None) -> Talk:
    """Hand the application in; sending it twice changes nothing the second time.

    The employer is locked, so that two talks at once do not pass the limit of a month (flows 6).
    Raises Incomplete with what is missing, Refused by rule.
    """
    Employer.objects.select_for_update().get(pk=talk.employer_id)
    talk = _locked(talk)
    if talk.state == TalkState.APPLIED and talk.case.initiator_id == by.user.pk:
        return talk
    rules.can_edit(by.user, talk).require()
    rules.can_apply(by.user, talk).require()
    checked = check_talk(talk, now)
    if not checked.ok:
        raise Incomplete(checked)
    submission = form_actions.submit(talk.case.pk, forms.version(), checked.values, by=by.user, now=now)
    _copy_answers(talk, checked.values)
    talk.save()
    note = {"submission": submission.number, "digest": submission.digest}
    approvals.submit(open_tasks(talk.case).get().pk, by, note=note, now=now)
    return Talk.objects.get(pk=talk.pk)


def _copy_answers(talk: Talk, values: Mapping[str, Any]) -> None:
    """Repeat in the record's columns what rules, calendars and lists need."""
    for column in COPIED:
        setattr(talk, column, values.get(column) or "")
    talk.expected, talk.visitors = values["expected"], values["visitors"]
    wanted = [slot for _number, slot in wishes_in(values)]
    talk.wishes = [stored_wish(slot) for slot in wanted]
    talk.wanted_on = wanted[0].day if wanted else None
    talk.rounds, talk.reply, talk.reply_text = 0, "", ""


def withdraw_talk(talk: Talk, by: Actor, *, now: datetime.datetime | None = None) -> bool:
    """Take it back to go on writing, what was held is free; or ask the officer who has it (flows X1).

    Gives whether it is back. Raises Refused by rule.
    """
    rules.can_withdraw(by.user, talk).require()
    return approvals.withdraw_or_ask(talk.case.pk, by, now=now)


def discard_talk(talk: Talk, by: Actor, *, now: datetime.datetime | None = None) -> None:
    """Give a draft or a returned application up. Raises Refused by rule."""
    rules.can_edit(by.user, talk).require()
    approvals.discard(talk.case.pk, by, now=now)


@retrying
@transaction.atomic
def allocate(
    task_id: UUID,
    venue: Venue,
    slot: Slot,
    by: Actor,
    *,
    revision: int | None = None,
    now: datetime.datetime | None = None,
) -> Task:
    """Give the talk of a task *venue* and time; they are held for two workdays (flows 6).

    Raises BadInput when they cannot be had, Refused by rule, Stale when somebody else was faster.
    """
    case_id = Task.objects.values_list("process_id", flat=True).get(pk=task_id)
    Case.objects.select_for_update().get(pk=case_id)
    task = Task.objects.select_related("process").get(pk=task_id)
    talk = Talk.objects.get(pk=task.process.subject_id)
    if not task.is_open:
        return _allocated(task, talk, (venue.pk, slot), by)
    talk.venue, talk.starts_at, talk.ends_at = venue, slot.starts_at, slot.ends_at
    talk.save(update_fields=["venue", "starts_at", "ends_at"])
    try:
        return approvals.decide(task_id, Decision("approve"), by, revision=revision, now=now)
    except Refused as error:
        raise BadInput(error.message) from error


def _allocated(task: Task, talk: Talk, wanted: tuple[UUID, Slot], by: Actor) -> Task:
    """The same choice once more changes nothing; whatever else comes too late raises Stale."""
    approvals.require_fresh(task, "approve", by, None)
    if wanted != (talk.venue_id, talk.slot):
        raise Stale(_("You have allocated another venue or time just now. Nothing was changed."))
    return task


@retrying
@transaction.atomic
def reply(
    talk: Talk, by: Actor, answer: str, text: str = "", *, now: datetime.datetime | None = None
) -> Talk:
    """The employer confirms, asks for another time, or declines (flows 6).

    Raises Refused by rule, BadInput for another answer, or a wish for another time without words.
    """
    talk = _locked(talk)
    text = text.strip()[:200]
    if answer not in REPLIES:
        raise BadInput(_("Confirm, ask for another time, or decline."))
    (rules.can_ask_change if answer == "change" else rules.can_reply)(by.user, talk).require()
    if answer == "change":
        approvals.check_reason(text)
        talk.rounds += 1
    talk.reply, talk.reply_text = answer, text
    talk.save(update_fields=["reply", "reply_text", "rounds"])
    task = open_tasks(talk.case).get(node_id=CONFIRM)
    approvals.submit(task.pk, by, note={"reply": answer}, now=now)
    return Talk.objects.get(pk=talk.pk)


@retrying
@transaction.atomic
def call_off(talk: Talk, by: Actor, text: str, *, now: datetime.datetime | None = None) -> Talk:
    """A published talk does not take place; an employer that calls off late is marked (flows 6).

    Raises Refused by rule, BadInput without a reason.
    """
    talk, moment = _locked(talk), now or timezone.now()
    rules.can_call_off(by.user, talk, moment).require()
    text = approvals.check_reason(text)[:200]
    school = arranges(by.user)
    who = CalledOffBy.SCHOOL if school else CalledOffBy.EMPLOYER
    talk.call_off(who, text, marked=not school and rules.is_late(talk, moment))
    talk.save()
    deliver_message(talk.case.pk, CALL_OFF, by)
    return Talk.objects.get(pk=talk.pk)


def _locked(talk: Talk) -> Talk:
    """The talk as it stands, behind the lock of its case."""
    Case.objects.select_for_update().get(pk=talk.case.pk)
    return Talk.objects.select_related("employer", "venue").get(pk=talk.pk)
