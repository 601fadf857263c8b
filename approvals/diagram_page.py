"""The diagram of a case: its own version, the way it took, where it is, and the same as a list."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from approvals import words
from approvals.case_page import STATES, holder_of
from common.moments import short_moment
from processes.bpmn.model import EVENTS, GATEWAYS, Model
from processes.bpmn.picture import picture
from processes.diagrams.trace import Trace, Visit, trace
from processes.diagrams.words import name_of
from processes.models import Case, DefinitionVersion, Task
from processes.queries import Step, history


@dataclass(frozen=True)
class Stop:
    """A line of the list, as `components/timeline.html` draws it."""

    title: str
    state: str
    who: str = ""
    at: datetime.datetime | None = None
    waited_since: datetime.datetime | None = None


class DiagramPage:
    """The diagram of one case, in the reader's language. Whether the reader may see it is the view's rule."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.language = get_language() or ""
        self._model: Model = case.flow_class.model

    @cached_property
    def text(self) -> str:
        """The text the case runs on."""
        return DefinitionVersion.objects.values_list("bpmn", flat=True).get(pk=self.case.version_id)

    @cached_property
    def steps(self) -> list[Step]:
        """What happened to the case."""
        return history(self.case)

    @cached_property
    def tasks(self) -> list[Task]:
        """What waits in the case."""
        rows = Task.objects.filter(process=self.case, finished=None)
        return list(rows.select_related("owner", "unit"))

    @cached_property
    def _trace(self) -> Trace:
        return trace(self._model, self.steps)

    @cached_property
    def _waiting(self) -> dict[str, list[Task]]:
        """Element -> what waits there."""
        found: dict[str, list[Task]] = {}
        for task in self.tasks:
            found.setdefault(task.node_id, []).append(task)
        return found

    @property
    def data(self) -> dict[str, Any]:
        """What `components/diagram.html` draws."""
        marks: dict[str, dict[str, Any]] = {key: {"state": "passed"} for key in self._trace.flows}
        for key in dict.fromkeys([*self._passed, *self._waiting]):
            if key in self._model.elements:
                marks[key] = self._mark(key)
        return {"bpmn": picture(self.text, self.language), "marks": marks}

    @property
    def legend(self) -> list[dict[str, str]]:
        """What the colours mean."""
        meanings = {"passed": _("passed"), "current": _("where it is now"), "": _("not passed")}
        return [
            {"state": state, "sign": _SIGNS.get(state, ""), "words": each} for state, each in meanings.items()
        ]

    @property
    def stops(self) -> list[Stop]:
        """The way as a list, for those who do not see the drawing."""
        return [*self._past(), *self._present()]

    @property
    def _passed(self) -> list[str]:
        return [visit.element_id for visit in self._trace.visits if visit.until is not None]

    def _mark(self, key: str) -> dict[str, Any]:
        if key in self._waiting:
            since = min(task.created for task in self._waiting[key])
            return {
                "state": "current",
                "sign": _SIGNS["current"],
                "lines": [*self._holders(key)[:2], _("since %(time)s") % {"time": short_moment(since)}],
            }
        visits = [visit for visit in self._trace.at(key) if visit.until is not None]
        mark: dict[str, Any] = {"state": "passed", "sign": "" if self._is_small(key) else _SIGNS["passed"]}
        last = visits[-1]
        if last.until is not None and not (self._is_small(key) and last.kind == "passed"):
            mark["lines"] = [*filter(None, [_who(last)]), short_moment(last.until)]
        if len(visits) > 1 and not self._is_small(key):
            mark["sign"] = f"×{len(visits)}"
        return mark

    def _is_small(self, key: str) -> bool:
        return self._model.elements[key].type in GATEWAYS | EVENTS

    def _holders(self, key: str) -> list[str]:
        return list(dict.fromkeys(filter(None, (holder_of(task) for task in self._waiting[key]))))

    def _past(self) -> Iterator[Stop]:
        for visit in self._trace.visits:
            element = self._model.elements[visit.element_id]
            if visit.until is None or (element.type in GATEWAYS and not element.name):
                continue
            said = "" if visit.kind == "passed" else words.event_label(visit.kind)
            title = " · ".join(filter(None, [name_of(element, self.language), said]))
            yield Stop(title, STATES.get(visit.kind, "done"), _who(visit), visit.until)

    def _present(self) -> Iterator[Stop]:
        for key, tasks in self._waiting.items():
            if key in self._model.elements:
                since = min(task.created for task in tasks)
                label = name_of(self._model.elements[key], self.language)
                yield Stop(label, "current", _(", ").join(self._holders(key)), waited_since=since)


_SIGNS = {"passed": "✓", "current": "●"}


def _who(visit: Visit) -> str:
    return words.actor_names(visit.person, visit.acting_for)
