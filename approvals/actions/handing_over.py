"""When a post ends or begins: what somebody took goes back to the pool, and both are told (flows X7).

Open tasks need no hand of ours: they wait in pools of role and unit. What is done here is for those that
somebody had taken out of a pool, and for the people.
"""

import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import Appointment, User
from accounts.posts import reach_of
from accounts.roles import REVIEWERS
from approvals import notices, rules
from approvals.actions.locking import locked
from approvals.queries.inbox import waiting_count
from common.retry import retrying
from messaging.actions import notice
from messaging.kinds import NoticeKind
from messaging.models import Notice
from processes.engine.actor import SYSTEM
from processes.engine.giving import give
from processes.engine.unit_of_work import UnitOfWork
from processes.models import Task, TaskType

_DAY = datetime.timedelta(days=1)
#: How long after the last day it is still looked whether somebody holds on to something.
_LOOKED_BACK = datetime.timedelta(days=7)


def hand_over() -> int:
    """Do what today's ends and beginnings of posts ask for; how many tasks went back. Safe to repeat."""
    today = timezone.localdate()
    ended = _posts().filter(ends_on__gte=today - _LOOKED_BACK, ends_on__lt=today)
    went = sum(_give_back(post) for post in ended)
    for post in ended.filter(ends_on=today - _DAY):
        _tell(post.user, notices.POST_ENDED, post)
    for post in _posts().filter(starts_on=today):
        _tell(post.user, notices.POST_BEGUN, post)
    return went


def _posts() -> QuerySet[Appointment]:
    rows = Appointment.objects.filter(role__in=REVIEWERS, user__is_active=True)
    return rows.select_related("user", "unit").order_by("pk")


def _give_back(post: Appointment) -> int:
    """Put back what the person took through *post* and may no longer decide."""
    held = Task.objects.filter(
        owner=post.user_id,
        role=post.role,
        unit__path__startswith=post.unit.path,
        finished=None,
        flow_task_type=TaskType.HUMAN,
    ).select_related("unit")
    reach = reach_of(post.user)
    lost = [task.pk for task in held if reach.post_for(task.role, task.unit) is None]
    return sum(_release(key, post.user_id) for key in lost)


@retrying
def _release(task_id: UUID, owner: UUID) -> bool:
    with UnitOfWork(SYSTEM) as unit:
        task = locked(unit, [task_id])[task_id]
        if (
            not task.is_open
            or task.owner_id != owner
            or not rules.is_pooled(task)
            or rules.is_delegated(task)
        ):
            return False
        with unit.attempt(task.process):
            give(task, None)
            unit.record(task.process, "released", task=task, why="post_ended")
    return True


@transaction.atomic
def _tell(person: User, kind: NoticeKind, post: Appointment) -> None:
    """Tell *person* once about *post*."""
    person = User.objects.select_for_update().get(pk=person.pk)
    told = Notice.objects.filter(recipient=person, kind=kind.key)
    if any(each.params.get("post") == post.pk.hex for each in told):
        return
    words = {"unit": post.unit.name, "waiting": waiting_count(person)}
    notice(person, kind, reverse("approvals:inbox"), post=post.pk.hex, **words).save()
