"""Where tokens live together: the process itself and its embedded sub-processes.

A scope ends when no token is left in it. A sub-process is a row that waits for that; its tokens descend
from the token kept as `inner` on the row.
"""

from typing import TYPE_CHECKING

from processes.bpmn.model import Element
from processes.engine.tokens import ROOT, is_under, parent
from processes.engine.unit_of_work import current_unit_of_work
from processes.models import Task, TaskType

if TYPE_CHECKING:
    from processes.models import Case


def scope_row(case: "Case", element: Element, token: str) -> Task | None:
    """The open sub-process that *element* lies in, for this token; None at the level of the process."""
    if not element.parent:
        return None
    for row in current_unit_of_work().live.of(case):
        if row.node_id == element.parent and is_under(token, row.data.get("inner", "")):
            return row
    return None


def scope_token(case: "Case", element: Element, token: str) -> str:
    """The token from which all tokens of the scope descend."""
    row = scope_row(case, element, token)
    return row.data["inner"] if row is not None else ROOT


def rows_under(case: "Case", token: str) -> list[Task]:
    """The open activations whose token is *token* or descends from it."""
    return [row for row in current_unit_of_work().live.of(case) if is_under(row.token, token)]


def waiting_at(case: "Case", element: Element, token: str) -> Task | None:
    """The row at which earlier tokens of the same scope wait to be joined."""
    root = scope_token(case, element, token)
    for row in rows_under(case, root):
        if row.node_id == element.id and row.flow_task_type == TaskType.JOIN:
            return row
    return None


def collapsed(case: "Case", element: Element, token: str) -> str:
    """*token*, or the nearest ancestor inside the scope of which nothing else is left."""
    root = scope_token(case, element, token)
    moving = [other for of, _node, other, _flow in current_unit_of_work().agenda if of is case]
    while token != root:
        above = parent(token)
        if rows_under(case, above) or any(is_under(other, above) for other in moving):
            break
        token = above
    return token


def terminate(case: "Case", element: Element, token: str) -> None:
    """End every token of the scope that *element* lies in."""
    end_all(case, scope_token(case, element, token))


def end_all(case: "Case", token: str) -> None:
    """End every token under *token*, waiting or moving."""
    agenda = current_unit_of_work().agenda
    staying = [item for item in agenda if item[0] is not case or not is_under(item[2], token)]
    agenda.clear()
    agenda.extend(staying)
    for row in rows_under(case, token):
        if row.finished is None:
            cancel(row)


def main_of(row: Task) -> Task:
    """The task that *row* was added to as a signer, else *row* itself."""
    host = current_unit_of_work().live.host_of(row)
    return row if host is None or host.flow_task_type == TaskType.GROUP else host


def cancel(row: Task) -> None:
    """Void an activation with everything that is part of it."""
    row.flow_task.activation_class(row).cancel()
    for part in current_unit_of_work().live.of(row.process):
        if part.host_id == row.pk and part.finished is None:
            cancel(part)
    if row.flow_task_type == TaskType.SCOPE:
        end_all(row.process, row.data["inner"])
    elif row.flow_task_type == TaskType.CALL:
        from processes.engine.calls import cancel_called

        cancel_called(row)
