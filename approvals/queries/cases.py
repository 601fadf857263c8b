"""Reads of cases for those who operate them."""

from collections.abc import Iterable
from functools import cache
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from accounts.models import Unit, User
from accounts.queries import holders_at, roots_of, under
from accounts.rights.catalogue import Right
from common.paging import page_of_keys
from processes.engine.conflict import partial_tasks
from processes.models import Case, CaseState, Task, TaskType
from processes.queries import open_tasks

ORDER = ("-created", "-id")
SHORTEST_NUMBER = 4


def operated_units(user: User) -> list[Unit]:
    """The units whose cases a person operates, with everything under them."""
    return roots_of(user, Right.OPERATE_CASES)


def operated_cases(user: User) -> QuerySet[Case]:
    """The cases a person operates."""
    return Case.objects.filter(under(operated_units(user), "unit__"))


def operates(user: User, unit: Unit) -> bool:
    """Whether a person operates cases of *unit*."""
    return any(unit.path.startswith(each.path) for each in operated_units(user))


def search_cases(
    user: User, text: str, state: str, *, suspended: bool = False, after: str = ""
) -> tuple[list[Case], str]:
    """Cases with every word of *text* in name or number, newest first, and the next page.

    Raises BadCursor.
    """
    wanted = Q()
    for word in text.split():
        found = Q(search_text__icontains=word) | Q(title__icontains=word)
        if len(word) >= SHORTEST_NUMBER:
            found |= Q(number__iendswith=word)
        wanted &= found
    if state in CaseState.values:
        wanted &= Q(state=state)
    if suspended:
        wanted &= Q(is_suspended=True)
    page = page_of_keys(operated_cases(user).filter(wanted), ORDER, after=after)
    cases = {case.pk: case for case in Case.objects.filter(pk__in=page.keys).select_related("unit")}
    return [cases[key] for key in page.keys if key in cases], page.next


def operated_case(user: User, case_id: UUID) -> Case | None:
    """The case, if the person operates it."""
    return operated_cases(user).filter(pk=case_id).first()


def operated_tasks(user: User, case_id: UUID) -> list[Task]:
    """All tasks of people in a case that the person operates; nothing for others."""
    return shared(Task.objects.filter(under(operated_units(user), "process__unit__"), process=case_id))


def shared(rows: QuerySet[Task]) -> list[Task]:
    """Tasks of people in one case, in order, with units and people joined and one object for the case."""
    joined = ("process__unit", "process__initiator", "unit", "owner", "decided_by")
    kinds = (TaskType.HUMAN, TaskType.GROUP)
    tasks = list(rows.filter(flow_task_type__in=kinds).select_related(*joined).order_by("created", "pk"))
    by_key = {task.pk: task for task in tasks}
    for task in tasks:
        task.process = tasks[0].process
        if task.host_id in by_key:
            task.host = by_key[task.host_id]
    return tasks


def steps_in_hand(case: Case, people: Iterable[User]) -> list[tuple[User, list[str]]]:
    """Who of *people* would have to leave which steps of *case* to others if it became theirs (flows X6)."""
    asked, language = list(people), get_language() or ""
    rows = list(open_tasks(case)) if asked else []
    pool = cache(holders_at)
    found = [(person, partial_tasks(rows, person.pk, pool)) for person in asked]
    return [(person, [row.element.label(language) for row in held]) for person, held in found if held]
