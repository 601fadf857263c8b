"""Copies 抄送: letting somebody know of a case who does not have to do anything."""

import datetime
from collections.abc import Iterable
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.queries import holders_at
from approvals import notices, rules
from approvals.actions.locking import on_task
from approvals.models import CarbonCopy
from approvals.queries.colleagues import people_around
from common.errors import BadInput
from common.retry import retrying
from processes.engine.actor import Actor
from processes.engine.unit_of_work import UnitOfWork
from processes.models import Case, Task


@retrying
def copy_to(
    task_id: UUID, people: Iterable[UUID], by: Actor, *, text: str = "", now: datetime.datetime | None = None
) -> Task:
    """Send a copy of the case to *people*; who has one already is left out.

    Raises Refused when the task is not the person's to see, BadInput when nobody is chosen.
    """
    with on_task(task_id, by, now) as (unit, task):
        rules.can_see_task(by, task).require()
        wanted = list(dict.fromkeys(people))
        known = {each.person.pk for each in people_around(task.process, by.user)}
        if not wanted or not known.issuperset(wanted):
            raise BadInput(_("Choose who gets a copy."))
        _send(unit, task, wanted, by.user.pk, text.strip())
    return task


def copies_by_chain(unit: UnitOfWork, task: Task) -> None:
    """Send the copies that the step asks for (`qc:copyTo="role@level ..."`) once it is approved."""
    setting = task.element.settings.get("copyTo", "")
    if not setting or task.outcome != "approve":
        return
    people = [
        person
        for pool in setting.split()
        for person in _holders(unit, task.process, *pool.partition("@")[::2])
    ]
    _send(unit, task, [pk for pk in dict.fromkeys(people) if pk != unit.actor.user_id], None, "")


def _holders(unit: UnitOfWork, case: Case, role: str, level: str) -> list[UUID]:
    unit_id = case.units.get(level)
    return unit.remember(("holders at", role, unit_id), lambda: holders_at(role, unit_id))


def _send(unit: UnitOfWork, task: Task, people: list[UUID], sender: UUID | None, text: str) -> None:
    has = _copies(unit)
    new = [person for person in people if (task.process_id, person) not in has]
    for person, url in copies_for(unit, task, new, sender, text).items():
        notices.tell(unit, [person], notices.COPIED, task, url=url, text=text)


def copies_for(
    unit: UnitOfWork, task: Task, people: list[UUID], sender: UUID | None, text: str = ""
) -> dict[UUID, str]:
    """The addresses at which *people* read their copies of the case; who has none yet gets one."""
    case, has = task.process, _copies(unit)
    new = [person for person in people if (case.pk, person) not in has]
    for person in new:
        copy = CarbonCopy(
            case=case, recipient_id=person, sender_id=sender, task_id=task.pk, created_at=unit.now
        )
        unit.keep(copy)
        has[case.pk, person] = copy.pk
    if new:
        unit.record(case, "copied", task=task, people=[person.hex for person in new], text=text)
    return {person: reverse("approvals:copy", args=[has[case.pk, person]]) for person in people}


def _copies(unit: UnitOfWork) -> dict[tuple[UUID, UUID], UUID]:
    """The copies of the cases at hand by case and recipient, read once."""

    def load() -> dict[tuple[UUID, UUID], UUID]:
        rows = CarbonCopy.objects.filter(case__in=list(unit.cases))
        return {(case, person): pk for case, person, pk in rows.values_list("case_id", "recipient_id", "pk")}

    return unit.remember("copies", load)


def mark_read(copy: CarbonCopy) -> None:
    """Leave a receipt that the copy was opened; the first time counts."""
    if copy.read_at is None:
        copy.read_at = timezone.now()
        copy.save(update_fields=["read_at"])
