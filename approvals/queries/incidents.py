"""Reads of incidents for those who operate their cases."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from accounts.models import UnitKind, User
from accounts.queries import under
from approvals.queries.cases import operated_units
from common.paging import page_of_keys
from processes.models import Incident

OLDEST_FIRST, NEWEST_FIRST = ("failed_at", "id"), ("-solved_at", "-id")
LONGEST_KEY = 80
AGES: Mapping[str, datetime.timedelta] = {
    "hour": datetime.timedelta(hours=1),
    "day": datetime.timedelta(days=1),
    "week": datetime.timedelta(days=7),
}
STATES = ("open", "solved")


@dataclass(frozen=True)
class IncidentFilters:
    """Which incidents to show, as it stands in the address; what is empty does not matter.

    *state* is `open` or `solved`; *age* a key of AGES: failed for good so long ago or longer.
    """

    flow: str = ""
    step: str = ""
    age: str = ""
    state: str = "open"

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "IncidentFilters":
        """The filters in an address; what makes no sense there counts as not said.

        A step is `flow.step`, and names its flow as well.
        """
        flow, _dot, step = str(query.get("step", "")).partition(".")
        age, state = str(query.get("age", "")), str(query.get("state", ""))
        wanted = str(query.get("flow", ""))[:LONGEST_KEY]
        if wanted and wanted != flow:
            flow, step = wanted, ""
        return cls(
            flow=flow[:LONGEST_KEY],
            step=step[:LONGEST_KEY],
            age=age if age in AGES else "",
            state=state if state in STATES else STATES[0],
        )

    @property
    def query(self) -> str:
        """The filters as the part of an address behind the question mark."""
        said = asdict(self) | {"step": self.step_key}
        return urlencode({name: value for name, value in said.items() if value})

    @property
    def step_key(self) -> str:
        """The step as the address names it."""
        return f"{self.flow}.{self.step}" if self.step else ""

    @property
    def is_solved(self) -> bool:
        """Whether the history is asked for."""
        return self.state == "solved"

    @property
    def narrowing(self) -> bool:
        """Whether anything is left out."""
        return bool(self.flow or self.age)


@dataclass(frozen=True)
class Group:
    """How many incidents a step of a flow has; *version* is the newest one among their cases."""

    flow_key: str
    node_id: str
    version: int | None
    count: int


def operated_incidents(user: User) -> QuerySet[Incident]:
    """The incidents of cases a person operates; of no case, those of the whole school's operators."""
    units = operated_units(user)
    wanted = under(units, "case__unit__")
    if any(unit.kind == UnitKind.UNIVERSITY for unit in units):
        wanted |= Q(case=None)
    return Incident.objects.filter(wanted)


def unsolved(rows: QuerySet[Incident]) -> QuerySet[Incident]:
    """Those an operator still has to do something about; a case may have gone on without them."""
    return rows.filter(solved_at=None).filter(Q(task=None) | Q(task__finished=None))


def open_count(user: User) -> int:
    """How many incidents wait for a person."""
    return unsolved(operated_incidents(user)).count()


def incidents(
    user: User, filters: IncidentFilters, now: datetime.datetime, *, after: str = ""
) -> tuple[list[Incident], str]:
    """One page of incidents, open ones from the oldest, solved ones from the newest, and the next page.

    Raises BadCursor.
    """
    rows = _matching(user, filters, now)
    if filters.flow:
        rows = rows.filter(flow_key=filters.flow)
    if filters.step:
        rows = rows.filter(node_id=filters.step)
    page = page_of_keys(rows, NEWEST_FIRST if filters.is_solved else OLDEST_FIRST, after=after)
    return _in_order(page.keys), page.next


def incident_groups(user: User, filters: IncidentFilters, now: datetime.datetime) -> list[Group]:
    """How many there are by flow and step, whatever flow and step the filters name (one query)."""
    rows = _matching(user, filters, now).values("flow_key", "node_id")
    counted = rows.annotate(count=Count("pk"), version=Max("case__version__number"))
    return [Group(**row) for row in counted.order_by("flow_key", "-count", "node_id")]


def chosen_incidents(user: User, keys: Sequence[UUID]) -> list[Incident] | None:
    """The incidents under *keys* in that order; None when one of them is not the person's to see."""
    found = set(operated_incidents(user).filter(pk__in=keys).values_list("pk", flat=True))
    return _in_order(keys) if found == set(keys) else None


def _matching(user: User, filters: IncidentFilters, now: datetime.datetime) -> QuerySet[Incident]:
    """By state and age; flow and step are left to the callers."""
    rows = operated_incidents(user)
    rows = rows.exclude(solved_at=None) if filters.is_solved else unsolved(rows)
    return rows.filter(failed_at__lte=now - AGES[filters.age]) if filters.age else rows


def _in_order(keys: Sequence[UUID]) -> list[Incident]:
    joined = ("job", "task", "case__unit", "case__version__definition", "solved_by")
    found = Incident.objects.select_related(*joined).in_bulk(list(keys))
    return [found[key] for key in keys if key in found]
