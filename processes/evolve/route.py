"""Where a case would go in a definition: tokens moved by the same nodes and conditions, without rows.

What people decide comes from outside; timers, messages and automatic work pass at once. *events* are those of
which one is preferred when several are waited for, *skips* the levels that a policy skipped, *start* is the
start event it began with.
"""

from collections import deque
from collections.abc import Mapping
from typing import Any

from common.expressions import ExpressionError, evaluate, stored
from processes.bpmn.back import applicants_step
from processes.bpmn.model import (
    BUSINESS_RULE_TASK,
    END_EVENT,
    ERROR,
    EVENT_GATEWAY,
    EXCLUSIVE_GATEWAY,
    INCLUSIVE_GATEWAY,
    PARALLEL_GATEWAY,
    SUB_PROCESS,
    TERMINATE,
    USER_TASK,
    Element,
)
from processes.bpmn.soundness.positions import is_joining
from processes.engine.tokens import ROOT, child, common, is_under, parent

Place = tuple[str, str]
#: More elements than any case passes.
MAX_STEPS = 2_000


class Route:
    """A case on its way through *flow_class*: what waits for people, and what was passed and asked so far."""

    def __init__(
        self,
        flow_class: Any,
        variables: Mapping[str, Any],
        events: frozenset[str] = frozenset(),
        skips: frozenset[str] = frozenset(),
        *,
        start: str,
    ) -> None:
        self.flow_class, self.model = flow_class, flow_class.model
        self.events, self.skips = events, skips
        self.variables = dict(variables)
        self._seen: Mapping[str, Any] | None = None
        self.agenda: deque[tuple[str, str, str]] = deque()
        self.waiting: list[Place] = []
        self.joins: dict[str, list[Place]] = {}
        self.scopes: list[tuple[str, str, str]] = []
        self.path: list[str] = []
        self.asked: list[str] = []
        self.visits: list[Place] = []
        self._merged: list[tuple[str, list[Place]]] = []
        self._left_scopes: list[tuple[str, str, str]] = []
        self.outcome = ""
        #: Where the case can go on no more.
        self.stuck = ""
        self._names = 0
        self._send(start, ROOT)

    @property
    def is_over(self) -> bool:
        """Whether nobody has anything left to do."""
        return bool(self.outcome or self.stuck)

    def approve(self, place: Place, *, agreed: bool = True) -> None:
        """The people at *place* send the case on; a joint decision tells the case whether they *agreed*."""
        self.waiting.remove(place)
        result = self.model.elements[place[0]].settings.get("result")
        if result:
            self._put(result, agreed)
        self._leave(*place)
        self._run()

    def send_back(self, place: Place, target: str) -> None:
        """The person at *place* returns the case; it goes on when no way leads back to *target*.

        One always leads back to the applicant, with whom a case that began behind that step begins anew.
        """
        token = place[1]
        line = self._line(target, token)
        if line is None and target and target == applicants_step(self.model):
            self.restart(target)
            return
        if line is None:
            self.approve(place)
            return
        self._end_all(line)
        if line != token:
            self._set_up_again(line)
        if place in self.waiting:
            self.waiting.remove(place)
        self._ask(target, line)

    def resume(self, place: Place, origin: str) -> None:
        """The applicant has corrected something, and the case goes straight to the step that asked for it."""
        self.waiting.remove(place)
        self.path.append(origin)
        self._ask(origin, place[1])

    def _line(self, target: str, token: str) -> str | None:
        """The token that last came to *target* on the line of *token*."""
        lines = (t for n, t in reversed(self.visits) if n == target)
        return next((t for t in lines if is_under(token, t) or is_under(t, token)), None)

    def _set_up_again(self, line: str) -> None:
        """The joins and sub-processes that a token's path has left since, as they stood."""
        for join, arrived in reversed(self._merged):
            others = [each for each in arrived if not is_under(line, each[1])]
            if others and len(others) < len(arrived) and join not in self.joins:
                self.joins[join] = others
        for scope in self._left_scopes:
            if is_under(line, scope[2]) and scope not in self.scopes:
                self.scopes.append(scope)

    def fire(self, boundary: Element, place: Place) -> None:
        """A boundary event ends what waits at *place*."""
        self.path.append(boundary.id)
        if boundary.interrupting:
            self.waiting.remove(place)
            self._leave(boundary.id, place[1])
        else:
            self._leave(boundary.id, child(place[1], self._name()))
        self._run()

    def restart(self, target: str) -> None:
        """Everything open is void, *target* is asked."""
        self._end_all(ROOT)
        self._ask(target, ROOT)

    def begin(self) -> None:
        """Move on from the start to where people are asked."""
        self._run()

    def _run(self) -> None:
        while not self.is_over:
            while self.agenda:
                if len(self.path) > MAX_STEPS:
                    self.stuck = self.agenda[0][0]
                    return
                node_id, token, flow_id = self.agenda.popleft()
                self.path.append(node_id)
                try:
                    self._enter(self.model.elements[node_id], token, flow_id)
                except (ExpressionError, LookupError):
                    self.stuck = node_id
                    return
            if not self._settle():
                return

    def _enter(self, element: Element, token: str, flow_id: str) -> None:
        match element.type:
            case _ if element.type == USER_TASK:
                self._ask_or_skip(element, token)
            case _ if element.type == EXCLUSIVE_GATEWAY:
                flow = self.flow_class.node_for(element.id).choose(self._typed())
                self._send(flow.target, token, flow.id)
            case _ if element.type in (PARALLEL_GATEWAY, INCLUSIVE_GATEWAY):
                self._gateway(element, token, flow_id)
            case _ if element.type == SUB_PROCESS:
                inner = child(token, self._name())
                self.scopes.append((element.id, token, inner))
                self._send(self.model.starts[element.id], inner)
            case _ if element.type == END_EVENT:
                self._end(element, token)
            case _ if element.type == EVENT_GATEWAY:
                targets = [flow.target for flow in self.model.outgoing(element.id)]
                self._send(next((each for each in targets if each in self.events), targets[0]), token)
            case _:
                if element.type == BUSINESS_RULE_TASK:
                    self._rule(element)
                self._leave(element.id, token)

    def _ask_or_skip(self, element: Element, token: str) -> None:
        """A level that was skipped for want of people, or for the same person again, is so if it may be."""
        policies = (element.settings.get("onEmpty"), element.settings.get("onSame"))
        if element.id in self.skips and "skip" in policies:
            self._leave(element.id, token)
        else:
            self._ask(element.id, token)

    def _ask(self, node_id: str, token: str) -> None:
        self.asked.append(node_id)
        self.waiting.append((node_id, token))
        self.visits.append((node_id, token))

    def _send(self, node_id: str, token: str, flow_id: str = "") -> None:
        self.agenda.append((node_id, token, flow_id))

    def _leave(self, node_id: str, token: str) -> None:
        for flow in self.model.outgoing(node_id):
            self._send(flow.target, token, flow.id)

    def _name(self) -> str:
        self._names += 1
        return str(self._names)

    def _typed(self) -> Mapping[str, Any]:
        if self._seen is None:
            self._seen = self.model.typed(self.variables)
        return self._seen

    def _rule(self, element: Element) -> None:
        given = self._typed()
        for rule in element.rules:
            if not rule.when or evaluate(rule.when, given):
                self._put(element.settings["result"], stored(evaluate(rule.value, given)))
                return

    def _put(self, name: str, value: Any) -> None:
        self.variables[name] = value
        self._seen = None

    def _gateway(self, element: Element, token: str, flow_id: str) -> None:
        if not is_joining(self.model, element.id):
            self._split(element, token)
            return
        arrived = self.joins.setdefault(element.id, [])
        arrived.append((flow_id, token))
        incoming = {flow.id for flow in self.model.incoming(element.id)}
        if element.type == PARALLEL_GATEWAY and {flow for flow, _token in arrived} == incoming:
            self._merge(element)

    def _merge(self, element: Element) -> None:
        arrived = self.joins.pop(element.id)
        self._merged.append((element.id, arrived))
        self._split(element, self._collapsed(element, common(token for _flow, token in arrived)))

    def _split(self, element: Element, token: str) -> None:
        flows = list(self.model.outgoing(element.id))
        if element.type == INCLUSIVE_GATEWAY and len(flows) > 1:
            flows = self.flow_class.node_for(element.id).holding(self._typed())
        if len(flows) == 1:
            self._send(flows[0].target, token, flows[0].id)
            return
        name = self._name()
        for number, flow in enumerate(flows, start=1):
            self._send(flow.target, child(token, f"{name}.{number}"), flow.id)

    def _end(self, element: Element, token: str) -> None:
        if element.is_event(TERMINATE):
            self._end_all(self._scope_token(element, token))
        elif element.is_event(ERROR):
            self._throw(element, token, element.event.name if element.event else "")

    def _throw(self, element: Element, token: str, code: str) -> None:
        """An error goes out of its sub-processes until a boundary event catches it."""
        while element.parent:
            scope, outer, inner = next(
                s for s in self.scopes if is_under(token, s[2]) and s[0] == element.parent
            )
            self._end_all(inner)
            self.scopes.remove((scope, outer, inner))
            caught = [b for b in self.model.boundaries(scope) if b.is_event(ERROR) and b.event]
            named = [b for b in caught if b.event and b.event.name in (code, "")]
            if named:
                self.path.append(named[0].id)
                self._leave(named[0].id, outer)
                return
            element, token = self.model.elements[scope], outer
        self._end_all(ROOT)
        self.outcome = "rejected"

    def _settle(self) -> bool:
        """End what is over now that no token moves; whether that moved one."""
        places = [token for _node, token in self.waiting]
        places += [token for arrived in self.joins.values() for _flow, token in arrived]
        for node_id in [key for key in self.joins if self.model.elements[key].type == INCLUSIVE_GATEWAY]:
            if not self._may_come(node_id) or (not self.waiting and len(self.joins) == len(places)):
                self._merge(self.model.elements[node_id])
                return True
        for scope in reversed(self.scopes):
            if not any(is_under(token, scope[2]) for token in places):
                self.scopes.remove(scope)
                self._left_scopes.append(scope)
                self._leave(scope[0], scope[1])
                return True
        if not places:
            self.outcome = "approved"
        elif not self.waiting:
            self.stuck = next(iter(self.joins))
        return False

    def _may_come(self, join_id: str) -> bool:
        root = self._scope_token(self.model.elements[join_id], self.joins[join_id][0][1])
        others = {node for node, token in self.waiting if is_under(token, root)}
        others |= {key for key in self.joins if key != join_id}
        others |= {scope for scope, token, _inner in self.scopes if is_under(token, root)}
        return bool(others & self.model.upstream(join_id, [flow for flow, _token in self.joins[join_id]]))

    def _scope_token(self, element: Element, token: str) -> str:
        inside = (s for s in reversed(self.scopes) if s[0] == element.parent and is_under(token, s[2]))
        found = next(inside, None)
        return found[2] if found is not None else ROOT

    def _collapsed(self, element: Element, token: str) -> str:
        root = self._scope_token(element, token)
        others = [place[1] for place in self.waiting] + [each[1] for each in self.agenda]
        others += [each[1] for arrived in self.joins.values() for each in arrived]
        while token != root and not any(is_under(other, parent(token)) for other in others):
            token = parent(token)
        return token

    def _end_all(self, token: str) -> None:
        self.waiting = [place for place in self.waiting if not is_under(place[1], token)]
        self.agenda = deque(each for each in self.agenda if not is_under(each[1], token))
        self.scopes = [scope for scope in self.scopes if not is_under(scope[1], token)]
        kept = {key: [a for a in arrived if not is_under(a[1], token)] for key, arrived in self.joins.items()}
        self.joins = {key: arrived for key, arrived in kept.items() if arrived}
