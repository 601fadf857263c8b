"""Where a case can be returned to: the applicant's step, and the steps before another one (flows X2)."""

from processes.bpmn.alone import comes_through_alone
from processes.bpmn.model import USER_TASK, Element, Model


def applicants_step(model: Model) -> str:
    """Where a case goes that is returned to its applicant: the task behind the plain start; without such a
    start the applicant's first task that runs beside no other.

    Empty when there is none, as in a process that only others call.
    """
    start = model.start_of()
    if start is not None:
        behind = [model.elements.get(flow.target) for flow in model.outgoing(start.id)]
        return next((task.id for task in behind if task is not None and _is_applicants(task)), "")
    mine = (task for task in model.of_type(USER_TASK) if _is_applicants(task) and not task.parent)
    return next((task.id for task in mine if comes_through_alone(model, task.id)), "")


def leads_back(model: Model, element_id: str) -> bool:
    """Whether a case at the element can be returned to its applicant and comes here again from there."""
    home = applicants_step(model)
    return bool(home) and element_id in model.reachable(home)


def has_steps_before(model: Model, element_id: str) -> bool:
    """Whether a case can have passed another step of a person on its way to the element."""
    before = model.reachable(element_id, backwards=True) - {element_id}
    return any(task.id in before for task in model.of_type(USER_TASK))


def _is_applicants(task: Element) -> bool:
    return task.type == USER_TASK and task.is_initiators
