"""Asking further people to sign 加签, and doing without them 减签."""

import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from approvals import notices, rules
from approvals.actions.deciding import check_reason
from approvals.actions.locking import on_task
from approvals.actions.passing import note
from approvals.models import Way
from approvals.queries.colleagues import people_around
from common.errors import BadInput, Refused
from common.retry import retrying
from processes.engine import runtime, signing, walk
from processes.engine.actor import Actor
from processes.models import Task

PLACES = (signing.BEFORE, signing.BESIDE, signing.AFTER)


@retrying
def add_signer(
    task_id: UUID,
    person: UUID,
    place: str,
    by: Actor,
    *,
    text: str,
    now: datetime.datetime | None = None,
) -> Task:
    """Ask somebody to sign *place* (`before`, `beside`, `after`) the decision on a task; *text* says what.

    They are told when it is their turn: now, or once the task is decided.

    Raises Refused by rule, BadInput for somebody who cannot be asked.
    """
    with on_task(task_id, by, now) as (unit, task):
        rules.can_add_signer(by, task).require()
        if place not in PLACES:
            raise BadInput(_("Say when they sign: before you, beside you, or after you."))
        question = check_reason(text)
        _check_person(task, person, by)
        signer = signing.add(task, person, place, by.user.pk, question)
        _touch(task)
        note(unit, task, by, person, Way.SIGNER)
        runtime.record(
            unit, task.process, "signer_added", task, None, people=[person.hex], place=place, text=question
        )
        if signer is not None:
            notices.tell(unit, [person], notices.SIGNER_ASKED, signer, text=question)
    return task


def _check_person(task: Task, person: UUID, by: Actor) -> None:
    if person not in {each.person.pk for each in people_around(task.process, by.user)}:
        raise BadInput(_("Choose somebody who reviews for this student's units."))
    asked = {UUID(each["user"]) for each in task.data.get("signers_after", [])}
    asked |= {row.owner_id for row in signing.open_signers(task) if row.owner_id}
    if person in asked:
        raise BadInput(_("They are asked already."))


@retrying
def remove_signer(task_id: UUID, person: UUID, by: Actor, *, now: datetime.datetime | None = None) -> Task:
    """Do without a signer who has not answered: one under way, or one to be asked later.

    Raises Refused by rule or when the person is not asked.
    """
    with on_task(task_id, by, now) as (unit, task):
        signer = next((row for row in signing.open_signers(task) if row.owner_id == person), None)
        if signer is not None:
            rules.can_remove_signer(by, signer, task).require()
            signer.host = task
            signing.remove(signer)
        elif any(each["user"] == person.hex for each in task.data.get("signers_after", [])):
            rules.can_add_signer(by, task).require()
            signing.remove_later(task, person)
        else:
            raise Refused(_("This signer has answered already."))
        _touch(task)
        walk.run()
        runtime.record(unit, task.process, "signer_removed", task, None, people=[person.hex])
    return task


def _touch(task: Task) -> None:
    """A page that shows the task as it was is old now."""
    if task.is_open:
        task.revision += 1
        task.save(update_fields=["revision"])
