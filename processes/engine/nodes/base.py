"""What all nodes share: a token enters, waits or passes, and leaves.

Our nodes are Viewflow's, but tokens are moved by an agenda of the unit of work (`processes.engine.walk`),
not by nested calls, so that a chain may be as long as it likes. Only what waits for something is a row;
what a token passes on the way is written into the event of the decision that led there, as the path.
"""

from typing import TYPE_CHECKING, Any

from viewflow.workflow.activation import Activation
from viewflow.workflow.base import Edge, Node
from viewflow.workflow.status import STATUS

from common import quick
from processes.bpmn.model import Element, Model, SequenceFlow
from processes.engine.unit_of_work import current_unit_of_work

if TYPE_CHECKING:
    from collections.abc import Iterator

    from processes.models import Case, Task

NODE_PREFIX = "n_"


def node_name(element_id: str) -> str:
    """The attribute under which an element's node hangs on the flow class."""
    safe = "".join(c if c.isalnum() and c.isascii() else f"_{ord(c):x}_" for c in element_id)
    return NODE_PREFIX + safe


class WaitingActivation(Activation):
    """An activation that is a row: open until it is closed, done or void."""

    def __init__(self, task: Any) -> None:
        self.task = task
        self.process = task.process

    @Activation.status.transition(source=[STATUS.NEW, STATUS.ASSIGNED, STATUS.STARTED], target=STATUS.DONE)
    def complete(self) -> None:
        """Close it: what it waited for has come."""
        self._close()

    @Activation.status.transition(
        source=[STATUS.NEW, STATUS.ASSIGNED, STATUS.STARTED], target=STATUS.CANCELED
    )
    def cancel(self) -> None:
        """Close it undone: the case went another way."""
        self._close()

    def _close(self) -> None:
        self.task.finished = current_unit_of_work().now
        self.task.revision += 1
        self.task.save(update_fields=self.task.closing_fields)


class BpmnNode(Node):
    """A node made from a BPMN element."""

    element: Element
    activation_class = WaitingActivation
    task_type = ""
    #: Filled by the compiler.
    model: Model
    flows: tuple[SequenceFlow, ...] = ()
    targets: "dict[str, BpmnNode]"

    def __init__(self) -> None:
        super().__init__()
        self.targets = {}

    def _outgoing(self) -> "Iterator[Edge]":
        for flow in self.flows:
            yield Edge(self, self.targets[flow.id], "next")

    def enter(self, case: "Case", token: str, flow_id: str = "") -> None:
        """A token arrives over a sequence flow. By default it passes at once."""
        self.leave(case, token)

    def leave(self, case: "Case", token: str) -> None:
        """Send the token on over the outgoing flow."""
        for flow in self.flows:
            self.follow(case, token, flow)

    def follow(self, case: "Case", token: str, flow: SequenceFlow) -> None:
        """Send the token over one flow; it arrives when the agenda comes to it."""
        current_unit_of_work().agenda.append((case, self.targets[flow.id], token, flow.id))

    def open(self, case: "Case", token: str, **values: Any) -> "Task":
        """Open an activation that waits here; *values* are attributes of the row, and its *host*."""
        unit, related = current_unit_of_work(), {"process": case}
        host = values.pop("host", None)
        if host is not None:
            related["host"] = host
        waiting = {
            "flow_task": self,
            "flow_task_type": self.task_type,
            "token": token,
            "flow_key": case.flow_key,
            "node_id": self.element.id,
            "created": unit.now,
            "status": STATUS.STARTED,
        }
        task: Task = quick.new(self.flow_class.task_class, waiting | values, related)
        unit.keep(task)
        unit.live.adopt(task)
        unit.step(case).opened.append(task)
        return task


def close(task: "Task", outcome: str = "") -> None:
    """Close an activation whose waiting is over."""
    task.outcome = outcome or task.outcome
    task.flow_task.activation_class(task).complete()
