"""Nobody reviews their own case (flows X6): what its new applicant holds in it goes to others."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from accounts.queries import holders_at
from processes.engine import incidents, scopes, signing
from processes.engine.candidates import Candidates, others_for
from processes.engine.giving import give_away
from processes.engine.unit_of_work import current_unit_of_work
from processes.engine.votes import Tally
from processes.models import Task, TaskType

if TYPE_CHECKING:
    from processes.models import Case

Pool = Callable[[str, int | None], list[UUID]]


def partial_tasks(rows: Iterable[Task], person: UUID, pool: Pool = holders_at) -> list[Task]:
    """Of the open *rows* of a case, what *person* could not decide as its applicant and others have to.

    *pool* says who holds a role at a unit.
    """
    asked = [row for row in rows if row.flow_task_type == TaskType.HUMAN and not row.element.is_initiators]
    return [row for row in asked if _lies_with(row, person, pool)]


def pass_on(case: "Case") -> list[dict[str, Any]]:
    """Give to others what the applicant of *case* holds in it; says what became of each, for the trail.

    A task goes to whoever had asked the person for an opinion, else into its pool, else one level up
    ("given"). One voice of several is left out, and so is a signer ("left_out"). A joint decision of nobody
    else waits for an operator ("stuck").
    """
    rows, became = current_unit_of_work().live.of(case), []
    for row in partial_tasks(rows, case.initiator_id):
        host = current_unit_of_work().live.host_of(row)
        if host is None:
            give_away(row, _others(case, row))
            became.append(_line(row, "given", role=row.role, unit=row.unit_id, owner=row.owner_id))
        elif host.flow_task_type != TaskType.GROUP:
            row.host = host
            signing.remove(row)
            became.append(_line(row, "left_out"))
    for row in rows:
        if signing.remove_later(row, case.initiator_id):
            became.append(_line(row, "left_out"))
        if row.flow_task_type == TaskType.GROUP:
            became += _leave_out(row, case.initiator_id)
    return became


def _line(row: Task, how: str, **to: Any) -> dict[str, Any]:
    given = {name: value.hex if isinstance(value, UUID) else value for name, value in to.items() if value}
    return {"task": row.pk.hex, "node": row.node_id, "how": how} | given


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


def _leave_out(group: Task, person: UUID) -> list[dict[str, Any]]:
    """Count a joint decision without *person*; an operator is told when nobody else is asked.

    Theirs is the voice they hold by now, whoever was asked with it first.
    """
    tally, voices = Tally.of(group), _voices(group)
    theirs = {n: row for n, row in voices.items() if _lies_with(row, person, holders_at)}
    later = [n for n in tally.unheard if n not in voices and tally.people[n] == person]
    gone = [*theirs.values(), *(group for _number in later)]
    if not gone:
        return []
    if tally.size == len(gone):
        incidents.get_stuck(group, f"NobodyToAsk: {group.node_id}")
        return [_line(row, "stuck") for row in gone]
    tally.leave_out([*theirs, *later], group.element)
    group.data = group.data | {"tally": tally.as_data()}
    group.save(update_fields=["data"])
    for row in theirs.values():
        scopes.cancel(row)
    if tally.result is not None or len(theirs) == len(voices):
        group.flow_task.conclude(group)
    return [_line(row, "left_out") for row in gone]


def _voices(group: Task) -> dict[int, Task]:
    """Who is being asked in a joint decision, by number."""
    rows = scopes.rows_under(group.process, group.token)
    return {row.data["member"]: row for row in rows if row.host_id == group.pk}
