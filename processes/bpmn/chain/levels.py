"""Changes of levels: put one in, take one out, move it, say who does it and when it is left out."""

from collections.abc import Mapping

from processes.bpmn.chain.conditions import Condition
from processes.bpmn.chain.draft import ChainError, Draft, ends_of, inside
from processes.bpmn.chain.items import Automatic, Branch, Level
from processes.bpmn.lint.people import MEMBERS, NEEDS, REVIEWERS_ONLY
from processes.bpmn.model import EXCLUSIVE_GATEWAY, USER_TASK, Element, Loop

#: Settings of a level that this editor changes.
CHANGEABLE = frozenset(
    {
        "nameEn", "initiator", "role", "unit", "doerOf", "dueWorkdays", "remindWorkdays", "escalateWorkdays",
        "escalateTo", "canReject", "batch", "resubmit", "returnTo", "onEmpty", "onSame", "onConflict",
        "copyTo", "form", "mayEdit", "onObjection", "ask", "askEn",
    }
)  # fmt: skip


def add(draft: Draft, gap: str, name: str, settings: Mapping[str, str]) -> str:
    """Put a new level into a gap; gives its id. Raises ChainError."""
    flows = draft.gap(gap).flows
    key, target = draft.text.new_id("level"), draft.text.target(flows[0])
    ours = {f"qc:{setting}": value for setting, value in settings.items() if value}
    draft.text.put(USER_TASK, key, flows[0], {"name": name, **ours})
    draft.text.connect(f"{key}_onward", key, target, flows[0])
    for flow in flows:
        draft.text.lead(flow, key)
    return key


def move(draft: Draft, element_id: str, gap: str) -> None:
    """Put a level, a task that runs by itself or a closed branch into another gap. Raises ChainError."""
    step, wanted = draft.step(element_id), draft.gap(gap)
    if step.before is None or not isinstance(step.item, Level | Automatic | Branch):
        raise ChainError("not-movable", "This step has to stay where it is.")
    if isinstance(step.item, Branch) and any(gap in inside(way.path) for way in step.item.ways):
        raise ChainError("not-movable", "A branch cannot be moved into itself.")
    entry, leave = ends_of(step.item)
    before, out = step.before.flows, draft.out(leave)
    if gap in (step.before.key, out):
        return
    there = [each for flow in wanted.flows for each in (before if flow == out else (flow,))]
    onward = draft.text.target(out)
    for flow in before:
        draft.text.lead(flow, onward)
    draft.text.lead(out, draft.text.target(there[0]))
    for flow in there:
        draft.text.lead(flow, entry)


def remove(draft: Draft, element_id: str) -> None:
    """Take a level out, with the condition under which it is looked at. Raises ChainError."""
    level = draft.level(element_id)
    if level.attached:
        name = level.attached[0].element
        raise ChainError("attached", "Events sit on this level.", element=name.name or name.id)
    take_out_level(draft, level)


def take_out_level(draft: Draft, level: Level) -> None:
    """Let what led to a level lead past it, and remove it."""
    entry, leave = ends_of(level)
    out = draft.out(leave)
    gone = {level.element.id, entry, leave}
    for flow in draft.model.incoming(entry):
        if flow.source not in gone:
            draft.text.lead(flow.id, draft.text.target(out))
    flows = {flow.id for flow in draft.model.flows.values() if flow.source in gone}
    draft.text.take_out(gone | flows)


def change(
    draft: Draft, element_id: str, name: str, settings: Mapping[str, str], loop: Loop | None = None
) -> None:
    """Give a level its name, its settings and its loop anew. Settings not named are kept; empty ones go.

    What means nothing any more goes with what it belonged to: a reminder with the deadline, what to do about
    an empty pool with the role. Raises ChainError.
    """
    level = draft.level(element_id)
    unknown = settings.keys() - CHANGEABLE
    if unknown:
        raise ChainError("setting", f"{min(unknown)!r} is not changed here.")
    wanted = {name: value for name, value in {**level.element.settings, **settings}.items() if value}
    loop = _kept(level.element, loop, wanted)
    _drop_useless(wanted, loop)
    draft.text.set_attribute(element_id, "name", name or None)
    for key in level.element.settings.keys() | wanted.keys():
        if wanted.get(key) != level.element.settings.get(key):
            draft.text.set_setting(element_id, key, wanted.get(key))
    if loop != level.element.loop:
        draft.text.set_loop(element_id, loop)


def _kept(element: Element, loop: Loop | None, wanted: Mapping[str, str]) -> Loop | None:
    """The loop that remains: one person does what the applicant or an earlier reviewer does."""
    if loop is None or wanted.get("initiator") == "true" or wanted.get("doerOf"):
        return None
    before = element.loop
    if before is not None and before.collection in ("", MEMBERS) and loop.collection in ("", MEMBERS):
        return Loop(loop.sequential, before.collection, loop.complete, loop.ratio, loop.weights)
    return loop


def _drop_useless(wanted: dict[str, str], loop: Loop | None) -> None:
    useless = ("canReject",) if loop is not None else ("result", "onObjection")
    for name in (*useless, *(REVIEWERS_ONLY if wanted.get("initiator") == "true" else ())):
        wanted.pop(name, None)
    for _round in range(2):  # what is dropped may be what another one belonged to
        for name, needed in NEEDS.items():
            if name in wanted and not any(wanted.get(each) for each in needed):
                del wanted[name]


def set_gate(draft: Draft, element_id: str, condition: Condition | None, *, skips: bool = True) -> None:
    """Leave a level out when (or, without *skips*, unless) a condition holds; None: never.

    Raises ChainError.
    """
    level = draft.level(element_id)
    if level.gate is not None and condition is not None and level.gate.skips == skips:
        draft.text.set_condition(level.gate.flow.id, draft.written(condition))
        return
    entry, leave = ends_of(level)
    outside = [flow.id for flow in draft.model.incoming(entry) if level.gate is None or flow.source != entry]
    beside = draft.out(element_id)
    onward = draft.text.target(draft.out(leave))
    if level.gate is not None:
        for flow in outside:
            draft.text.lead(flow, element_id)
        draft.text.lead(beside, onward)
        gone = {entry, leave}
        flows = {flow.id for flow in draft.model.flows.values() if flow.source in gone}
        draft.text.take_out(gone | flows)
    if condition is not None:
        _put_gate(draft, element_id, outside, draft.written(condition), skips)


def _put_gate(draft: Draft, element_id: str, outside: list[str], condition: str, skips: bool) -> None:
    text, beside = draft.text, draft.out(element_id)
    gateway, join = text.new_id(f"{element_id[:60]}_if"), text.new_id(f"{element_id[:60]}_join")
    text.put(EXCLUSIVE_GATEWAY, gateway, beside, {})
    text.put(EXCLUSIVE_GATEWAY, join, beside, {})
    onward = text.target(beside)
    there = text.connect(f"{gateway}_there", gateway, element_id, beside)
    past = text.connect(f"{gateway}_past", gateway, join, beside)
    text.connect(f"{join}_onward", join, onward, beside)
    text.lead(beside, join)
    for flow in outside:
        text.lead(flow, gateway)
    text.set_condition(past if skips else there, condition)
    text.set_attribute(gateway, "default", there if skips else past)
