"""Steps from which one token alone comes to the end: not those beside which a join waits for others."""

from processes.bpmn.model import PARALLEL_GATEWAY, USER_TASK, Element, Model


def comes_through_alone(model: Model, element_id: str) -> bool:
    """Whether a single token, set down at the element, is not held for ever by a parallel gateway.

    A parallel gateway waits for a token on every incoming flow. Each of these must be within reach from the
    element without passing the gateway; inside one branch of a split, those of the other branches are not.
    Nor is anything beyond the sub-process that the gateway stands in: it is left when no token waits inside.
    """
    ahead = model.reachable(element_id)
    joins = [e for e in model.of_type(PARALLEL_GATEWAY) if e.id in ahead and len(model.incoming(e.id)) > 1]
    return all(_fills(model, element_id, join) for join in joins)


def step_before(model: Model, element_id: str) -> Element | None:
    """The nearest step of a person before the element where one token comes through, or None."""
    seen, ring = {element_id}, [element_id]
    while ring:
        ring = [key for there in ring for key in model.previous_places(there) if key not in seen]
        ring = list(dict.fromkeys(ring))
        seen.update(ring)
        for step in filter(None, map(model.elements.get, ring)):
            if step.type == USER_TASK and comes_through_alone(model, step.id):
                return step
    return None


def _fills(model: Model, start: str, join: Element) -> bool:
    ends = (join.id, model.exit_of(join.parent))
    seen, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        ahead = () if here in ends else model.next_places(here)
        waiting += [key for key in ahead if key not in seen]
        seen.update(ahead)
    return all(model.exit_of(flow.source) in seen for flow in model.incoming(join.id))
