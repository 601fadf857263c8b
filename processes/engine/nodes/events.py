"""Start, end, catch and boundary events."""

from typing import TYPE_CHECKING, Any

from viewflow.workflow.nodes import end as viewflow_end
from viewflow.workflow.nodes import start as viewflow_start

from processes.bpmn.model import ERROR, TERMINATE, TIMER
from processes.engine import errors, scopes
from processes.engine.nodes.base import BpmnNode, close
from processes.engine.timing import first_run, schedule
from processes.engine.tokens import child
from processes.engine.unit_of_work import current_unit_of_work
from processes.models import JobKind, Task, TaskType

if TYPE_CHECKING:
    from processes.models import Case


class StartNode(BpmnNode):
    """None, timer or message start event."""

    task_type = "START"
    shape = viewflow_start.StartHandle.shape
    bpmn_element = "startEvent"


class EndNode(BpmnNode):
    """None, terminate or error end event; the token ends here."""

    task_type = "END"
    shape = viewflow_end.End.shape
    bpmn_element = "endEvent"

    def enter(self, case: "Case", token: str, flow_id: str = "") -> None:
        """End the token; a terminating end also ends every other token of its scope."""
        current_unit_of_work().step(case).ended = True
        if self.element.is_event(ERROR):
            errors.throw(case, self.element, token, self.element.event.name if self.element.event else "")
        elif self.element.is_event(TERMINATE):
            scopes.terminate(case, self.element, token)


class CatchNode(BpmnNode):
    """Intermediate timer or message event."""

    task_type = TaskType.CATCH
    shape = viewflow_start.StartHandle.shape
    bpmn_element = "intermediateCatchEvent"

    def enter(self, case: "Case", token: str, flow_id: str = "") -> None:
        """Wait."""
        self.wait(case, token)

    def wait(self, case: "Case", token: str, race: str = "") -> None:
        """Wait for the event; of those that share a *race* only the first one counts."""
        task = self.open(case, token, data={"race": race} if race else {})
        if self.element.is_event(TIMER):
            schedule(task, JobKind.TIMER, self.element.id, first_run(self.element, case))

    def fire(self, task: Task) -> None:
        """The event has come: go on, and give up waiting for its rivals."""
        race = task.data.get("race")
        close(task, "fired")
        for rival in current_unit_of_work().live.of(task.process) if race else ():
            if rival.data.get("race") == race:
                rival.flow_task.activation_class(rival).cancel()
        self.leave(task.process, task.token)


class BoundaryNode(BpmnNode):
    """Timer, message or error event on an activity."""

    task_type = "BOUNDARY"
    shape = viewflow_start.StartHandle.shape
    bpmn_element = "boundaryEvent"

    def fire(self, host: Task) -> None:
        """The event has come while *host* waits: leave over the boundary, ending the host if it says so."""
        unit, case = current_unit_of_work(), host.process
        unit.step(case).path.append(self.element.id)
        if self.element.interrupting:
            scopes.cancel(host)
            self.leave(case, host.token)
        else:
            self.leave(case, child(host.token, unit.step(case).name()))


def arm(task: Task) -> None:
    """Set the timers on the boundary of an activity that has begun to wait."""
    element = task.flow_task.element
    for boundary in task.flow_task.model.boundaries(element.id):
        if boundary.is_event(TIMER):
            spec: Any = boundary.event and boundary.event.timer
            repeat = spec.text if spec.kind == "cycle" else ""
            schedule(task, JobKind.TIMER, boundary.id, first_run(boundary, task.process), repeat=repeat)
