"""What the code of a flow gets to see and to do while the engine runs it."""

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Model

from processes.engine.actor import Agent
from processes.engine.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from processes.models import Case, Task


@dataclass(frozen=True)
class Decision:
    """What a person said on a task.

    *outcome* is `submit`, `approve`, `object` (a vote against), `return` or `reject`; *target* is the
    element to return to (empty: the applicant); *fields* are the form fields marked for correction; *note*
    goes into the event as is and must hold no personal values.
    """

    outcome: str
    reason_code: str = ""
    text: str = ""
    target: str = ""
    fields: tuple[str, ...] = ()
    note: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CaseChange:
    """A change of a case's state.

    *kind* is `submitted`, `returned`, `withdrawn`, `rejected`, `cancelled`, `answered`: the applicant did a
    later step of theirs, or `resumed`: what lay with the applicant is in review again without a new
    submission (a return taken back, an operator's jump).
    """

    kind: str
    decision: Decision | None = None


@dataclass(frozen=True)
class HandlerContext:
    """The case at hand, inside the open unit of work."""

    unit_of_work: UnitOfWork
    case: "Case"
    task: "Task | None" = None
    decision: Decision | None = None

    @property
    def now(self) -> datetime.datetime:
        """The time of everything in this unit of work."""
        return self.unit_of_work.now

    @property
    def actor(self) -> Agent:
        """Who caused this."""
        return self.unit_of_work.actor

    @property
    def subject(self) -> Any:
        """The case's record; the records of all cases at hand are loaded together."""
        return self._subjects()[self.case.subject_id]

    def save(self, row: Model, fields: Iterable[str] | None = None) -> None:
        """Write changes of an existing *row* with the flush (only *fields*, when given)."""
        self.unit_of_work.keep(row, fields)

    def create(self, row: Model) -> None:
        """Insert a new *row* with the flush; its key must be set."""
        self.unit_of_work.keep(row)

    def set_variables(self, **values: Any) -> None:
        """Give declared variables of the case new *values*; conditions behind this point read them."""
        self.case.variables = self.case.variables | values
        self.case.save(update_fields=["variables"])

    def prefetch(self, name: str, load: Callable[[list[Any]], Mapping[Any, Any]]) -> Mapping[Any, Any]:
        """What *load* returns for the subjects of all cases at hand, loaded once under *name*."""
        key = ("prefetch", self.case.flow_key, name)
        return self.unit_of_work.remember(key, lambda: load(list(self._subjects().values())))

    def _subjects(self) -> dict[Any, Any]:
        key = ("subjects", self.case.subject_type_id)
        known: dict[Any, Any] = self.unit_of_work.remember(key, dict)
        if self.case.subject_id not in known:
            known.update(self._load())
        return known

    def _load(self) -> dict[Any, Any]:
        from processes.registry import flow_for

        flow = flow_for(self.case.flow_key)
        wanted = {
            case.subject_id
            for case in [*self.unit_of_work.cases.values(), self.case]
            if case.subject_type_id == self.case.subject_type_id
        }
        return flow.subject_class._default_manager.select_related(*flow.select_related).in_bulk(list(wanted))
