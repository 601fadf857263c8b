"""Nobody reviews their own case (flows X6): what its new applicant holds in it goes to others."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from viewflow.workflow.status import STATUS

from accounts.queries import holders_at
from processes.engine import incidents, scopes, signing
from processes.engine.candidates import Candidates, others_for
from processes.engine.unit_of_work import current_unit_of_work
from processes.engine.votes import Tally
from processes.models import Task, TaskType

if TYPE_CHECKING:
    from processes.models import Case

Pool = Callable[[str, int | None], list[UUID]]
_GIVEN = ("owner", "assigned", "status", "data", "revision", "role", "unit")


def partial_tasks(rows: Iterable[Task], person: UUID, pool: Pool = holders_at) -> list[Task]:
    """Of the open *rows* of a case, what *person* could not decide as its applicant and others have to.

    *pool* says who holds a role at a unit.
    """
    asked = [row for row in rows if row.flow_task_type == TaskType.HUMAN and not row.element.is_initiators]
    return [row for row in asked if _lies_with(row, person, pool)]


def pass_on(case: "Case") -> list[dict[str, Any]]:
    """Give to others what the applicant of *case* holds in it; says what went to whom, for the trail.

    A task goes to whoever had asked the person for an opinion, else into its pool, else one level up. One
    voice of several is left out, and so is a signer.
    """
    rows = current_unit_of_work().live.of(case)
    moved: list[dict[str, Any]] = []
    for row in partial_tasks(rows, case.initiator_id):
        host = current_unit_of_work().live.host_of(row)
        if host is None:
            _give(row, _others(case, row))
        elif host.flow_task_type != TaskType.GROUP:
            row.host = host
            signing.remove(row)
        moved.append({"task": row.pk.hex, "node": row.node_id, "role": row.role, "unit": row.unit_id})
    for row in rows:
        if row.data.get("signers_after"):
            signing.remove_later(row, case.initiator_id)
        if row.flow_task_type == TaskType.GROUP:
            _leave_out(row, case.initiator_id)
    return moved


def _lies_with(row: Task, person: UUID, pool: Pool) -> bool:
    """Whether the person has it, gets it back with an opinion, or is the only one who could take it."""
    if row.owner_id is None:
        return pool(row.role, row.unit_id) == [person]
    return row.owner_id == person or row.data.get("delegated_by") == person.hex


def _others(case: "Case", row: Task) -> Candidates:
    said = row.data.get("delegated_by", "")
    if said and UUID(said) != case.initiator_id:
        return Candidates(row.role, row.unit_id, UUID(said))
    return others_for(case, row.element)


def _give(row: Task, found: Candidates) -> None:
    row.role, row.unit_id, row.owner_id = found.role, found.unit_id, found.owner_id
    row.assigned = current_unit_of_work().now if found.owner_id else None
    row.status = STATUS.ASSIGNED if found.owner_id else STATUS.NEW
    row.data = {name: value for name, value in row.data.items() if name not in ("delegated_by", "question")}
    row.revision += 1
    row.save(update_fields=_GIVEN)


def _leave_out(group: Task, person: UUID) -> None:
    """Count a joint decision without *person*; an operator is told when nobody else is asked."""
    tally = Tally.of(group)
    numbers = [n for n, each in enumerate(tally.people) if each == person and n not in tally.votes]
    if not numbers:
        return
    if len(tally.people) == len(numbers):
        incidents.get_stuck(group, f"NobodyToAsk: {group.node_id}")
        return
    tally.leave_out(numbers, group.element)
    group.data = group.data | {"tally": tally.as_data()}
    group.save(update_fields=["data"])
    voices = [row for row in scopes.rows_under(group.process, group.token) if row.host_id == group.pk]
    mine = [row for row in voices if row.owner_id == person and row.finished is None]
    for row in mine:
        scopes.cancel(row)
    if mine:
        group.flow_task.conclude(group)
