"""Who gets a task: the initiator, the doer of an earlier step, or a pool of role and unit."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Unit, UnitKind
from accounts.queries import holders
from common.errors import Refused
from processes.bpmn.alone import steps_above
from processes.bpmn.model import Element, Loop
from processes.engine.returns import decisions_that_count
from processes.engine.unit_of_work import current_unit_of_work

if TYPE_CHECKING:
    from processes.models import Case

MEMBERS = "members"


@dataclass(frozen=True)
class Candidates:
    """A pool (role and unit), or one person; *skip* says why nobody needs to be asked."""

    role: str = ""
    unit_id: int | None = None
    owner_id: UUID | None = None
    skip: str = ""


def candidates_for(case: "Case", element: Element, *, again: bool = False) -> Candidates:
    """Whom *element* asks in *case*. A step that is asked *again* after a return is not skipped because the
    same person decided before, but still when its pool is empty.

    When nobody did the step whose doer is asked, `qc:onEmpty` says what becomes of it, as for an empty pool.
    Raises Refused when the subject has no unit at the level asked for.
    """
    if element.is_initiators:
        return Candidates(owner_id=case.initiator_id)
    if element.doer_of:
        doer = _doer(case, element)
        if doer == case.initiator_id:
            return others_for(case, element)
        return _nobody(case, element, Candidates()) if doer is None else Candidates(owner_id=doer)
    if not element.role:  # a joint decision of people whom a variable names
        return Candidates()
    pool = Candidates(element.role, _unit_for(case, element))
    if element.settings.get("onConflict") == "up" and case.initiator_id in _holders(pool.role, pool.unit_id):
        return others_for(case, element)
    if element.settings.get("onEmpty", "wait") == "wait" and element.settings.get("onSame", "ask") == "ask":
        return pool
    return _by_policy(case, element, pool, again=again)


def others_for(case: "Case", element: Element) -> Candidates:
    """Whom *element* asks in the place of the applicant, who would be asked (flows X6).

    The others of the pool, for the doer of an earlier step of that one's; when nobody is left, or
    `qc:onConflict` says so, one level up; the pool again when there is nobody either.
    """
    asked = element
    while asked.doer_of:
        asked = case.flow_class.model.elements[asked.doer_of]
    pool = Candidates(asked.role, _unit_for(case, asked))
    up = _one_up(case, element, asked) or Candidates(asked.role, case.units.get("university", pool.unit_id))
    ways = (up, pool) if element.settings.get("onConflict") == "up" else (pool, up)
    found = (way for way in ways if set(_holders(way.role, way.unit_id)) - {case.initiator_id})
    return next(found, pool)


def members_of(case: "Case", loop: Loop, candidates: Candidates) -> list[UUID]:
    """Everybody a countersigned task asks, in order; perhaps nobody."""
    if loop.collection == MEMBERS or not loop.collection:
        return [pk for pk in _holders(candidates.role, candidates.unit_id) if pk != case.initiator_id]
    return [UUID(each) for each in case.variables.get(loop.collection, [])]


def is_nobody(case: "Case", element: Element, found: Candidates) -> bool:
    """Whether *element* would wait for nobody at all; a pool that is empty now may be filled."""
    if element.loop is not None:
        return not members_of(case, element.loop, found)
    return found.owner_id is None and not found.role


def _by_policy(case: "Case", element: Element, pool: Candidates, *, again: bool) -> Candidates:
    people = [pk for pk in _holders(pool.role, pool.unit_id) if pk != case.initiator_id]
    if not people:
        return _nobody(case, element, pool)
    if element.settings.get("onSame") == "skip" and not again and set(people) <= _deciders(case):
        return Candidates(skip="same_person")
    return pool


def _nobody(case: "Case", element: Element, pool: Candidates) -> Candidates:
    match element.settings.get("onEmpty", "wait"):
        case "skip":
            return Candidates(skip="nobody")
        case "up":
            return _one_up(case, element, element) or pool
    return pool


def _one_up(case: "Case", element: Element, asked: Element) -> Candidates | None:
    """Who is asked above the pool of *asked*: `qc:escalateTo` of *element* for the university; without it
    whom the next step asks that lies higher in the organisation. None when there is no such step.
    """
    role = element.settings.get("escalateTo")
    if role:
        return Candidates(role, case.units.get("university"))
    above = steps_above(case.flow_class.model, element.id, asked.unit_kind, UnitKind.values)
    found = (step for step in above if step.unit_kind in case.units)
    return next((Candidates(step.role, case.units[step.unit_kind]) for step in found), None)


def _holders(role: str, unit_id: int | None) -> list[UUID]:
    def look_up() -> list[UUID]:
        unit = Unit.objects.filter(pk=unit_id).first()
        return [] if unit is None else list(holders(role, unit).values_list("pk", flat=True))

    return current_unit_of_work().remember(("holders", role, unit_id), look_up)


def _deciders(case: "Case") -> set[UUID]:
    """Everybody whose approval of a step of this case, alone or with others, no later visit has undone."""
    approvals = (row for row in decisions_that_count(case) if row.outcome == "approve")
    return {row.decided_by_id for row in approvals if row.decided_by_id is not None}


def _doer(case: "Case", element: Element) -> UUID | None:
    """Who did the step that *element* names, the last time; None when it was skipped or passed by."""
    from processes.models import Task

    closed = [t for t in current_unit_of_work().live.closed_of(case) if t.node_id == element.doer_of]
    here = [task.decided_by_id for task in closed if task.decided_by_id]
    if here:
        return here[-1]
    done = Task.objects.filter(process=case, node_id=element.doer_of).exclude(decided_by=None)
    return done.order_by("-finished").values_list("decided_by_id", flat=True).first()


def _unit_for(case: "Case", element: Element) -> int:
    """The subject's unit at the element's level. Raises Refused when it lies above that level."""
    try:
        return int(case.units[element.unit_kind])
    except KeyError:
        message = _(
            "“%(step)s” asks for a unit that this record does not belong to. Correct the record's class."
        )
        raise Refused(message % {"step": element.label(get_language() or "")}) from None
