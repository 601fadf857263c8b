"""Deciding many tasks alike: what would happen, before it does."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from approvals import queries, rules
from common.errors import BadInput
from common.verdict import Verdict
from processes.engine.actor import Actor
from processes.models import Task

#: So many tasks are selected at most in one go.
MOST_TASKS = 20_000
OUTCOMES = ("approve", "return", "transfer")
#: So many refused tasks are named before it happens; the others are counted.
MOST_NAMED = 200


@dataclass
class Preview:
    """Which tasks can be decided as asked, and which cannot, with the reason."""

    possible: list[Task] = field(default_factory=list)
    refused: list[tuple[Task, Verdict]] = field(default_factory=list)
    missing: int = 0


def outcome_of(text: str) -> str:
    """The decision *text* names, if it can be taken for many. Raises BadInput."""
    if text not in OUTCOMES:
        raise BadInput(
            _("Many cases at once can be approved, returned or handed on. To reject one, open it.")
        )
    return text


def preview(user: User, task_ids: Iterable[UUID], outcome: str) -> Preview:
    """Ask the rules about every task; nothing is changed."""
    wanted, by, result = set(task_ids), Actor(user), Preview()
    for task in queries.tasks_to_preview(wanted):
        if not rules.can_see_task(by, task):
            continue
        verdict = _verdict(by, task, outcome)
        if verdict:
            result.possible.append(task)
        else:
            result.refused.append((task, verdict))
    result.missing = len(wanted) - len(result.possible) - len(result.refused)
    return result


def _verdict(by: Actor, task: Task, outcome: str) -> Verdict:
    if outcome == "transfer":
        return rules.can_pass_on(by, task)
    batch = rules.can_batch(task) if task.is_open else rules.can_decide(by, task)
    if not batch:
        return batch
    return rules.can_return(by, task) if outcome == "return" else rules.can_approve(by, task)
