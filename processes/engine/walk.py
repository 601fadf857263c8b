"""Moving tokens until all of them rest, and ending what no token is left in."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from viewflow.workflow.status import PROCESS

from common.errors import Refused
from processes.bpmn.model import INCLUSIVE_GATEWAY, Model
from processes.engine import incidents, scopes
from processes.engine.nodes.base import close
from processes.engine.tokens import is_under
from processes.engine.unit_of_work import UnitOfWork, current_unit_of_work
from processes.models import Case, CaseState, Task, TaskType

if TYPE_CHECKING:
    from collections.abc import Sequence

#: More steps in one go than any sound definition takes.
MAX_STEPS = 20_000


def run() -> None:
    """Move every token of the agenda on to where it rests. Raises Refused when that never happens."""
    unit, steps = current_unit_of_work(), 0
    while True:
        while unit.agenda:
            case, node, token, flow_id = unit.agenda.popleft()
            steps += 1
            if steps > MAX_STEPS:
                raise Refused(_("This case runs in circles. Tell the administrator."))
            unit.step(case).path.append(node.element.id)
            node.enter(case, token, flow_id)
        if not any(_settle(unit, step.case) for step in list(unit.steps.values())):
            return


def finish(case: Case, state: str) -> None:
    """Close the case; a calling case goes on."""
    unit = current_unit_of_work()
    case.status = PROCESS.CANCELED if state == CaseState.CANCELLED else PROCESS.DONE
    case.go_to(state)
    case.finished = unit.now
    case.save(update_fields=case.finish_fields)
    if case.caller_id is not None:
        from processes.engine.calls import returned

        returned(case)


def _settle(unit: UnitOfWork, case: Case) -> bool:
    """End what is over now that no token moves; gives whether anything changed."""
    if case.finished is not None:
        return False
    model: Model = case.flow_class.model
    if not model.is_concurrent and not unit.step(case).ended:
        return False
    rows = unit.live.of(case)
    if not rows:
        finish(case, CaseState.APPROVED)
        return True
    if not model.is_concurrent:
        return False
    return _join(case, model, rows) or _leave_scope(case, rows) or _stuck(case, rows)


def _join(case: Case, model: Model, rows: "Sequence[Task]") -> bool:
    """Let on what waits at an inclusive gateway that nothing else can reach any more."""
    waiting = [row for row in rows if model.elements[row.node_id].type == INCLUSIVE_GATEWAY]
    for row in waiting:
        element = row.element
        root = scopes.scope_token(case, element, row.token)
        others = {other.node_id for other in rows if other is not row and is_under(other.token, root)}
        arrived = [flow_id for flow_id, _token in row.data["arrived"]]
        if not others & model.upstream(element.id, arrived):
            row.flow_task.settle(row)
            return True
    if waiting and len(waiting) == len(rows):  # they wait for each other
        waiting[0].flow_task.settle(waiting[0])
        return True
    return False


def _leave_scope(case: Case, rows: "Sequence[Task]") -> bool:
    """Go on behind a sub-process in which no token is left."""
    for row in rows:
        if row.flow_task_type == TaskType.SCOPE and not scopes.rows_under(case, row.data["inner"]):
            close(row, "done")
            row.flow_task.leave(case, row.token)
            return True
    return False


def _stuck(case: Case, rows: "Sequence[Task]") -> bool:
    """Report a case of which every token waits for another one; lint refuses definitions that can do this."""
    if any(row.flow_task_type not in (TaskType.JOIN, TaskType.SCOPE) for row in rows):
        return False
    unit = current_unit_of_work()
    if not unit.step(case).stuck:
        unit.step(case).stuck = True
        incidents.get_stuck(rows[0], "Stuck: every token waits for another one.")
    return False
