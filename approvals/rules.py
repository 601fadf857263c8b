"""May this person do this with this task or case now, and if not, why."""

import datetime
from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import university
from approvals.queries.cases import operates
from common.verdict import ALLOWED, Verdict, refused
from processes.bpmn.alone import comes_through_alone, step_before
from processes.bpmn.back import applicants_step, has_steps_before
from processes.bpmn.model import USER_TASK
from processes.engine.actor import Actor
from processes.engine.signing import AFTER
from processes.models import SUSPENDED, Case, CaseState, Event, Incident, JobKind, Task
from processes.queries import Step

URGE_AGAIN_AFTER = datetime.timedelta(hours=24)
#: Events that change nothing of what a decision left behind.
HARMLESS = ("commented", "copied", "urged", "reminded", "escalated", "withdrawal_requested")
UNDOABLE = ("approved", "objected", "returned")


def acting(by: Actor, task: Task) -> Actor | None:
    """*by* as the one who may act on *task*: in their own name, or for somebody who is away (flows X5).

    None when the task is neither the person's nor in one of the person's pools.
    """
    if task.owner_id == by.user.pk:
        return by
    reach = by.reach
    if task.owner_id is not None:
        person = reach.covered.get(task.owner_id)
        if person is None:
            post = reach.post_for(task.role, task.unit)
            person = post.holder if post and post.holder and post.holder.pk == task.owner_id else None
        return by.standing_in_for(person) if person else None
    post = reach.post_for(task.role, task.unit)
    if post is None:
        return None
    return by.standing_in_for(post.holder) if post.holder else by


def can_see_task(by: Actor, task: Task) -> Verdict:
    """Its assignee, its pool, and who decided it see a task."""
    if by.user.pk in (task.owner_id, task.decided_by_id):
        return ALLOWED
    if by.reach.post_for(task.role, task.unit) or task.owner_id in by.reach.covered:
        return ALLOWED
    return refused(gettext_lazy("This task is not in your inbox."))


def runs(case: Case) -> Verdict:
    """A suspended case stands still for everybody but its operators."""
    if case.is_suspended:
        return refused(SUSPENDED)
    return ALLOWED


def can_hold(by: Actor, task: Task) -> Verdict:
    """Whose task it is may work on it: the assignee, else the pool; never on an own case (flows X6)."""
    if not task.is_open:
        return refused(gettext_lazy("This task is already done."))
    if not (running := runs(task.process)):
        return running
    actor = acting(by, task)
    if actor is None:
        return _not_yours(by, task)
    if not task.element.is_initiators and task.process.initiator_id in (actor.user_id, actor.acting_for_id):
        return refused(gettext_lazy("Nobody reviews their own case; it waits for a colleague."))
    return ALLOWED


def _not_yours(by: Actor, task: Task) -> Verdict:
    if task.owner is None or not by.reach.post_for(task.role, task.unit):
        return refused(gettext_lazy("This task is not in your inbox."))
    return refused(_("%(person)s has taken this task.") % {"person": task.owner.name})


def can_decide(by: Actor, task: Task) -> Verdict:
    """Whoever may work on a task decides it, unless others have to be heard first."""
    if not (held := can_hold(by, task)):
        return held
    if is_delegated(task):
        return refused(gettext_lazy("You were asked for your opinion. Give the task back with it."))
    if task.data.get("unanswered"):
        return refused(gettext_lazy("Signers you added have not answered yet."))
    return ALLOWED


def can_approve(by: Actor, task: Task) -> Verdict:
    """Whoever may decide may approve, except the applicant, who submits."""
    if task.element.is_initiators:
        return refused(gettext_lazy("The applicant submits this step; it cannot be approved."))
    return can_decide(by, task)


