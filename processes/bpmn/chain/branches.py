"""Changes of branches: put one in, give it another way, change its conditions and their order."""

from collections.abc import Mapping

from processes.bpmn.chain.conditions import Condition
from processes.bpmn.chain.draft import ChainError, Draft
from processes.bpmn.chain.items import Automatic, Branch, End, Jump, Level, Path, Way
from processes.bpmn.model import EXCLUSIVE_GATEWAY, INCLUSIVE_GATEWAY, PARALLEL_GATEWAY

#: Gateways whose ways this editor adds and removes.
OURS = frozenset({EXCLUSIVE_GATEWAY, INCLUSIVE_GATEWAY, PARALLEL_GATEWAY})
#: Of these, those whose ways have conditions.
DECIDING = frozenset({EXCLUSIVE_GATEWAY, INCLUSIVE_GATEWAY})


def add(draft: Draft, gap: str, names: Mapping[str, str], condition: Condition | None) -> str:
    """Put a branch of two empty ways into a gap: with a condition or, without, side by side.

    *names* are the attributes `name` and `qc:nameEn` of its gateway, whose id is given back. Raises
    ChainError.
    """
    text, flows = draft.text, draft.gap(gap).flows
    tag = PARALLEL_GATEWAY if condition is None else EXCLUSIVE_GATEWAY
    gateway, join, beside = text.new_id("branch"), text.new_id("branch_join"), flows[0]
    onward = text.target(beside)
    text.put(tag, gateway, beside, names)
    text.put(tag, join, beside, {})
    first = text.connect(f"{gateway}_way", gateway, join, beside)
    second = text.connect(f"{gateway}_way", gateway, join, beside)
    text.connect(f"{join}_onward", join, onward, beside)
    for flow in flows:
        text.lead(flow, gateway)
    if condition is not None:
        text.set_condition(first, draft.written(condition))
        text.set_attribute(gateway, "default", second)
    return gateway


def add_way(draft: Draft, gateway: str, condition: Condition | None) -> str:
    """Give a branch another, empty way, tried after the others; gives its flow's id. Raises ChainError."""
    branch = _ours(draft.branch(gateway))
    if not branch.leads_to:
        raise ChainError("no-meeting", "The ways of this branch do not come together again.")
    if (branch.element.type in DECIDING) != (condition is not None):
        raise ChainError("condition", "Ways that are chosen have a condition, ways side by side have none.")
    flow = draft.text.connect(f"{gateway[:60]}_way", gateway, branch.leads_to, branch.ways[-1].flow.id)
    if condition is not None:
        draft.text.set_condition(flow, draft.written(condition))
    return flow


def remove_way(draft: Draft, flow_id: str) -> None:
    """Take a way out with the levels on it; a branch with one way left goes too. Raises ChainError.

    A way with something that this editor does not change stays, and so does the default way.
    """
    branch, way = draft.way(flow_id)
    _ours(branch)
    if way.is_default:
        raise ChainError("default", "This way is taken when no other one fits.")
    gone = _content(way.path)
    if len(branch.ways) == 2:
        if branch.join is None and not branch.leads_to:
            raise ChainError("no-meeting", "The ways of this branch do not come together again.")
        _dissolve(draft, branch, next(other for other in branch.ways if other is not way))
        gone |= {branch.element.id} | ({branch.join.id} if branch.join is not None else set())
    touching = {flow.id for flow in draft.model.flows.values() if flow.source in gone} | {flow_id}
    draft.text.take_out(gone | touching)


def _dissolve(draft: Draft, branch: Branch, other: Way) -> None:
    """Let what led to a branch lead along its other way."""
    text = draft.text
    onward = text.target(draft.out(branch.join.id)) if branch.join is not None else branch.leads_to
    first = text.target(other.flow.id)
    empty = not other.path.steps
    for flow in draft.model.incoming(branch.element.id):
        text.lead(flow.id, onward if empty else first)
    if branch.join is not None:
        for flow in draft.model.incoming(branch.join.id):
            text.lead(flow.id, onward)


def _content(path: Path) -> set[str]:
    """Ids of what a way holds. Raises ChainError when something of it is locked."""
    found: set[str] = set()
    for step in path.steps:
        item = step.item
        if isinstance(item, Jump):
            continue
        if not isinstance(item, Level | Automatic | Branch | End) or getattr(item, "attached", None):
            name = item.element.name or item.element.id
            raise ChainError("locked", "Something on this way is not changed here.", element=name)
        found.add(item.element.id)
        if isinstance(item, Level) and item.gate is not None:
            found |= {item.gate.gateway.id, item.gate.join.id}
        if isinstance(item, Branch):
            found |= {item.join.id} if item.join is not None else set()
            found = found.union(*(_content(way.path) for way in item.ways))
    return found


def move_way(draft: Draft, flow_id: str, by: int) -> None:
    """Let the condition of a way be tried earlier (*by* -1) or later (1). Raises ChainError."""
    branch, way = draft.way(flow_id)
    movable = [each for each in branch.ways if not each.is_default]
    if way not in movable:
        raise ChainError("default", "This way is taken when no other one fits.")
    at = movable.index(way)
    if not 0 <= at + by < len(movable):
        return
    first, second = sorted((at, at + by))
    draft.text.put_flow_before(movable[second].flow.id, movable[first].flow.id)


def set_condition(draft: Draft, flow_id: str, condition: Condition) -> None:
    """Give a way another condition. Raises ChainError."""
    branch, way = draft.way(flow_id)
    if way.is_default or branch.element.type not in DECIDING:
        raise ChainError("default", "This way has no condition.")
    draft.text.set_condition(flow_id, draft.written(condition))


def name_way(draft: Draft, flow_id: str, name: str, name_en: str) -> None:
    """Give a way its names. Raises ChainError."""
    draft.way(flow_id)
    draft.text.set_attribute(flow_id, "name", name or None)
    draft.text.set_setting(flow_id, "nameEn", name_en or None)


def _ours(branch: Branch) -> Branch:
    if branch.element.type not in OURS:
        raise ChainError("locked", "This branch is not changed here.", element=branch.element.name)
    return branch
