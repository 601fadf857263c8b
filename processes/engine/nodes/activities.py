"""What runs by itself: service, send and business rule tasks, sub-processes, called processes."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from viewflow.workflow.nodes import view as viewflow_view

from common.expressions import evaluate
from processes.engine import calls, errors
from processes.engine.context import HandlerContext
from processes.engine.nodes.base import BpmnNode, close
from processes.engine.nodes.events import arm
from processes.engine.timing import schedule
from processes.engine.tokens import child
from processes.engine.unit_of_work import current_unit_of_work
from processes.models import JobKind, Task, TaskType

if TYPE_CHECKING:
    from processes.models import Case


class ServiceTaskNode(BpmnNode):
    """Service or send task: a handler of the flow's folder, now or after commit."""

    task_type = TaskType.JOB
    shape = viewflow_view.View.shape
    bpmn_element = "serviceTask"

    def __init__(self, handler: Callable[[HandlerContext], Any]) -> None:
        super().__init__()
        self.handler = handler

    def enter(self, case: "Case", token: str, flow_id: str = "") -> None:
        """Call the handler inside the unit of work, or put down a job that does so after commit.

        What a handler called at once refuses, refuses the whole decision.
        """
        if self.element.runs_later:
            task = self.open(case, token)
            schedule(task, JobKind.SERVICE, self.element.id, current_unit_of_work().now)
            arm(task)
            return
        try:
            self.handler(HandlerContext(current_unit_of_work(), case))
        except errors.ProcessError as error:
            errors.throw(case, self.element, token, error.code)
            return
        self.leave(case, token)

    def done(self, task: Task) -> None:
        """The job has run: go on."""
        close(task, "done")
        self.leave(task.process, task.token)

    def failed(self, task: Task, code: str) -> None:
        """The job ended with an error that the chain may know."""
        errors.throw(task.process, self.element, task.token, code, host=task)


class BusinessRuleNode(BpmnNode):
    """Business rule task: the first line that holds says what the result variable becomes."""

    task_type = "RULE"
    shape = viewflow_view.View.shape
    bpmn_element = "businessRuleTask"

    def enter(self, case: "Case", token: str, flow_id: str = "") -> None:
        """Set the result and go on."""
        given = self.model.typed(case.variables)
        for rule in self.element.rules:
            if not rule.when or evaluate(rule.when, given):
                value = evaluate(rule.value, given)
                calls.set_variables(case, {self.element.settings["result"]: value})
                break
        self.leave(case, token)


class SubProcessNode(BpmnNode):
    """Embedded sub-process: goes on when no token is left inside."""

    task_type = TaskType.SCOPE
    shape = viewflow_view.View.shape
    bpmn_element = "subProcess"

    def enter(self, case: "Case", token: str, flow_id: str = "") -> None:
        """Open the scope and send a token to its start."""
        task = self.reopen(case, token)
        node = case.flow_class.node_for(self.model.starts[self.element.id])
        current_unit_of_work().agenda.append((case, node, task.data["inner"], ""))

    def reopen(self, case: "Case", token: str, inner: str = "") -> Task:
        """Open the scope alone, with a new inner token or the one of an earlier visit."""
        inner = inner or child(token, current_unit_of_work().step(case).name())
        task = self.open(case, token, data={"inner": inner})
        arm(task)
        return task


class CallNode(BpmnNode):
    """Call activity: a case of another definition, waited for."""

    task_type = TaskType.CALL
    shape = viewflow_view.View.shape
    bpmn_element = "callActivity"

    def enter(self, case: "Case", token: str, flow_id: str = "") -> None:
        """Start the called case."""
        task = self.open(case, token)
        arm(task)
        calls.start_called(task)