def can_return(by: Actor, task: Task) -> Verdict:
    """Every reviewer may send a case back (flows X2); one voice of a joint decision ends it with that.

    A step before which nobody did anything has nobody to send it to: the first one of a process that only
    others call.
    """
    if not has_steps_before(task.process.flow_class.model, task.node_id):
        return refused(gettext_lazy("No step comes before this one; the case cannot be returned to anybody."))
    return can_approve(by, task)


def can_object(by: Actor, task: Task) -> Verdict:
    """Members of a joint decision, and signers before or beside a decision, may be against it."""
    if not is_member(task) and task.data.get("sign", AFTER) == AFTER:
        return refused(gettext_lazy("This step is approved or returned; there is nothing to object to."))
    return can_approve(by, task)


def can_reject(by: Actor, task: Task) -> Verdict:
    """Only steps flagged `canReject` refuse for good (flows X4)."""
    if not task.element.flag("canReject") or task.host_id is not None:
        return refused(gettext_lazy("This step cannot reject. Return the case instead."))
    return can_approve(by, task)


def can_batch(task: Task) -> Verdict:
    """Steps not flagged `batch` are decided one by one (flows X15)."""
    if task.element.flag("batch"):
        return ALLOWED
    return refused(gettext_lazy("This step is decided one by one: open the case."))


def can_claim(by: Actor, task: Task) -> Verdict:
    """Anybody of the pool takes a task that nobody has."""
    if task.is_open and task.owner_id == by.user.pk:
        return refused(gettext_lazy("You have taken this task already."))
    return can_hold(by, task)


def can_release(by: Actor, task: Task) -> Verdict:
    """Who took a task may give it back to the pool it came from."""
    if not task.is_open or task.owner_id != by.user.pk:
        return refused(gettext_lazy("Only who has taken a task can put it back."))
    if not is_pooled(task) or is_delegated(task):
        return refused(
            gettext_lazy("This task was given to you in person; there is no pool to put it back to.")
        )
    return ALLOWED


def can_pass_on(by: Actor, task: Task) -> Verdict:
    """A pooled task may be handed to a colleague, for good or for an opinion."""
    if not is_pooled(task):
        return refused(gettext_lazy("You were asked in person; this cannot be passed on."))
    if is_delegated(task):
        return refused(gettext_lazy("You were asked for your opinion. Give the task back with it."))
    return can_hold(by, task)


def can_give_back(by: Actor, task: Task) -> Verdict:
    """The delegate gives the task back with an opinion; who delegated it may call it back."""
    if not task.is_open or not is_delegated(task):
        return refused(gettext_lazy("This task was not delegated."))
    if by.user.pk not in (task.owner_id, delegator(task)):
        return refused(gettext_lazy("This task is not in your inbox."))
    return runs(task.process)


def can_add_signer(by: Actor, task: Task) -> Verdict:
    """Whoever may work on a task of a pool may ask further people to sign."""
    if task.element.is_initiators or not is_pooled(task):
        return refused(gettext_lazy("Signers are added by whoever decides the step."))
    return can_pass_on(by, task)


def can_remove_signer(by: Actor, signer: Task, host: Task) -> Verdict:
    """Who asked a signer, or who decides the step, may do without."""
    if not signer.is_open or "sign" not in signer.data:
        return refused(gettext_lazy("This signer has answered already."))
    if signer.data.get("by") == by.user.pk.hex or host.decided_by_id == by.user.pk:
        return runs(signer.process)
    return can_hold(by, host)


def can_submit(user: User, task: Task) -> Verdict:
    """The applicant submits the own first step."""
    if not task.is_open:
        return refused(gettext_lazy("This step is already done."))
    if task.owner_id != user.pk or not task.element.is_initiators:
        return refused(gettext_lazy("Only the applicant submits this step."))
    return runs(task.process)


def can_withdraw(user: User, case: Case, open_tasks: Iterable[Task]) -> Verdict:
    """The applicant takes a case back until the current reviewer has claimed it (flows X1)."""
    if not (asking := _may_ask_back(user, case)):
        return asking
    if any(task.owner_id for task in open_tasks):
        return refused(gettext_lazy("A reviewer is already working on it. Ask for it back instead."))
    return ALLOWED


