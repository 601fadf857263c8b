"""Exclusive, parallel, inclusive and event-based gateways."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

from viewflow.workflow.nodes import join as viewflow_join
from viewflow.workflow.nodes import switch as viewflow_switch

from common.expressions import evaluate
from processes.bpmn.model import SequenceFlow
from processes.engine import scopes
from processes.engine.nodes.base import BpmnNode, close
from processes.engine.tokens import child, common
from processes.engine.unit_of_work import current_unit_of_work
from processes.models import Task, TaskType

if TYPE_CHECKING:
    from processes.models import Case


class ConditionalNode(BpmnNode):
    """A gateway whose outgoing flows have conditions (CEL over the case's variables) and a default."""

    @cached_property
    def conditional(self) -> list[SequenceFlow]:
        """The flows with conditions, in document order."""
        return [flow for flow in self.flows if flow.condition and flow.id != self.element.default]

    @cached_property
    def default(self) -> SequenceFlow | None:
        """The flow taken when no condition holds."""
        plain = [flow for flow in self.flows if flow.id == self.element.default or not flow.condition]
        return plain[0] if plain else None

    def holding(self, variables: Mapping[str, Any]) -> list[SequenceFlow]:
        """The flows whose condition holds, or the default one. Raises LookupError when there is none."""
        found = [flow for flow in self.conditional if evaluate(flow.condition, variables)]
        if not found and self.default is not None:
            found = [self.default]
        return found or [self._lost()]

    def _lost(self) -> NoReturn:
        raise LookupError(f"{self.element.id} has no default flow")  # lint refuses such a definition


class ExclusiveGatewayNode(ConditionalNode):
    """Takes the first flow whose condition holds, else the default."""

    task_type = "SWITCH"
    shape = viewflow_switch.Switch.shape
    bpmn_element = "exclusiveGateway"

    def enter(self, case: "Case", token: str, flow_id: str = "") -> None:
        """Follow exactly one flow."""
        self.follow(case, token, self.choose(self.model.typed(case.variables)))

    def choose(self, variables: Mapping[str, Any]) -> SequenceFlow:
        """The flow that is taken for *variables*."""
        found = next((flow for flow in self.conditional if evaluate(flow.condition, variables)), self.default)
        return found or self._lost()


class JoiningNode(BpmnNode):
    """A gateway that waits for tokens of several incoming flows before it lets one on."""

    def join(self, case: "Case", token: str, flow_id: str) -> Task:
        """Note an arrival on the row that waits here, opening one for the first."""
        waiting = scopes.waiting_at(case, self.element, token)
        if waiting is None:
            return self.open(case, token, flow_task_type=TaskType.JOIN, data={"arrived": [[flow_id, token]]})
        waiting.data = waiting.data | {"arrived": [*waiting.data["arrived"], [flow_id, token]]}
        waiting.token = common([waiting.token, token])
        waiting.save(update_fields=["data", "token"])
        return waiting

    def merge(self, task: Task, arrived: list[list[str]]) -> None:
        """Let the *arrived* tokens on as one; arrivals beyond them keep waiting."""
        case, rest = task.process, list(task.data["arrived"])
        for arrival in arrived:
            rest.remove(arrival)
        task.data = {"arrived": arrived}
        task.save(update_fields=["data"])
        close(task, "joined")
        for flow_id, token in rest:
            self.join(case, token, flow_id)
        self.split(case, scopes.collapsed(case, self.element, common(token for _flow, token in arrived)))

    def split(self, case: "Case", token: str) -> None:
        """Send on what leaves."""
        raise NotImplementedError

    def spread(self, case: "Case", token: str, flows: list[SequenceFlow]) -> None:
        """Follow all *flows*, each with a child of the token when there are several."""
        if len(flows) == 1:
            self.follow(case, token, flows[0])
            return
        name = current_unit_of_work().step(case).name()
        for number, flow in enumerate(flows, start=1):
            self.follow(case, child(token, f"{name}.{number}"), flow)


class ParallelGatewayNode(JoiningNode):
    """Waits for a token on every incoming flow, then follows every outgoing one."""

    task_type = TaskType.JOIN
    shape = viewflow_join.Join.shape
    bpmn_element = "parallelGateway"

    def enter(self, case: "Case", token: str, flow_id: str = "") -> None:
        """Join when there is something to join."""
        incoming = self.model.incoming(self.element.id)
        if len(incoming) < 2:
            self.split(case, token)
            return
        task = self.join(case, token, flow_id)
        first: dict[str, list[str]] = {}
        for arrival in task.data["arrived"]:
            first.setdefault(arrival[0], arrival)
        if len(first) == len(incoming):
            self.merge(task, list(first.values()))

    def split(self, case: "Case", token: str) -> None:
        """Follow every flow."""
        self.spread(case, token, list(self.flows))


class InclusiveGatewayNode(ConditionalNode, JoiningNode):
    """Waits for every token that can still arrive, then follows every flow whose condition holds."""

    task_type = TaskType.JOIN
    shape = viewflow_join.Join.shape
    bpmn_element = "inclusiveGateway"

    def enter(self, case: "Case", token: str, flow_id: str = "") -> None:
        """Wait when others may come; whether they still can is asked when all tokens rest."""
        if len(self.model.incoming(self.element.id)) < 2:
            self.split(case, token)
        else:
            self.join(case, token, flow_id)

    def settle(self, task: Task) -> None:
        """Let on what has arrived: nothing else can."""
        self.merge(task, list(task.data["arrived"]))

    def split(self, case: "Case", token: str) -> None:
        """Follow every flow whose condition holds."""
        self.spread(
            case,
            token,
            self.holding(self.model.typed(case.variables)) if len(self.flows) > 1 else list(self.flows),
        )


class EventGatewayNode(BpmnNode):
    """Waits for the first of several events."""

    task_type = "EVENT"
    shape = viewflow_switch.Switch.shape
    bpmn_element = "eventBasedGateway"

    def enter(self, case: "Case", token: str, flow_id: str = "") -> None:
        """Wait at every event that follows."""
        unit = current_unit_of_work()
        race = unit.step(case).name()
        for flow in self.flows:
            target: Any = self.targets[flow.id]
            unit.step(case).path.append(target.element.id)
            target.wait(case, token, race)
