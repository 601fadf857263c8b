"""Reads about migrations: the latest ones, what a preview found, which cases stayed and why."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from processes.evolve.mapping import Plan
from processes.evolve.migration import Preview
from processes.evolve.records import Migration, MigrationCase, MoveState
from processes.models import Case, Definition

#: So many migrations stand on a definition's page, so many cases beside a number.
LATEST, SHOWN = 5, 100


@dataclass(frozen=True)
class Step:
    """So many cases (*count*) go on at *new* instead of *old*."""

    old: str
    new: str
    count: int


@dataclass(frozen=True)
class Stay:
    """Why *count* cases stay, in words, with the numbers of some of them."""

    why: str
    count: int
    cases: list[str]


def latest(definition: Definition) -> list[Migration]:
    """The last migrations between versions of *definition*, newest first."""
    rows = Migration.objects.filter(source__definition=definition).select_related("source", "target", "owner")
    return list(rows.defer("source__bpmn", "target__bpmn").order_by("-created_at")[:LATEST])


def steps_of(plan: Plan, found: Preview, language: str) -> list[Step]:
    """What a preview counted, the most cases first, steps by their names in *language*."""
    old, new = plan.old.model.elements, plan.new.model.elements
    return [
        Step(old[a].label(language), new[b].label(language), count)
        for (a, b), count in found.steps.most_common()
    ]


def stays_of(found: Preview) -> list[Stay]:
    """Which cases a preview would leave where they are, by reason (one query)."""
    return _by_reason([(each.case_id, each.message) for each in found.refused])


def stays_in(migration: Migration) -> list[Stay]:
    """Which cases a migration left, or could not take back, by reason (two queries)."""
    rows = MigrationCase.objects.filter(migration=migration, state__in=(MoveState.REFUSED, MoveState.STAYED))
    return _by_reason(rows.order_by("id").values_list("case_id", "message"))


def _by_reason(rows: Iterable[tuple[UUID, str]]) -> list[Stay]:
    counts: Counter[str] = Counter()
    some: dict[str, list[UUID]] = {}
    for case_id, message in rows:
        counts[message] += 1
        if counts[message] <= SHOWN:
            some.setdefault(message, []).append(case_id)
    numbers = _numbers({key for keys in some.values() for key in keys})
    return [
        Stay(why, count, [numbers[key] for key in some[why] if key in numbers])
        for why, count in counts.most_common()
    ]


def _numbers(keys: set[UUID]) -> Mapping[UUID, str]:
    return dict(Case.objects.filter(pk__in=keys).values_list("pk", "number")) if keys else {}
