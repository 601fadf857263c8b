"""What the officer should know about an application, found when it is handed in; it never blocks."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from employers.models import ListState
from talks.board import Board
from talks.flows.talk.checks import own_clash
from talks.models import Talk
from talks.queries import earlier_talks, marks_of, venues_in_use
from talks.rules import MOST_A_MONTH

YEAR = datetime.timedelta(days=365)


def find_hints(talk: Talk, today: datetime.date) -> list[dict[str, Any]]:
    """The hints as they are stored: kind and what fills its words."""
    return [*_about_employer(talk, today), *_about_wishes(talk)]


def _about_employer(talk: Talk, today: datetime.date) -> Iterator[dict[str, Any]]:
    if talk.employer.list_state == ListState.RISK:
        yield {"kind": "risk"}
    if marks := marks_of(talk.employer, today - YEAR):
        yield {"kind": "marks", "count": marks}


def _about_wishes(talk: Talk) -> Iterator[dict[str, Any]]:
    wanted = talk.wanted
    if not wanted:
        return
    days = [slot.day for slot in wanted]
    others, venues = earlier_talks(talk, days), list(venues_in_use())
    board = Board(min(days), max(days), timezone.now())
    if len(others) >= MOST_A_MONTH:
        yield {"kind": "limit", "count": len(others)}
    roomy = [venue for venue in venues if venue.capacity >= talk.expected]
    if not roomy:
        yield {"kind": "too_many", "count": talk.expected}
    for number, slot in enumerate(wanted, 1):
        if closed := board.closed_on(slot.day):
            yield {"kind": "closed", "wish": number, "reason": closed.reason}
        elif clashing := own_clash(slot, others):
            yield {"kind": "own_clash", "wish": number, "talk": str(clashing)}
        elif roomy and all(board.problem(venue, slot, talk.pk) for venue in roomy):
            yield {"kind": "full", "wish": number}


@dataclass(frozen=True)
class Kind:
    """How a hint reads and looks."""

    icon: str
    words: Callable[[Mapping[str, Any]], str]


KINDS: Mapping[str, Kind] = {
    "risk": Kind(icon="alert-triangle", words=lambda _part: _("The employer stands on the risk list.")),
    "marks": Kind(
        icon="flag", words=lambda part: _("Called off late in the last twelve months: %(count)s.") % {**part}
    ),
    "limit": Kind(
        icon="calendar-event",
        words=lambda part: _("The employer has other talks in these months: %(count)s.") % {**part},
    ),
    "too_many": Kind(icon="users", words=lambda part: _("No venue in use seats %(count)s.") % {**part}),
    "closed": Kind(
        icon="calendar-off", words=lambda part: _("Choice %(wish)s is a closed day: %(reason)s.") % {**part}
    ),
    "own_clash": Kind(
        icon="calendar-x",
        words=lambda part: _("At choice %(wish)s the employer has “%(talk)s” already.") % {**part},
    ),
    "full": Kind(
        icon="calendar-x",
        words=lambda part: _("At choice %(wish)s no venue that is large enough is free.") % {**part},
    ),
}
