"""Where the ways of a gateway come together again: its immediate post-dominator.

After Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm" (2001), on the reversed graph.
"""

from collections.abc import Mapping

from processes.bpmn.model import START_EVENT, Model

#: The one end behind all ends.
_EXIT = ""


def meeting_places(model: Model) -> Mapping[str, str]:
    """Element of the process (not of sub-processes) -> the next one that every path from it passes.

    Empty where paths end without passing a common one.
    """
    onward, order = _forward(model)
    place = {key: number for number, key in enumerate(order)}
    found: dict[str, str] = {_EXIT: _EXIT}
    changed = True
    while changed:
        changed = False
        for key in order:  # ends first
            nexts = [there for there in onward[key] if there in found] or [_EXIT]
            meets = nexts[0]
            for there in nexts[1:]:
                meets = _common(meets, there, found, place)
            if found.get(key) != meets:
                found[key], changed = meets, True
    return {key: meets for key, meets in found.items() if key != _EXIT}


def _common(one: str, other: str, found: Mapping[str, str], place: Mapping[str, int]) -> str:
    while one != other:
        while place.get(one, -1) > place.get(other, -1):
            one = found[one]
        while place.get(other, -1) > place.get(one, -1):
            other = found[other]
    return one


def _forward(model: Model) -> tuple[dict[str, list[str]], list[str]]:
    """Element -> where its flows lead; and the elements, ends first."""
    onward: dict[str, list[str]] = {}
    order: list[str] = []
    for start in (element.id for element in model.children() if element.type == START_EVENT):
        waiting = [] if start in onward else [(start, iter(model.outgoing(start)))]
        onward.setdefault(start, [])
        while waiting:
            key, flows = waiting[-1]
            flow = next(flows, None)
            if flow is None:
                waiting.pop()
                order.append(key)
            elif flow.target in model.elements:
                onward[key].append(flow.target)
                if flow.target not in onward:
                    onward[flow.target] = []
                    waiting.append((flow.target, iter(model.outgoing(flow.target))))
    return onward, order