def can_request_withdrawal(user: User, case: Case, open_tasks: Iterable[Task]) -> Verdict:
    """Once a reviewer works on a case, the applicant asks for it back (flows X1)."""
    if not (asking := _may_ask_back(user, case)):
        return asking
    holding = [task for task in open_tasks if task.owner_id]
    if not holding:
        return refused(gettext_lazy("Nobody works on it yet: withdraw it."))
    if any(task.data.get("withdrawal") for task in holding):
        return refused(gettext_lazy("You have asked for it already. The reviewer will answer."))
    return ALLOWED


def can_ask_back(user: User, case: Case, open_tasks: Iterable[Task]) -> Verdict:
    """The applicant gets a case back one way or the other: at once, or from who works on it (flows X1)."""
    tasks = list(open_tasks)
    return can_withdraw(user, case, tasks) or can_request_withdrawal(user, case, tasks)


def _may_ask_back(user: User, case: Case) -> Verdict:
    if case.initiator_id != user.pk:
        return refused(gettext_lazy("Only the applicant can withdraw this case."))
    if case.state != CaseState.IN_REVIEW:
        return refused(gettext_lazy("Only a case in review can be withdrawn."))
    if not applicants_step(case.flow_class.model):
        return refused(gettext_lazy("You have no step in this case to take it back to."))
    return runs(case)


def can_answer_withdrawal(by: Actor, task: Task) -> Verdict:
    """The reviewer who works on the case lets it go, or not."""
    if not task.is_open or not task.data.get("withdrawal"):
        return refused(gettext_lazy("The applicant does not ask for this case."))
    return can_hold(by, task)


def can_discard(user: User, case: Case) -> Verdict:
    """The applicant drops a case that lies with them."""
    if case.initiator_id != user.pk:
        return refused(gettext_lazy("Only the applicant can discard this case."))
    if case.state not in (CaseState.DRAFT, CaseState.RETURNED):
        return refused(gettext_lazy("Only a draft or a returned case can be discarded."))
    return runs(case)


def can_be_handed_over(case: Case, to: UUID) -> Verdict:
    """An open case may get another applicant."""
    if case.finished is not None:
        return refused(gettext_lazy("This case has ended; there is nothing to hand over."))
    if case.initiator_id == to:
        return refused(gettext_lazy("This person is the applicant already."))
    return ALLOWED


def can_take_back(by: Actor, task: Task) -> Verdict:
    """Who decided may take the decision back; the engine says whether it still can be undone."""
    if task.is_open or task.decided_by_id != by.user.pk or task.element.is_initiators:
        return refused(gettext_lazy("Only your own decision can be taken back."))
    if task.process.finished is not None:
        return refused(gettext_lazy("The case has ended with it, so it cannot be taken back."))
    return runs(task.process)


def can_undo(task: Task, last: Event | Step | None) -> Verdict:
    """Nobody went on with the case since the decision on *task*; *last* is its last event that matters."""
    if last is None or last.task_id != task.pk or last.kind not in UNDOABLE:
        return refused(
            gettext_lazy("Somebody has gone on with the case meanwhile, so it cannot be taken back.")
        )
    return ALLOWED


def can_urge(user: User, task: Task, now: datetime.datetime, *, is_staff: bool) -> Verdict:
    """The applicant and staff who see the case urge once a day and task."""
    if not task.is_open or task.element.is_initiators:
        return refused(gettext_lazy("Nobody has to be urged: the case waits for the applicant."))
    if not is_staff and task.process.initiator_id != user.pk:
        return refused(gettext_lazy("Only the applicant can urge."))
    last = task.data.get("urged_at", "")
    if last and now < datetime.datetime.fromisoformat(last) + URGE_AGAIN_AFTER:
        return refused(gettext_lazy("They were urged less than a day ago. Please wait until tomorrow."))
    return runs(task.process)


