"""Which element of a new version takes the place of which one of the old: by id, and by hand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common.errors import BadInput
from processes import compiled
from processes.bpmn.model import (
    BOUNDARY_EVENT,
    CALL_ACTIVITY,
    CATCH_EVENT,
    SEND_TASK,
    SERVICE_TASK,
    USER_TASK,
    Element,
    Model,
)
from processes.bpmn.soundness.positions import is_joining
from processes.engine.compiler import class_name, compile_draft
from processes.engine.runtime import first_task_id
from processes.evolve import reasons
from processes.models import DefinitionVersion
from processes.registry import flow_for

if TYPE_CHECKING:
    from processes.engine.compiler import CaseFlow

#: Settings of a user task that say who is asked, and by when.
WHO = ("role", "unit", "initiator", "doerOf", "onEmpty")
WHEN = ("dueWorkdays", "remindWorkdays", "escalateWorkdays")


@dataclass(frozen=True)
class Line:
    """An element of the old version: what takes its place, or why nothing can (a code of `reasons`)."""

    old: Element
    new: Element | None
    reason: str = ""


@dataclass(frozen=True)
class Plan:
    """From one version to another: *pairs* map element ids, *obstacles* say why others have no counterpart.

    *by_hand* (old id -> new id) goes before equal ids; *given_up* names variables whose values may get lost.
    """

    source: DefinitionVersion
    target: DefinitionVersion
    old: "type[CaseFlow]"
    new: "type[CaseFlow]"
    by_hand: Mapping[str, str] = field(default_factory=dict)
    given_up: frozenset[str] = frozenset()
    pairs: Mapping[str, str] = field(default_factory=dict)
    obstacles: Mapping[str, str] = field(default_factory=dict)

    @property
    def mapping(self) -> dict[str, Any]:
        """What a person said of it, as it is kept: steps placed by hand, variables given up."""
        return {"by_hand": dict(self.by_hand), "given_up": sorted(self.given_up)}

    def lines(self) -> list[Line]:
        """What becomes of every element at which a case can wait, in document order."""
        return [self._line(e) for e in self.old.model.elements.values() if waits(self.old.model, e)]

    def element(self, old_id: str) -> str:
        """What takes the place of an element. Raises Obstructed when nothing can."""
        try:
            return self.pairs[old_id]
        except KeyError:
            raise reasons.Obstructed(self.obstacles.get(old_id, reasons.VANISHED), old_id) from None

    def arrivals(self, join_id: str, arrived: Iterable[list[str]]) -> list[list[str]]:
        """The tokens that have come to a join, over the flows of the new version. Raises Obstructed."""
        flows = self._flows(join_id)
        try:
            return [[flows[flow_id], token] for flow_id, token in arrived]
        except KeyError:
            raise reasons.Obstructed(reasons.BRANCH, join_id) from None

    def differs(self, old_id: str, names: Iterable[str]) -> bool:
        """Whether the settings *names* of an element and of its counterpart differ."""
        old, new = self.old.model.elements[old_id], self.new.model.elements[self.pairs[old_id]]
        return any(old.settings.get(name, "") != new.settings.get(name, "") for name in names)

    @cached_property
    def renamed(self) -> dict[str, str]:
        """User tasks that have another id in the new version."""
        tasks = self.old.model.of_type(USER_TASK)
        return {e.id: self.pairs[e.id] for e in tasks if self.pairs.get(e.id, e.id) != e.id}

    @cached_property
    def doers(self) -> frozenset[str]:
        """New ids of user tasks whose doer is asked at a step that asks others than before."""
        tasks = [e for e in self.old.model.of_type(USER_TASK) if e.id in self.pairs]
        found = (self.new.model.elements[self.pairs[e.id]].doer_of for e in tasks if self.differs(e.id, WHO))
        return frozenset(each for each in found if each)

    @cached_property
    def variables(self) -> Mapping[str, str]:
        """Variables of the old version that the new one has not, or with another type: name -> reason."""
        old, new = self.old.model.variables, self.new.model.variables
        gone = {name: reasons.VARIABLE for name in old if name not in new and name not in self.given_up}
        other = {name: reasons.VARIABLE_TYPE for name in old if name in new and old[name] != new[name]}
        return gone | other

    def _line(self, element: Element) -> Line:
        new = self.new.model.elements.get(self.pairs.get(element.id, ""))
        return Line(element, new, "" if new else self.obstacles[element.id])

    def _flows(self, join_id: str) -> dict[str, str]:
        """Flow into a join -> into its counterpart: from the same element, or the only ones left over."""
        old = self.old.model.incoming(join_id)
        left = list(self.new.model.incoming(self.element(join_id)))
        found: dict[str, str] = {}
        for flow in old:
            source = self.pairs.get(flow.source)
            same = [each for each in left if each.source == source]
            same = [each for each in same if each.id == flow.id] or same
            if same:
                found[flow.id] = same[0].id
                left.remove(same[0])
        rest = [flow for flow in old if flow.id not in found]
        if len(rest) == len(left) == 1:
            found[rest[0].id] = left[0].id
        return found


def plan(
    source: DefinitionVersion,
    target: DefinitionVersion,
    by_hand: Mapping[str, str] | None = None,
    given_up: Iterable[str] = (),
) -> Plan:
    """How cases of *source* would get to *target*.

    Raises BadInput when they are not two versions of one definition, or *by_hand* names what is not there.
    """
    if source.definition_id != target.definition_id or source.pk == target.pk:
        raise BadInput(_("Cases can only be moved between two versions of the same definition."))
    return _plan(source, target, _compiled(target), by_hand, given_up)


def plan_into(
    source: DefinitionVersion,
    text: str,
    by_hand: Mapping[str, str] | None = None,
    given_up: Iterable[str] = (),
) -> Plan:
    """How cases of *source* would get to a version that said *text*; such a plan is only good for looking.

    Raises UnsoundDefinition when the text cannot be run, BadInput like `plan`.
    """
    key = source.definition.key
    target = DefinitionVersion(definition=source.definition, number=source.number + 1, bpmn=text)
    return _plan(source, target, compile_draft(f"{key}_draft", text, key, target.pk), by_hand, given_up)


def _compiled(version: DefinitionVersion) -> "type[CaseFlow]":
    return getattr(compiled, class_name(version.definition.key, version.number))


def _plan(
    source: DefinitionVersion,
    target: DefinitionVersion,
    new: "type[CaseFlow]",
    by_hand: Mapping[str, str] | None,
    given_up: Iterable[str],
) -> Plan:
    key, old = source.definition.key, _compiled(source)
    by_hand = dict(by_hand or {})
    unknown = [k for k in by_hand if k not in old.model.elements]
    unknown += [k for k in by_hand.values() if k not in new.model.elements]
    if unknown:
        raise BadInput(_("There is no step “%(step)s” in this version.") % {"step": unknown[0]})
    pairs, obstacles = _paired(old, new, by_hand, key)
    return Plan(source, target, old, new, by_hand, frozenset(given_up), pairs, obstacles)


def waits(model: Model, element: Element) -> bool:
    """Whether a case can stand at an element for a while."""
    if element.type in (SERVICE_TASK, SEND_TASK):
        return element.runs_later
    return element.type in (USER_TASK, CATCH_EVENT, CALL_ACTIVITY) or is_joining(model, element.id)


def _paired(
    old: "type[CaseFlow]", new: "type[CaseFlow]", by_hand: Mapping[str, str], key: str
) -> tuple[dict[str, str], dict[str, str]]:
    pairs: dict[str, str] = {}
    obstacles: dict[str, str] = {}
    wanted = {each: by_hand.get(each, each) for each in old.model.elements}
    for old_id, new_id in wanted.items():
        there = new.model.elements.get(new_id)
        reason = reasons.VANISHED if there is None else _unlike(old, new, old_id, new_id, wanted, key)
        if reason:
            obstacles[old_id] = reason
        else:
            pairs[old_id] = new_id
    return pairs, obstacles


def _unlike(
    old: "type[CaseFlow]",
    new: "type[CaseFlow]",
    old_id: str,
    new_id: str,
    wanted: Mapping[str, str],
    key: str,
) -> str:
    """Why what waits at one element cannot wait at another, or an empty text."""
    before, after = old.model.elements[old_id], new.model.elements[new_id]
    if before.type != after.type or _event(before) != _event(after):
        return reasons.OTHER_KIND
    if wanted.get(before.parent, "") != after.parent:
        return reasons.OTHER_SCOPE
    match before.type:
        case "userTask":
            return _unlike_tasks(old, new, before, after, key)
        case "serviceTask" | "sendTask":
            same = ("handler", "run")
            return reasons.JOB if any(before.settings.get(n) != after.settings.get(n) for n in same) else ""
        case "callActivity":
            return reasons.CALLED if before.called != after.called else ""
    return ""


def _event(element: Element) -> tuple[Any, ...]:
    kind = element.event.kind if element.event else ""
    return (kind, element.interrupting) if element.type == BOUNDARY_EVENT else (kind,)


def _unlike_tasks(
    old: "type[CaseFlow]", new: "type[CaseFlow]", before: Element, after: Element, key: str
) -> str:
    if (first_task_id(old) == before.id) != (first_task_id(new) == after.id):
        return reasons.APPLICANT
    on_open = flow_for(key).on_open
    if on_open.get(after.id) is not None and on_open.get(before.id) is not on_open.get(after.id):
        return reasons.PREPARES
    asked = any(before.settings.get(name) != after.settings.get(name) for name in WHO)
    if before.loop != after.loop or (before.loop and asked):
        return reasons.VOTE
    return ""
