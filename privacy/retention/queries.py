"""What is due, what stays, and when the sweep comes next."""

import datetime
from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db.models import CharField, Count, Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from privacy.retention.models import Hold
from privacy.retention.rows import Row
from privacy.retention.table import ENDING


def standing_holds() -> QuerySet[Hold]:
    """Holds that were not lifted, the newest first."""
    rows = Hold.objects.exclude(open_for=None).select_related("person", "placed_by")
    return rows.order_by("-placed_at", "-id")


def is_held(person: User) -> bool:
    """Whether a hold stands on *person*: nothing of theirs may be erased."""
    return Hold.objects.filter(open_for=person).exists()


def _held(row: Row) -> Q:
    people = Hold.objects.exclude(open_for=None).values("person")
    return Q(**{f"{row.person}__in": people}) if row.person else Q(pk__in=[])


def _staying(row: Row) -> Q:
    """Which records of *row* stay although their time is over."""
    return reduce(or_, (block.which() for block in row.blocks), _held(row))


def due(row: Row, now: datetime.datetime) -> QuerySet[Any]:
    """The records that the sweep ends at *now*."""
    return row.over(now).exclude(_staying(row))


def counts(now: datetime.datetime) -> tuple[dict[str, int], dict[str, int]]:
    """Row -> how many are due at *now*, and row -> how many stay; one statement each."""
    with_blocks = [row for row in ENDING if row.person or row.blocks]
    return (
        counted({row.key: due(row, now) for row in ENDING}),
        counted({row.key: row.over(now).filter(_staying(row)) for row in with_blocks}),
    )


def reasons_to_stay(row: Row, now: datetime.datetime) -> list[tuple[str, int]]:
    """Why records of *row* stay, and how many for each reason."""
    reasons = [(block.words, block.which()) for block in row.blocks]
    if row.person:
        reasons.append((_("legal hold"), _held(row)))
    found = [(str(words), row.over(now).filter(which).count()) for words, which in reasons]
    return [(words, number) for words, number in found if number]


def next_sweep(now: datetime.datetime) -> datetime.datetime:
    """When the nightly sweep runs next."""
    hour, minute = settings.RETENTION_AT
    at = timezone.localtime(now).replace(hour=hour, minute=minute, second=0, microsecond=0)
    return at if at > now else at + datetime.timedelta(days=1)


def counted(found: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows stand behind each key, in one statement; a key of which there are none is left out."""
    first, *others = (_one(key, rows) for key, rows in found.items())
    return dict(first.union(*others, all=True))


def _one(key: str, rows: QuerySet[Any]) -> QuerySet[Any]:
    """A statement that gives key and number of *rows*, or nothing when there are none."""
    named = rows.order_by().annotate(row=Value(key, CharField())).values("row")
    return named.annotate(number=Count("pk")).values_list("row", "number")
