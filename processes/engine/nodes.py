"""Our nodes and activations: Viewflow's, running inside a unit of work.

Only what waits for somebody is a row. What the engine passes on the way (start, gateways, service tasks,
ends) is written into the event of the decision that led there, as the path taken.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from viewflow import this
from viewflow.workflow.activation import Activation
from viewflow.workflow.base import Node
from viewflow.workflow.nodes import end as viewflow_end
from viewflow.workflow.nodes import mixins
from viewflow.workflow.nodes import start as viewflow_start
from viewflow.workflow.nodes import switch as viewflow_switch
from viewflow.workflow.nodes import view as viewflow_view
from viewflow.workflow.status import PROCESS, STATUS
from viewflow.workflow.token import Token

from common.errors import Refused
from common.expressions import evaluate
from processes.bpmn.model import Element, SequenceFlow
from processes.engine.context import Decision, HandlerContext
from processes.engine.unit_of_work import current_unit_of_work
from processes.engine.workdays import add_workdays

if TYPE_CHECKING:
    from processes.models import Case

NODE_PREFIX = "n_"


def node_name(element_id: str) -> str:
    """The attribute under which an element's node hangs on the flow class."""
    safe = "".join(c if c.isalnum() and c.isascii() else f"_{ord(c):x}_" for c in element_id)
    return NODE_PREFIX + safe


class Passage:
    """A token passing a node at which nobody has to do anything; never written."""

    __slots__ = ("finished", "flow_task", "pk", "process", "status", "token")

    def __init__(self, process: "Case", flow_task: Node, token: Any) -> None:
        self.process = process
        self.flow_task = flow_task
        self.token = token
        self.status = STATUS.NEW
        self.pk = None
        self.finished = None


class PassingActivation(Activation):
    """Goes on by itself and leaves its element's id on the path."""

    def __init__(self, task: Any) -> None:
        self.task = task
        self.process = task.process

    @classmethod
    def create(
        cls, flow_task: Any, prev_activation: Any, token: Any, data: Any = None, seed: Any = None
    ) -> "PassingActivation":
        """A passage of the token; what happens here is done when it is activated."""
        current_unit_of_work().path.append(flow_task.element.id)
        return cls(Passage(prev_activation.process, flow_task, token))

    @Activation.status.transition(source=STATUS.NEW)
    def activate(self) -> None:
        """Nothing to do but to pass."""

    @Activation.status.transition(source=STATUS.NEW, target=STATUS.DONE)
    def complete(self) -> None:
        """Nothing to write."""


class BpmnNode(Node):
    """A node made from a BPMN element."""

    element: Element


class StartActivation(mixins.NextNodeActivationMixin, PassingActivation):
    """Opens the case's first task."""


class StartNode(mixins.NextNodeMixin, BpmnNode):
    """None start event."""

    activation_class = StartActivation
    task_type = "START"
    shape = viewflow_start.StartHandle.shape
    bpmn_element = "startEvent"

    def run(self, case: "Case") -> None:
        """Send the first token of a new *case* on its way."""
        current_unit_of_work().path.append(self.element.id)
        activation = StartActivation(Passage(case, self, Token("start")))
        activation.complete()
        activation.activate_next()


class UserTaskActivation(viewflow_view.ViewActivation):
    """A task of a person: of the initiator, or of a pool of role and unit."""

    def __init__(self, task: Any) -> None:
        self.task = task
        self.process = task.process

    @classmethod
    def create(
        cls, flow_task: Any, prev_activation: Any, token: Any, data: Any = None, seed: Any = None
    ) -> "UserTaskActivation":
        """Open the task and offer it to its candidates."""
        unit = current_unit_of_work()
        case, element = prev_activation.process, flow_task.element
        task = flow_task.flow_class.task_class(
            process=case,
            flow_task=flow_task,
            flow_task_type=flow_task.task_type,
            token=token,
            flow_key=case.flow_key,
            node_id=element.id,
            created=unit.now,
            data=data or {},
        )
        if element.is_initiators:
            task.owner_id, task.status, task.assigned = case.initiator_id, STATUS.ASSIGNED, unit.now
        else:
            task.role, task.unit_id = element.role, _unit_for(case, element)
        days = element.settings.get("dueWorkdays")
        if days:
            task.due_at = add_workdays(unit.now, int(days))
        task.save()
        unit.path.append(element.id)
        unit.opened.append(task)
        return cls(task)

    @Activation.status.transition(source=[STATUS.NEW, STATUS.ASSIGNED], target=STATUS.STARTED)
    def decide(self, decision: Decision) -> None:
        """Note who decides what; the task is closed by `complete`."""
        unit = current_unit_of_work()
        self.task.outcome = decision.outcome
        self.task.decided_by_id = unit.actor.user.pk
        self.task.started = self.task.started or unit.now

    @Activation.status.transition(source=STATUS.STARTED, target=STATUS.DONE)
    def complete(self) -> None:
        """Close the task as decided."""
        self._close()

    @Activation.status.transition(
        source=[STATUS.NEW, STATUS.ASSIGNED, STATUS.STARTED], target=STATUS.CANCELED
    )
    def cancel(self) -> None:
        """Close the task undecided: the case went another way."""
        self._close()

    def _close(self) -> None:
        self.task.finished = current_unit_of_work().now
        self.task.revision += 1
        self.task.save(update_fields=self.task.closing_fields)


