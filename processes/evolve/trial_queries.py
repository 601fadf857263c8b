"""Reads about trials: the cases of a season, what was tried of a draft, the cases behind a number."""

import datetime
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Count, Q

from accounts.models import Appointment, Unit
from accounts.queries import under
from common.paging import page_of_keys
from processes.evolve.mapping import Plan
from processes.evolve.models import Draft
from processes.evolve.trail import digest_of
from processes.evolve.trial_records import Trial, TrialCase, TrialHit, TrialKind
from processes.models import Case, Definition, DefinitionVersion

YEAR = datetime.timedelta(days=365)
#: So many trials stand on a draft's page.
LATEST = 5


def finished_cases(key: str, cohort: int | None, until: datetime.datetime) -> list[UUID]:
    """The cases of *key* that had finished by then: of a *cohort*, or (None) of the twelve months before."""
    rows = Case.objects.filter(flow_key=key, finished__lte=until)
    rows = rows.filter(finished__gt=until - YEAR) if cohort is None else rows.filter(cohort=cohort)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def newest_finished(key: str, most: int) -> list[UUID]:
    """At most so many cases of *key* that have finished, the newest first."""
    rows = Case.objects.filter(flow_key=key).exclude(finished=None)
    return list(rows.order_by("-pk").values_list("pk", flat=True)[:most])


def seasons(key: str) -> list[tuple[int, int]]:
    """The cohorts of which cases of *key* have finished, the latest first, with how many."""
    rows = Case.objects.filter(flow_key=key, cohort__isnull=False).exclude(finished=None)
    found = rows.order_by().values_list("cohort").annotate(Count("pk"))
    return sorted(((cohort, count) for cohort, count in found if cohort is not None), reverse=True)


def trials_of(definition: Definition, kind: TrialKind) -> list[Trial]:
    """The latest trials of *definition*, newest first, without their texts."""
    rows = Trial.objects.filter(definition=definition, kind=kind).select_related("owner", "base")
    return list(rows.defer("text", "base__bpmn").order_by("-created_at")[:LATEST])


def latest_of(draft: Draft, kind: TrialKind, base: DefinitionVersion | None = None) -> Trial | None:
    """The last trial of what the draft says now."""
    rows = Trial.objects.filter(definition=draft.definition_id, kind=kind, digest=digest_of(draft.text))
    rows = rows.filter(target=None)
    rows = rows.filter(base=base) if base is not None else rows
    return rows.select_related("owner", "base").defer("text", "base__bpmn").order_by("-created_at").first()


def latest_preview(plan: Plan) -> Trial | None:
    """The last preview of moving cases by this plan, or None."""
    rows = Trial.objects.filter(kind=TrialKind.MOVE, base=plan.source, target=plan.target)
    rows = rows.select_related("definition", "owner", "base").order_by("-created_at")
    return next((each for each in rows if each.mapping == plan.mapping), None)


def cases_behind(
    trial: Trial, number: str, units: Iterable[Unit], *, after: str = "", size: int = 50
) -> tuple[list[TrialCase], str]:
    """Cases that count in *number* and lie in *units*, with what was found of each, and the next page.

    Raises BadCursor. Three queries, however many there are.
    """
    rows = TrialHit.objects.filter(under(units, "case__unit__"), trial=trial, number=number)
    page = page_of_keys(rows, ("id",), after=after, size=size)
    hits = list(TrialHit.objects.filter(pk__in=page.keys).order_by("id").values_list("case_id", flat=True))
    found = TrialCase.objects.filter(trial=trial, case__in=hits).select_related("case__unit")
    by_case = {each.case_id: each for each in found}
    return [by_case[key] for key in hits if key in by_case], page.next


def people_in_pools(
    pools: Iterable[tuple[str, int | None]], on: datetime.date
) -> dict[tuple[str, int | None], int]:
    """How many people hold each pool's role there or above on a day (two queries)."""
    wanted = [(role, unit) for role, unit in pools if unit is not None]
    paths: Mapping[int, str] = dict(
        Unit.objects.filter(pk__in={unit for _role, unit in wanted}).values_list("pk", "path")
    )
    held = Appointment.objects.filter(role__in={role for role, _unit in wanted}, starts_on__lte=on)
    held = held.filter(Q(ends_on=None) | Q(ends_on__gte=on), user__is_active=True)
    people: dict[tuple[str, str], set[UUID]] = {}
    for role, path, user in held.values_list("role", "unit__path", "user_id"):
        people.setdefault((role, path), set()).add(user)
    return {(role, unit): len(_above(people, role, paths.get(unit, ""))) for role, unit in wanted}


def _above(people: Mapping[tuple[str, str], set[UUID]], role: str, path: str) -> set[UUID]:
    """Who holds a role at the unit of *path* or at any around it."""
    steps = range(Unit.steplen, len(path) + 1, Unit.steplen)
    return {key for end in steps for key in people.get((role, path[:end]), ())}