def can_operate(user: User, case: Case) -> Verdict:
    """The career center's officers and its director operate the cases of their units."""
    if operates(user, case.unit):
        return ALLOWED
    return refused(gettext_lazy("Only the career center may do this."))


def can_move(case: Case, target: str) -> Verdict:
    """A case goes on at a step of a person; before anything was handed in only the applicant has one."""
    element = case.flow_class.model.elements.get(target)
    if element is None or element.type != USER_TASK:
        return refused(gettext_lazy("Choose the step where the case goes on."))
    if case.submitted_at is None and not element.is_initiators:
        return refused(
            gettext_lazy("The applicant has not handed anything in yet; there is nothing to review.")
        )
    if not comes_through_alone(case.flow_class.model, target):
        return refused(_one_of_several(case, target))
    return ALLOWED


def _one_of_several(case: Case, target: str) -> str:
    model, language = case.flow_class.model, get_language() or ""
    words = {"step": model.elements[target].label(language)}
    before = step_before(model, target)
    if before is None:
        alone = _("“%(step)s” runs beside other steps, which the case would await for ever. Choose another.")
        return alone % words
    words["before"] = before.label(language)
    return (
        _(
            "“%(step)s” runs beside other steps, which the case would await for ever. "
            "Move it to “%(before)s”, from where all of them are asked again."
        )
        % words
    )


def can_mend(user: User, incident: Incident) -> Verdict:
    """Operators of the case mend what failed, as long as the case still waits for it and is not suspended.

    What belongs to no case, such as a timed start, is the business of the whole school's operators.
    """
    case = incident.case
    unit = case.unit if case is not None else university()
    if unit is None or not operates(user, unit):
        return refused(gettext_lazy("Only the career center may do this."))
    if case is None:
        return ALLOWED
    if case.finished is not None or (incident.task is not None and incident.task.finished is not None):
        return refused(gettext_lazy("The case has gone on another way; there is nothing to mend any more."))
    return runs(case)


def can_retry(user: User, incident: Incident) -> Verdict:
    """Whatever ran can run again; a case in which everything waits for something else has nothing to run."""
    if incident.kind == JobKind.STUCK:
        return refused(
            gettext_lazy("Nothing can be tried again here: the case has no next step. Move it to a step.")
        )
    return can_mend(user, incident)


def can_skip(user: User, incident: Incident) -> Verdict:
    """What the case waits for can be left out, unless going on is itself what failed."""
    if incident.kind == JobKind.STUCK:
        return refused(
            gettext_lazy("There is nothing to skip: the case has no next step. Move it to a step.")
        )
    task = incident.task
    if incident.kind == JobKind.TIMER and task is not None and task.node_id == incident.node_id:
        return refused(
            gettext_lazy("The time has come; what follows failed. Try it again, or move the case to a step.")
        )
    return can_mend(user, incident)


def can_reroute(user: User, incident: Incident) -> Verdict:
    """A case can be moved; what belongs to no case cannot."""
    if incident.case is None:
        return refused(gettext_lazy("This belongs to no case, so there is nothing to move. Try it again."))
    return can_mend(user, incident)


def is_member(task: Task) -> bool:
    """Whether the task is one voice of a joint decision."""
    return "member" in task.data


def is_signer(task: Task) -> bool:
    """Whether the task is that of an added signer."""
    return "sign" in task.data


def is_pooled(task: Task) -> bool:
    """Whether a pool stands behind the task, to which it may go back."""
    return bool(task.role) and task.host_id is None


def is_delegated(task: Task) -> bool:
    """Whether the assignee was only asked for an opinion."""
    return bool(task.data.get("delegated_by"))


def delegator(task: Task) -> UUID | None:
    """The key of who delegated the task."""
    said = task.data.get("delegated_by", "")
    return UUID(said) if said else None
