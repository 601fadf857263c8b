"""Talks of the demo university: venues, closed days, and one talk in every step up to a public one.

Everything goes through the actions the pages call, so what it shows is what the product does.
"""

import datetime
import json
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from accounts.queries import holders, university
from accounts.roles import Role
from approvals.actions import Actor, Decision, decide
from common.demo import Clock, SignIn
from employers.models import Employer
from employers.queries import by_uscc, owners_of
from processes.queries import open_tasks
from talks.flows.talk import actions
from talks.models import Blackout, Talk, Venue
from talks.rules import MOST_A_MONTH
from talks.slots import Slot

FILE = Path(settings.BASE_DIR) / "fixtures" / "demo" / "talks.json"
#: Days ahead on which the demo's talks are wished for: near enough for each rule, far enough for the story.
FIRST_DAY, LAST_DAY, DAYS_BETWEEN = 6, 80, 4
_SATURDAY = 5
APPROVE = Decision("approve")


@lru_cache
def _data() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def load_talks() -> Iterator[SignIn]:
    """Make the demo's venues and talks, or leave those alone that are there; nobody new signs in."""
    employer = by_uscc(_data()["employer"])
    if employer is None or Talk.objects.exists():
        return
    venues = [Venue.objects.create(**entry) for entry in _data()["venues"]]
    days = list(_days(len(_data()["talks"])))
    closed = days[0] + datetime.timedelta(days=1)
    Blackout.objects.create(first_day=closed, last_day=closed, reason=_data()["closed"])
    for plan, day in zip(_data()["talks"], days, strict=True):
        _play(plan, employer, day, venues)
    yield from ()


def _days(count: int) -> Iterator[datetime.date]:
    """Workdays ahead, no more of a month than one employer may have."""
    today, months = timezone.localdate(), Counter[tuple[int, int]]()
    last = today
    for number in range(FIRST_DAY, LAST_DAY):
        day = today + datetime.timedelta(days=number)
        month = (day.year, day.month)
        if day.weekday() >= _SATURDAY or (day - last).days < DAYS_BETWEEN or months[month] >= MOST_A_MONTH:
            continue
        if count <= months.total():
            return
        months[month] += 1
        last = day
        yield day


def _play(plan: dict[str, Any], employer: Employer, day: datetime.date, venues: list[Venue]) -> None:
    """Let one talk go as far as its plan says."""
    clock, own = Clock(2), Actor(owners_of(employer)[0], ip="127.0.0.1")
    slot = Slot.on(day, datetime.time(14), datetime.time(16))
    wish = {"slot1_date": day.isoformat(), "slot1_start": "14:00", "slot1_end": "16:00"}
    contact = {"contact_name": employer.contact_name, "contact_phone": employer.contact_phone}
    said = contact | _data()["answers"] | wish | plan["answers"]
    talk = actions.start_talk(employer, own, said, now=clock.moment)
    if plan["step"] == "apply":
        return
    actions.submit_talk(talk, own, now=clock.tick())
    while plan["step"] not in (waiting := _waiting(talk)):
        if waiting == ["confirm"]:
            actions.reply(talk, own, "confirm", now=clock.tick())
            return
        _decide(talk, slot, venues[plan["venue"]], clock.tick())


def _waiting(talk: Talk) -> list[str]:
    return sorted(open_tasks(talk.case).values_list("node_id", flat=True))


def _decide(talk: Talk, slot: Slot, venue: Venue, now: datetime.datetime) -> None:
    task = open_tasks(talk.case).order_by("node_id")[0]
    by = Actor(_holder(task.role), ip="127.0.0.1")
    if task.node_id == actions.CHOOSE:
        actions.allocate(task.pk, venue, slot, by, now=now)
    else:
        decide(task.pk, APPROVE, by, now=now)


def _holder(role: str) -> User:
    unit = university()
    person = holders(Role(role), unit).first() if unit else None
    if person is None:
        raise LookupError(f"The demo staff has no {role}.")
    return person
