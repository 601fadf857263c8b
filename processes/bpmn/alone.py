"""Steps from which one token alone comes to the end: not those beside which a join waits for others."""

from collections.abc import Iterator, Sequence

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
    before = steps_from(model, element_id, backwards=True)
    return next((step for step in before if comes_through_alone(model, step.id)), None)


def steps_from(model: Model, element_id: str, *, backwards: bool = False) -> Iterator[Element]:
    """The steps of people behind an element (or before it), the nearest first."""
    ways = model.previous_places if backwards else model.next_places
    seen, ring = {element_id}, [element_id]
    while ring:
        ring = list(dict.fromkeys(key for there in ring for key in ways(there) if key not in seen))
        seen.update(ring)
        yield from (step for step in map(model.elements.get, ring) if step and step.type == USER_TASK)


def steps_above(model: Model, element_id: str, level: str, levels: Sequence[str]) -> Iterator[Element]:
    """The steps behind an element that ask a role of a higher level than *level*, the nearest first.

    *levels* are those of the organisation, from above.
    """
    higher = levels[: levels.index(level)] if level in levels else ()
    return (step for step in steps_from(model, element_id) if step.role and step.unit_kind in higher)


def _fills(model: Model, start: str, join: Element) -> bool:
    ends = (join.id, model.exit_of(join.parent))
    seen, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        ahead = () if here in ends else model.next_places(here)
        waiting += [key for key in ahead if key not in seen]
        seen.update(ahead)
    return all(model.exit_of(flow.source) in seen for flow in model.incoming(join.id))