def _unit_for(case: "Case", element: Element) -> int:
    """The subject's unit at the element's level. Raises Refused when it lies above that level."""
    try:
        return int(case.units[element.unit_kind])
    except KeyError:
        message = _(
            "“%(step)s” asks for a unit that this record does not belong to. Correct the record's class."
        )
        raise Refused(message % {"step": element.label(get_language() or "")}) from None


class UserTaskNode(viewflow_view.View, BpmnNode):
    """User task."""

    activation_class = UserTaskActivation
    task_type = "HUMAN"

    def __init__(self) -> None:
        super().__init__(view=None)


class ServiceTaskActivation(mixins.NextNodeActivationMixin, PassingActivation):
    """Runs the flow's handler inside the unit of work."""

    @Activation.status.transition(source=STATUS.NEW)
    def activate(self) -> None:
        """Call the handler; what it refuses, refuses the whole decision."""
        self.flow_task.handler(HandlerContext(current_unit_of_work(), self.process))


class ServiceTaskNode(mixins.NextNodeMixin, BpmnNode):
    """Service task with a handler of the flow's folder."""

    activation_class = ServiceTaskActivation
    task_type = "FUNC"
    shape = viewflow_view.View.shape
    bpmn_element = "serviceTask"

    def __init__(self, handler: Any) -> None:
        super().__init__()
        self.handler = handler


class ExclusiveGatewayActivation(PassingActivation):
    """Takes the first flow whose condition holds, else the default."""

    @Activation.status.transition(source=STATUS.DONE)
    def create_next(self) -> Iterator[Activation]:
        """Follow exactly one flow."""
        node = self.flow_task.choose(self.process.variables)
        yield node._create(self, self.task.token)


class ExclusiveGatewayNode(viewflow_switch.Switch, BpmnNode):
    """Exclusive gateway with CEL conditions over the case's variables."""

    activation_class = ExclusiveGatewayActivation
    _activate_next: list[tuple[Any, str | None]]

    def add(self, flow: SequenceFlow, *, is_default: bool) -> None:
        """Connect an outgoing *flow*; the default one is asked last."""
        target = getattr(this, node_name(flow.target))
        condition = None if is_default else flow.condition
        self.Case(target, condition) if condition else self.Default(target)
        self._activate_next.sort(key=lambda branch: branch[1] is None)

    def _resolve(self, instance: Any) -> None:
        self._activate_next = [(this.resolve(instance, node), text) for node, text in self._activate_next]

    def choose(self, variables: Any) -> Node:
        """The node that follows for *variables*."""
        for node, condition in self._activate_next:
            if condition is None or evaluate(condition, variables):
                return node
        raise LookupError(f"{self.element.id} has no default flow")  # lint refuses such a definition


class EndActivation(PassingActivation):
    """Finishes the case when no task is left open."""

    @Activation.status.transition(source=STATUS.NEW)
    def activate(self) -> None:
        """Close the case as approved."""
        from processes.models import CaseState

        case = self.process
        case.status, case.state = PROCESS.DONE, CaseState.APPROVED
        case.finished = current_unit_of_work().now
        case.save(update_fields=case.finish_fields)

    @Activation.status.transition(source=STATUS.DONE)
    def create_next(self) -> list[Activation]:
        """Nothing follows."""
        return []


class EndNode(viewflow_end.End, BpmnNode):
    """None or terminate end event; with one token a case both end it."""

    activation_class = EndActivation
