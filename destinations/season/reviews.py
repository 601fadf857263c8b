"""What reviewers do: most of an inbox is approved in batches, the rest is decided case by case."""

import datetime
from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from accounts.roles import Role
from approvals.actions import Decision, decide, decide_many
from common.errors import UserError
from destinations.season import acts
from destinations.season.actors import actor
from destinations.season.plans import COLLEGE, COUNSELOR, LAST_DAY, UNIVERSITY, draw_reason
from destinations.season.players import Player
from destinations.season.staff import Reviewer
from destinations.season.stage import Stage
from processes.models import Case, CaseState, Task

_LEVELS: Mapping[str, str] = {
    "counselor_review": COUNSELOR,
    "college_review": COLLEGE,
    "college_approval_freelance": COLLEGE,
    "university_review": UNIVERSITY,
    "university_approval_freelance": UNIVERSITY,
}
_NO_BATCH = frozenset({"college_approval_freelance", "university_approval_freelance"})
_APPROVE = Decision("approve")
_REJECTION = Decision("reject", "R44", "所填去向类别与佐证材料不符，经核实无法认定，不予通过。")


class Habit(NamedTuple):
    """When a role works through its inbox, and how many filings it approves at a time."""

    weekdays: tuple[int, ...]
    begins: datetime.time
    batch: int


_HABITS: Mapping[str, Habit] = {
    Role.COUNSELOR: Habit((0, 2, 4), datetime.time(8, 30), 20),
    Role.COLLEGE_OFFICER: Habit((1, 3), datetime.time(9, 30), 50),
    Role.COLLEGE_DEPUTY_SECRETARY: Habit((3,), datetime.time(10, 0), 1),
    Role.UNIVERSITY_OFFICER: Habit((2, 4), datetime.time(10, 30), 200),
    Role.CAREER_CENTER_DIRECTOR: Habit((4,), datetime.time(11, 0), 1),
}
_LAST_WEEK = LAST_DAY - 4


class Item(NamedTuple):
    """An open task of somebody in the stage."""

    task_id: UUID
    node_id: str
    player: Player


def works_on(role: str, day: int) -> bool:
    """Whether the role is at its inbox on that day of the season; in the last week on every workday."""
    weekday = day % 7
    return weekday in _HABITS[role].weekdays or (day >= _LAST_WEEK and weekday < 5)


def review(stage: Stage, reviewer: Reviewer) -> None:
    """Work through an inbox."""
    habit = _HABITS[reviewer.role]
    now = stage.moment(habit.begins)
    approved: list[Item] = []
    for item in _inbox(stage, reviewer):
        decision = _decision(stage, item)
        if decision is _APPROVE and item.node_id not in _NO_BATCH:
            approved.append(item)
        else:
            now += datetime.timedelta(minutes=2)
            _decide(stage, reviewer, item, decision, now)
    for start in range(0, len(approved), habit.batch):
        now += datetime.timedelta(minutes=3)
        _approve(stage, reviewer, approved[start : start + habit.batch], now)


def _inbox(stage: Stage, reviewer: Reviewer) -> list[Item]:
    tasks = (
        Task.objects.filter(role=reviewer.role, unit__in=reviewer.unit_ids, finished=None)
        .order_by("process__number")
        .values_list("pk", "node_id", "process_id")
    )
    return [Item(pk, node, stage.by_case[case]) for pk, node, case in tasks if case in stage.by_case]


def _decision(stage: Stage, item: Item) -> Decision:
    player, level = item.player, _LEVELS[item.node_id]
    if player.returns and player.returns[0] == level:
        player.returns.pop(0)
        reason = player.reason = draw_reason(player.rng, player.category)
        to_college = player.plan.course.back_to_college and item.node_id == "university_review"
        target = "college_review" if to_college else ""
        return Decision("return", reason.code, reason.text, target, reason.fields)
    if player.plan.course.rejected and not player.rejected and level == UNIVERSITY:
        player.rejected = True
        return _REJECTION
    return _APPROVE


def _decide(stage: Stage, reviewer: Reviewer, item: Item, decision: Decision, now: datetime.datetime) -> None:
    try:
        task = decide(item.task_id, decision, actor(reviewer.user), now=now)
    except UserError as error:
        stage.failures.append((reviewer.user.username, f"{decision.outcome} at {item.node_id}", str(error)))
    else:
        _note(stage, item.player, decision, task.process)


def _approve(stage: Stage, reviewer: Reviewer, items: list[Item], now: datetime.datetime) -> None:
    stage.counts["batches"] += 1
    players = {item.task_id: item.player for item in items}
    for result in decide_many(list(players), _APPROVE, actor(reviewer.user), now=now):
        if result.ok and result.case is not None:
            _note(stage, players[result.task_id], _APPROVE, result.case)
        else:
            stage.failures.append((reviewer.user.username, "approve in a batch", result.message))


def _note(stage: Stage, player: Player, decision: Decision, case: Case) -> None:
    """Count the decision and let the graduate react to it."""
    stage.counts[f"decisions: {decision.outcome}"] += 1
    course = player.plan.course
    if case.state == CaseState.RETURNED and course.resubmits:
        stage.later(player.rng.randint(1, 6), player, acts.mend)
    elif case.state == CaseState.REJECTED and course.refiles:
        stage.later(player.rng.randint(2, 8), player, acts.refile)
    elif case.state == CaseState.APPROVED and course.begins_unplaced and not player.refiled:
        stage.later(player.rng.randint(7, 21), player, acts.refile)
