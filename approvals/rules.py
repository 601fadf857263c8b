"""May this person do this with this task or case now, and if not, why."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdict import ALLOWED, Verdict, refused
from processes.models import Case, CaseState, Task

#: Role -> unit ids, as `accounts.queries.pools_of` gives them.
Pools = Mapping[str, list[int]]


def can_see_task(user: User, task: Task, pools: Pools) -> Verdict:
    """Its assignee, its pool, and who decided it see a task."""
    if user.pk in (task.owner_id, task.decided_by_id) or _in_pool(task, pools):
        return ALLOWED
    return refused(_("This task is not in your inbox."))


def can_decide(user: User, task: Task, pools: Pools) -> Verdict:
    """A member of the pool decides, except on an own case (flows X6)."""
    if not task.is_open:
        return refused(_("This task is already done."))
    if task.owner_id is not None:
        return ALLOWED if task.owner_id == user.pk else refused(_("This task belongs to somebody else."))
    if not _in_pool(task, pools):
        return refused(_("This task is not in your inbox."))
    if task.process.initiator_id == user.pk:
        return refused(_("Nobody reviews their own case; it waits for a colleague."))
    return ALLOWED


def can_approve(user: User, task: Task, pools: Pools) -> Verdict:
    """Whoever may decide may approve, except the applicant, who submits."""
    if task.element.is_initiators:
        return refused(_("The applicant submits this step; it cannot be approved."))
    return can_decide(user, task, pools)


def can_object(user: User, task: Task, pools: Pools) -> Verdict:
    """Members of a joint decision may vote against; a single reviewer returns the case instead."""
    if task.host_id is None:
        return refused(_("Only in a joint decision can you vote against. Return the case instead."))
    return can_approve(user, task, pools)


def can_return(user: User, task: Task, pools: Pools) -> Verdict:
    """Every reviewer may send a case back (flows X2)."""
    return can_approve(user, task, pools)


def can_reject(user: User, task: Task, pools: Pools) -> Verdict:
    """Only steps flagged `canReject` refuse for good (flows X4)."""
    if not task.element.flag("canReject"):
        return refused(_("This step cannot reject. Return the case instead."))
    return can_approve(user, task, pools)


def can_batch(task: Task) -> Verdict:
    """Steps not flagged `batch` are decided one by one (flows X15)."""
    if task.element.flag("batch"):
        return ALLOWED
    return refused(_("This step is decided one by one: open the case."))


def can_submit(user: User, task: Task) -> Verdict:
    """The applicant submits the own first step."""
    if not task.is_open:
        return refused(_("This step is already done."))
    if task.owner_id != user.pk or not task.element.is_initiators:
        return refused(_("Only the applicant submits this step."))
    return ALLOWED


def can_withdraw(user: User, case: Case, open_tasks: list[Task]) -> Verdict:
    """The applicant takes a case back until the current reviewer has claimed it (flows X1)."""
    if case.initiator_id != user.pk:
        return refused(_("Only the applicant can withdraw this case."))
    if case.state != CaseState.IN_REVIEW:
        return refused(_("Only a case in review can be withdrawn."))
    if any(task.owner_id for task in open_tasks):
        return refused(_("A reviewer is already working on it. Ask them to return it to you."))
    return ALLOWED


def can_discard(user: User, case: Case) -> Verdict:
    """The applicant drops a case that lies with them."""
    if case.initiator_id != user.pk:
        return refused(_("Only the applicant can discard this case."))
    if case.state not in (CaseState.DRAFT, CaseState.RETURNED):
        return refused(_("Only a draft or a returned case can be discarded."))
    return ALLOWED


def _in_pool(task: Task, pools: Pools) -> bool:
    return bool(task.role) and task.unit_id in pools.get(task.role, ())
