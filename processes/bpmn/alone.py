"""Steps from which one token alone comes to the end: not those beside which a join waits for others."""

from processes.bpmn.model import PARALLEL_GATEWAY, USER_TASK, Element, Model


def comes_through_alone(model: Model, element_id: str) -> bool:
    """Whether a single token, set down at the element, is not held for ever by a parallel gateway.

    A parallel gateway waits for a token on every incoming flow. Each of these must be within reach from the
    element without passing the gateway; inside one branch of a split, those of the other branches are not.
    """
    ahead = model.reachable(element_id)
    joins = [e for e in model.of_type(PARALLEL_GATEWAY) if e.id in ahead and len(model.incoming(e.id)) > 1]
    return all(_fills(model, element_id, join.id) for join in joins)


def step_before(model: Model, element_id: str) -> Element | None:
    """The nearest step of a person before the element where one token comes through, or None."""
    seen, ring = {element_id}, [element_id]
    while ring:
        ring = [key for there in ring for key in model.previous_ids(there) if key not in seen]
        ring = list(dict.fromkeys(ring))
        seen.update(ring)
        for key in ring:
            if model.elements[key].type == USER_TASK and comes_through_alone(model, key):
                return model.elements[key]
    return None


def _fills(model: Model, start: str, join: str) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        ahead = () if here == join else model.next_ids(here)
        waiting += [key for key in ahead if key not in seen]
        seen.update(ahead)
    return all(flow.source in seen for flow in model.incoming(join))
