"""What becomes of appointments and substitutes when units are merged, split or closed."""

import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import Appointment, StandIn, Unit

Log = dict[str, list[Any]]
_DAY = datetime.timedelta(days=1)


def nothing_yet() -> Log:
    """An empty log of what was done to appointments: keys, and days as they were."""
    return {"ended": [], "created": [], "handed": [], "stand_ins": []}


def hand_over(source: Unit, target: Unit, day: datetime.date, log: Log) -> None:
    """From *day* on, whoever is appointed to *source* is appointed to *target* instead.

    What has been stays: an appointment that began earlier ends the day before and goes on at *target* as a
    new one. Who holds the role there already gets no second appointment.
    """
    for post in _from(source, day):
        covered = _covered(post, target, day)
        if post.starts_on < day:
            _end(post, day - _DAY, log)
            if not covered:
                _create(post, target, day, log)
        elif not covered:
            log["handed"].append([post.pk.hex, source.pk])
            Appointment.objects.filter(pk=post.pk).update(unit=target)
        else:
            _end(post, post.starts_on, log)
    rows = StandIn.objects.filter(unit=source)
    log["stand_ins"] += [[key.hex, source.pk] for key in rows.values_list("pk", flat=True)]
    rows.update(unit=target)


def copy(source: Unit, target: Unit, day: datetime.date, log: Log) -> None:
    """Whoever is or will be appointed to *source* is so for *target* as well."""
    for post in _from(source, day):
        _create(post, target, max(post.starts_on, day), log)


def end_all(unit: Unit, last: datetime.date, log: Log) -> None:
    """Nobody is appointed to *unit* after the day *last*; what had not begun ends on its first day."""
    for post in _from(unit, last + _DAY):
        _end(post, max(last, post.starts_on), log)


def take_back(log: Log) -> None:
    """Make appointments what they were before; those that were made go."""
    Appointment.objects.filter(pk__in=_keys(log.get("created", []))).delete()
    for key, day in log.get("ended", []):
        before = datetime.date.fromisoformat(day) if day else None
        Appointment.objects.filter(pk=UUID(key)).update(ends_on=before)
    for key, unit in log.get("handed", []):
        Appointment.objects.filter(pk=UUID(key)).update(unit=unit)
    for key, unit in log.get("stand_ins", []):
        StandIn.objects.filter(pk=UUID(key)).update(unit=unit)


def _keys(texts: list[str]) -> list[UUID]:
    return [UUID(text) for text in texts]


def _from(unit: Unit, day: datetime.date) -> QuerySet[Appointment]:
    """Appointments to the unit itself that hold on *day* or later."""
    rows = Appointment.objects.filter(unit=unit).filter(Q(ends_on=None) | Q(ends_on__gte=day))
    return rows.order_by("starts_on", "pk")


def _covered(post: Appointment, target: Unit, day: datetime.date) -> bool:
    """Whether the person holds the same role at *target* for as long."""
    same = Appointment.objects.filter(user=post.user_id, role=post.role, unit=target)
    same = same.filter(starts_on__lte=max(post.starts_on, day))
    longer = Q(ends_on=None) | Q(ends_on__gte=post.ends_on) if post.ends_on else Q(ends_on=None)
    return same.filter(longer).exists()


def _end(post: Appointment, last: datetime.date | None, log: Log) -> None:
    log["ended"].append([post.pk.hex, post.ends_on.isoformat() if post.ends_on else ""])
    Appointment.objects.filter(pk=post.pk).update(ends_on=last)


def _create(post: Appointment, target: Unit, day: datetime.date, log: Log) -> None:
    made, is_new = Appointment.objects.get_or_create(
        user=post.user,
        role=post.role,
        unit=target,
        starts_on=day,
        defaults={"ends_on": post.ends_on, "reason": post.reason, "appointed_by": post.appointed_by},
    )
    if is_new:
        log["created"].append(made.pk.hex)
    elif made.ends_on is not None and (post.ends_on is None or made.ends_on < post.ends_on):
        _end(made, post.ends_on, log)
