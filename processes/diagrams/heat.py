"""Where the cases of a version wait, how long each step takes, how often it sends a case back."""

import datetime
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from django.db.models import Count
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.moments import spoken_span
from processes.bpmn.model import EVENTS, GATEWAYS, Model
from processes.bpmn.picture import picture
from processes.bpmn.reader import read
from processes.diagrams.words import name_of, type_name
from processes.models import DefinitionVersion, Task

#: The newest tasks that times and shares are taken from; more would not change them, but take long.
MOST_TASKS = 50_000
#: How many shades there are; the warmest begins at `_SHADES[-1]` of the fullest step.
_SHADES = (0.0, 0.25, 0.5, 0.75)
_DECISIONS = frozenset({"approve", "object", "return", "reject"})


@dataclass
class Heat:
    """One element: what waits there now and how long what is over took (durations in calendar time)."""

    element_id: str
    name: str
    type: str
    waiting: int = 0
    done: int = 0
    decided: int = 0
    returned: int = 0
    durations: list[float] = field(default_factory=list, repr=False)

    @property
    def median(self) -> datetime.timedelta | None:
        """Half of them took no longer."""
        return self._percentile(0.5)

    @property
    def p90(self) -> datetime.timedelta | None:
        """Nine of ten took no longer."""
        return self._percentile(0.9)

    @property
    def share_returned(self) -> int | None:
        """Of a hundred decisions, how many sent the case back; None where nobody decides."""
        return round(100 * self.returned / self.decided) if self.decided else None

    def _percentile(self, share: float) -> datetime.timedelta | None:
        """The nearest-rank percentile of a sorted list."""
        if not self.durations:
            return None
        return datetime.timedelta(seconds=self.durations[ceil(share * len(self.durations)) - 1])


def heat_of(version: DefinitionVersion, model: Model, language: str) -> list[Heat]:
    """Every element at which something waits or waited, in order of the text. Two queries."""
    found = {
        key: Heat(key, name_of(element, language), type_name(element.type))
        for key, element in model.elements.items()
    }
    own = Task.objects.filter(process__version=version, host=None)
    waiting = own.filter(finished=None).order_by().values_list("node_id").annotate(Count("pk"))
    for key, count in waiting:
        if key in found:
            found[key].waiting = count
    over = own.exclude(finished=None).exclude(outcome="").order_by("-pk")
    rows = over.values_list("node_id", "created", "finished", "outcome")[:MOST_TASKS]
    for key, created, finished, outcome in rows.iterator(chunk_size=5000):
        if key in found and finished is not None:
            _count(found[key], finished - created, outcome)
    for each in found.values():
        each.durations.sort()
    return [each for each in found.values() if each.waiting or each.done]


def _count(heat: Heat, took: datetime.timedelta, outcome: str) -> None:
    heat.done += 1
    heat.durations.append(max(took.total_seconds(), 0))
    heat.decided += outcome in _DECISIONS
    heat.returned += outcome == "return"


#: Column of the table -> what it is sorted by; the largest first.
SORTS = ("waiting", "median", "p90", "returned")


class HeatPage:
    """The heat map of one version, in the reader's language."""

    def __init__(self, version: DefinitionVersion, sort: str = "") -> None:
        self.version, self.sort = version, sort if sort in SORTS else ""
        self.language = get_language() or ""
        self._model = read(version.bpmn)
        self._heats = heat_of(version, self._model, self.language)

    @property
    def rows(self) -> list[Heat]:
        """The table, sorted as asked for, else in order of the text."""
        keys: dict[str, Any] = {
            "waiting": lambda each: each.waiting,
            "median": lambda each: each.median or datetime.timedelta(),
            "p90": lambda each: each.p90 or datetime.timedelta(),
            "returned": lambda each: each.share_returned or 0,
        }
        return sorted(self._heats, key=keys[self.sort], reverse=True) if self.sort else self._heats

    @property
    def waiting(self) -> int:
        """How many activations wait in all cases of the version."""
        return sum(each.waiting for each in self._heats)

    @property
    def data(self) -> dict[str, Any]:
        """What `components/diagram.html` draws."""
        fullest = max((each.waiting for each in self._heats), default=0)
        marks = {each.element_id: self._mark(each, fullest) for each in self._heats}
        return {"bpmn": picture(self.version.bpmn, self.language), "marks": marks}

    @property
    def legend(self) -> list[dict[str, str]]:
        """What the shades mean."""
        return [
            {"state": "heat-1", "sign": "", "words": _("few wait")},
            {"state": "heat-4", "sign": "", "words": _("most wait")},
        ]

    def _mark(self, each: Heat, fullest: int) -> dict[str, Any]:
        mark: dict[str, Any] = {}
        if each.waiting:
            shade = sum(each.waiting / fullest > bound for bound in _SHADES)
            mark = {"state": f"heat-{shade}", "sign": str(each.waiting)}
        if each.median is not None and self._model.elements[each.element_id].type not in GATEWAYS | EVENTS:
            mark["lines"] = [_("half within %(time)s") % {"time": spoken_span(each.median)}]
            if each.share_returned:
                mark["lines"].append(_("%(share)s%% returned") % {"share": each.share_returned})
        return mark
