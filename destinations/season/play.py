"""The days of a season: reviewers in the morning, graduates from noon on."""

import datetime
from collections.abc import Callable, Sequence

from django.db import transaction

from common.errors import UserError
from destinations.flows.filing.actions import Incomplete
from destinations.season import acts
from destinations.season.plans import LAST_DAY
from destinations.season.players import Player
from destinations.season.reviews import review, works_on
from destinations.season.staff import Reviewer
from destinations.season.stage import Stage

_NOON = datetime.time(12)
_MINUTES_UNTIL_NIGHT = 10 * 60


def play(
    stage: Stage,
    players: Sequence[Player],
    reviewers: Sequence[Reviewer],
    on_day: Callable[[int], None] = lambda day: None,
) -> None:
    """Let all days pass; *on_day* is told how many are over.

    What the rules refuse is kept in the stage's failures and does not stop the others.
    """
    for player in players:
        _enrol(stage, player)
    for day in range(LAST_DAY + 1):
        stage.today = day
        for reviewer in reviewers:
            if works_on(reviewer.role, day):
                review(stage, reviewer)
        _let_graduates_act(stage)
        on_day(day + 1)


def _enrol(stage: Stage, player: Player) -> None:
    if player.plan.course.confirms and not player.student.is_confirmed:
        stage.agenda[player.plan.confirms_on].append((player, acts.confirm))
    if player.plan.course.begins:
        stage.agenda[player.plan.files_on].append((player, acts.begin))


def _let_graduates_act(stage: Stage) -> None:
    """Everything planned for today, in the order of the clock, one transaction each."""
    planned = [(player.rng.randrange(_MINUTES_UNTIL_NIGHT), player, act) for player, act in stage.due()]
    for minute, player, act in sorted(planned, key=lambda entry: entry[0]):
        try:
            with transaction.atomic():
                act(stage, player, stage.moment(_NOON, minute))
        except UserError as error:
            stage.failures.append((player.by.user.username, act.__name__, _in_words(error)))


def _in_words(error: UserError) -> str:
    faults = error.checked.errors if isinstance(error, Incomplete) else {}
    places = "; ".join(f"{key}: {fault.message}" for key, found in faults.items() for fault in found)
    return f"{error} {places}".rstrip()
