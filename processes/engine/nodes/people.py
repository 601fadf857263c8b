"""User tasks: who is asked, and how several answers become one."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from viewflow.workflow.activation import Activation
from viewflow.workflow.nodes import view as viewflow_view
from viewflow.workflow.status import STATUS

from common.errors import Refused
from processes.engine import calls, incidents, scopes, signing
from processes.engine.candidates import Candidates, candidates_for, is_nobody
from processes.engine.context import Decision, HandlerContext
from processes.engine.deadlines import set_deadline
from processes.engine.nodes.base import BpmnNode, WaitingActivation, close
from processes.engine.nodes.events import arm
from processes.engine.tokens import child
from processes.engine.unit_of_work import current_unit_of_work
from processes.engine.votes import Tally
from processes.models import Task, TaskType

if TYPE_CHECKING:
    from processes.models import Case


class UserTaskActivation(WaitingActivation):
    """A task of one person, or of a pool of role and unit."""

    @Activation.status.transition(source=[STATUS.NEW, STATUS.ASSIGNED], target=STATUS.DONE)
    def decide(self, decision: Decision) -> None:
        """Note who decides what, and close the task."""
        unit = current_unit_of_work()
        self.task.outcome = decision.outcome
        self.task.decided_by_id = unit.actor.user_id
        self.task.started = self.task.started or unit.now
        self._close()


class UserTaskNode(BpmnNode):
    """User task."""

    activation_class = UserTaskActivation
    task_type = TaskType.HUMAN
    shape = viewflow_view.View.shape
    bpmn_element = "userTask"

    def enter(self, case: "Case", token: str, flow_id: str = "", *, again: bool = False) -> None:
        """Ask whoever the definition names; a level that a policy skips is passed and noted.

        *again*: the token comes back to a level that has looked already, after a correction.
        """
        found = candidates_for(case, self.element, again=again)
        if found.skip:
            current_unit_of_work().step(case).skipped.append({"node": self.element.id, "why": found.skip})
            self.leave(case, token)
            return
        self._ask(case, token, found)

    def reopen(self, case: "Case", token: str, data: dict[str, Any] | None = None) -> Task:
        """Ask again after a return; *data* is what the person has to see.

        Raises Refused when nobody is left to ask: passing on would go past whoever sends the case back.
        """
        found = candidates_for(case, self.element, again=True)
        if found.skip or is_nobody(case, self.element, found):
            message = _("Nobody is appointed for “%(step)s” at present. Choose another step.")
            raise Refused(message % {"step": self.element.label(get_language() or "")})
        return self._ask(case, token, found, data)

    def ask(self, case: "Case", token: str, candidates: Candidates, **values: Any) -> Task:
        """Open one task for the candidates."""
        waiting = {"status": STATUS.NEW}
        if candidates.owner_id is not None:
            now = current_unit_of_work().now
            waiting = {"status": STATUS.ASSIGNED, "assigned": now, "owner_id": candidates.owner_id}
        return self.open(case, token, role=candidates.role, unit_id=candidates.unit_id, **waiting, **values)

    def _ask(self, case: "Case", token: str, found: Candidates, data: dict[str, Any] | None = None) -> Task:
        if self.element.loop is not None:
            task = self._ask_several(case, token, found, data or {})
        else:
            task = self.ask(case, token, found, data=data or {})
            set_deadline(task)
        arm(task)
        self._tell_flow(task)
        if is_nobody(case, self.element, found):  # it must not break the decision that led here
            incidents.get_stuck(task, f"NobodyToAsk: {self.element.id}")
        return task

    def _tell_flow(self, task: Task) -> None:
        """Let the flow's own code do what belongs to the opening of this step."""
        from processes.registry import flow_for

        opened = flow_for(task.flow_key).on_open.get(self.element.id)
        if opened is not None:
            opened(HandlerContext(current_unit_of_work(), task.process, task))

    def _ask_several(self, case: "Case", token: str, found: Candidates, data: dict[str, Any]) -> Task:
        tally = Tally.begin(self.element, case, found)
        group = self.open(
            case,
            token,
            flow_task_type=TaskType.GROUP,
            unit_id=found.unit_id,
            data=data | {"tally": tally.as_data(), "role": found.role},  # no pool holds the group itself
        )
        for number in tally.asked_first:
            self._ask_member(group, tally, number)
        return group

    def _ask_member(self, group: Task, tally: Tally, number: int) -> None:
        member = Candidates(group.data.get("role", ""), group.unit_id, tally.people[number])
        token = child(group.token, f"m{number}")
        shown = {name: value for name, value in group.data.items() if name not in ("tally", "role")}
        task = self.ask(group.process, token, member, host=group, data=shown | {"member": number})
        set_deadline(task)

    def completed(self, task: Task) -> None:
        """Go on behind a finished task, once everybody asked on this step has answered."""
        host = current_unit_of_work().live.host_of(task)
        if host is None:
            self._after_own(task)
        elif host.flow_task_type == TaskType.GROUP:
            tally = Tally.of(host)
            tally.count(task.data["member"], task.outcome)
            host.data = host.data | {"tally": tally.as_data()}
            host.save(update_fields=["data"])
            self.conclude(host)
        else:
            signing.answered(task, host)

    def conclude(self, group: Task) -> None:
        """End a vote that is decided, or ask the next person in turn."""
        tally = Tally.of(group)
        if tally.result is None:
            if tally.next_in_turn is not None:
                self._ask_member(group, tally, tally.next_in_turn)
            return
        case, result = group.process, self.element.settings.get("result", "")
        for row in scopes.rows_under(case, group.token):
            if row.host_id == group.pk and row.finished is None:
                scopes.cancel(row)
        close(group, "approve" if tally.result else "object")
        if result:
            calls.set_variables(case, {result: tally.result})
        if tally.result or self.element.settings.get("onObjection") == "go_on":
            self.leave(case, group.token)
        else:
            current_unit_of_work().step(case).objected = group

    def _after_own(self, task: Task) -> None:
        if not signing.ask_later_ones(task):
            self.leave(task.process, task.token)
