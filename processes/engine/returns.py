"""Going back: to any earlier step, across joins and sub-processes, without losing or doubling a token.

A return goes along the token's own line. What descends from the token of the step returned to is void,
because it will come again. When the line has meanwhile passed a join or left a sub-process, both are set
up again as they stood: the join with the arrivals of the paths that are not repeated.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from common.errors import BadInput
from processes.bpmn.back import applicants_step
from processes.engine import scopes
from processes.engine.positions import misplaced
from processes.engine.tokens import ROOT, common, is_under
from processes.engine.unit_of_work import current_unit_of_work
from processes.models import Case, Task, TaskType
from processes.registry import flow_for

if TYPE_CHECKING:
    from processes.bpmn.model import Element

#: Outcomes behind which a token went on. A joint decision people objected to did so if the chain says so;
#: if it sent the case back instead, the step returned to undoes it.
FORWARD = ("submit", "approve", "object")
NO_WAY_BACK = _("This case cannot be returned to that step.")


def reopen(task: Task, target: str, data: dict[str, Any]) -> Task:
    """Open the step *target* again, coming from *task*. Raises BadInput when no way leads back there.

    One always leads back to the applicant's step: when an operator moved the case on while it lay there,
    or when it began behind it (on a message, at a time), it begins anew, as after a withdrawal.
    """
    task, case = scopes.main_of(task), task.process
    if not target:
        raise BadInput(NO_WAY_BACK)
    node = case.flow_class.node_for(target)
    if not case.flow_class.model.is_concurrent:
        if task.data.get("signed"):
            scopes.end_all(case, task.token)
        return node.reopen(case, task.token, data)
    rows = _rows(case)
    token = _token_at(rows, target, task.token)
    if token is None and target == applicants_step(case.flow_class.model):
        token = ROOT
    if token is None:
        raise BadInput(NO_WAY_BACK)
    scopes.end_all(case, token)
    if token != task.token and is_under(token, task.token):
        _restore_joins(case, token, task.token)
        _restore_scopes(case, node.element, token)
    reopened: Task = node.reopen(case, token, data | {"resumable": token == task.token})
    _check_places(case, rows)
    return reopened


def _check_places(case: Case, rows: list[Task]) -> None:
    """The way back of a case from another version may lead where nobody could have stood in this one."""
    if all(row.flow_task and row.flow_task.flow_class is case.flow_class for row in rows):
        return
    if misplaced(case.flow_class, current_unit_of_work().live.of(case)):
        raise BadInput(NO_WAY_BACK)


def resume(task: Task) -> bool:
    """After a correction, go straight to the step that asked for it, if the chain says so (flows X3).

    Gives False when all levels have to look again: the setting says so, something that counts was
    changed, or the way back crossed other paths.
    """
    origin = task.data.get("returned_from", "")
    if not origin or task.element.settings.get("resubmit", "all_levels") != "to_returner":
        return False
    case = task.process
    if case.flow_class.model.is_concurrent and not task.data.get("resumable"):
        return False
    if flow_for(case.flow_key).core_changed(case, task):
        return False
    current_unit_of_work().step(case).path.append(origin)
    case.flow_class.node_for(origin).enter(case, task.token, again=True)
    return True


def earlier_token(case: Case, target: str, token: str) -> str | None:
    """The token with which the case last passed *target* on the line of *token*; None when it never did."""
    return _token_at(_rows(case), target, token)


def _token_at(rows: list[Task], target: str, token: str) -> str | None:
    for row in reversed(still_counting(rows)):
        if row.node_id == target and (is_under(token, row.token) or is_under(row.token, token)):
            return row.token
    return None


def still_counting(rows: Iterable[Task]) -> list[Task]:
    """Of a case's user tasks, oldest first, those answered forward that no later visit has undone.

    A single vote or signer is no step of its own. Whoever comes to a step again, by a return, a withdrawal
    or a loop, undoes what came of the token there; but not by a return that was taken back.
    """
    counting: list[Task] = []
    for row in rows:
        if row.host_id is not None or row.data.get("undone"):
            continue
        again = next((n for n, old in enumerate(counting) if old.node_id == row.node_id), None)
        if again is not None:
            token = counting[again].token
            counting[again:] = [old for old in counting[again:] if not is_under(old.token, token)]
        if row.outcome in FORWARD:
            counting.append(row)
    return counting


def decisions_that_count(case: Case) -> list[Task]:
    """What people said in *case* and no later visit has undone: on steps, and as their voters and signers."""
    rows = _rows(case)
    steps = {row.pk for row in still_counting(rows)}
    return [row for row in rows if row.pk in steps or row.host_id in steps]


def _rows(case: Case) -> list[Task]:
    """What people were and are asked in the case, oldest first, as it stands here."""
    kinds = (TaskType.HUMAN, TaskType.GROUP)
    stored = Task.objects.filter(process=case, flow_task_type__in=kinds).order_by("created", "pk")
    here = [row for row in current_unit_of_work().live.known(case) if row.flow_task_type in kinds]
    rows = {row.pk: row for row in stored}
    return list((rows | {row.pk: row for row in here}).values())


def _restore_joins(case: Case, token: str, line: str) -> None:
    """Open the joins that *token*'s path went into since, with what the other paths had brought."""
    done: set[str] = set()
    for join in _joined(case):
        arrived = join.data["arrived"]
        merged = common(each for _flow, each in arrived)
        ours = [pair for pair in arrived if is_under(token, pair[1])]
        if join.node_id in done or not ours or not is_under(merged, line):
            continue
        done.add(join.node_id)
        others = [pair for pair in arrived if pair not in ours]
        if others:
            _join_in(case, join, [flow_id for flow_id, _token in others]).open(
                case,
                common(each for _flow, each in others),
                flow_task_type=TaskType.JOIN,
                data={"arrived": others},
            )


def _join_in(case: Case, join: Task, flow_ids: list[str]) -> Any:
    """The join in the case's own version. Raises BadInput when it is not there, or other paths lead to it."""
    model = case.flow_class.model
    if set(flow_ids) <= {flow.id for flow in model.incoming(join.node_id)}:
        return case.flow_class.node_for(join.node_id)
    raise BadInput(NO_WAY_BACK)


def _joined(case: Case) -> list[Task]:
    closed = [t for t in current_unit_of_work().live.closed_of(case) if t.outcome == "joined"]
    known = {task.pk for task in closed}
    stored = Task.objects.filter(process=case, outcome="joined").order_by("-finished", "-pk")
    return [*reversed(closed), *(task for task in stored if task.pk not in known)]


def _restore_scopes(case: Case, element: "Element", token: str) -> None:
    """Open the sub-processes around *element* that were left since."""
    parent = element.parent
    while parent and scopes.scope_row(case, element, token) is None:
        closed = [t for t in current_unit_of_work().live.closed_of(case) if t.node_id == parent]
        stored = Task.objects.filter(process=case, node_id=parent, outcome="done").order_by("-finished")
        for row in [*reversed(closed), *stored]:
            if row.flow_task_type == TaskType.SCOPE and is_under(token, row.data["inner"]):
                case.flow_class.node_for(parent).reopen(case, row.token, row.data["inner"])
                break
        element = case.flow_class.model.elements[parent]
        parent = element.parent
