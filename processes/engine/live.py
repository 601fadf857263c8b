"""The open activations of the cases at hand, read once and kept in step with what happens to them."""

from typing import TYPE_CHECKING, Any

from django.apps import apps

if TYPE_CHECKING:
    from processes.engine.unit_of_work import UnitOfWork
    from processes.models import Case, Task

Snapshot = list[tuple[Any, dict[str, Any]]]


class LiveRows:
    """Open tasks by case. What was read, opened or decided inside the unit of work is one object a row."""

    def __init__(self, unit: "UnitOfWork") -> None:
        self._unit = unit
        self._rows: dict[Any, dict[Any, Task]] = {}
        self._complete: set[Any] = set()
        self._watching: Snapshot | None = None
        self._watched: set[Any] = set()

    def adopt(self, task: "Task") -> None:
        """Take in a row that was read or opened."""
        self._rows.setdefault(task.process_id, {})[task.pk] = task

    def begins(self, case: "Case") -> None:
        """Note a new case: all its rows will be opened here."""
        self._complete.add(case.pk)

    def of(self, case: "Case") -> "list[Task]":
        """The open activations of *case* in the order they were opened; reads those of all cases at hand."""
        if case.pk not in self._complete:
            self._read(case)
        return [task for task in self.known(case) if task.finished is None]

    def closed_of(self, case: "Case") -> "list[Task]":
        """Activations of *case* that were closed inside this unit of work, oldest first."""
        return [task for task in self.known(case) if task.finished is not None]

    def find(self, key: Any) -> "Task | None":
        """The row under *key*, if it was read or opened here."""
        return next((rows[key] for rows in self._rows.values() if key in rows), None)

    def host_of(self, task: "Task") -> "Task | None":
        """What *task* is part of, as the one object this unit of work knows; None when it stands alone."""
        if task.host_id is None:
            return None
        host = self.find(task.host_id)
        if host is None:
            host = apps.get_model("processes", "Task").objects.get(pk=task.host_id)
            host.process = task.process
            self.adopt(host)
            if self._watching is not None:
                self._watching.append((host, _values_of(host)))
        return host

    def begin_watching(self, case: "Case") -> None:
        """From here on, remember the values of *case*, of its rows and of every case brought in."""
        self._watching, self._watched = [], set()
        self.watch(case)

    def end_watching(self) -> None:
        """Keep what has changed since."""
        self._watching = None

    def watch(self, case: "Case") -> None:
        """Remember the values of *case* and of its rows as they are now."""
        if self._watching is not None and case.pk not in self._watched:
            self._watched.add(case.pk)
            self._watching += [(row, _values_of(row)) for row in (case, *self.known(case))]

    def restore(self) -> None:
        """Give everything watched its values back."""
        snapshot = self._watching or []
        for row, values in snapshot:
            row.__dict__.clear()
            row.__dict__.update(values)
        known = {id(row) for row, _values in snapshot}
        for pk in self._watched:
            rows = self._rows.get(pk, {})
            for key in [key for key, row in rows.items() if id(row) not in known]:
                del rows[key]

    def known(self, case: "Case") -> "list[Task]":
        """Every row of *case* that was read or opened here, open or closed, in that order."""
        return list(self._rows.get(case.pk, {}).values())

    def _read(self, case: "Case") -> None:
        wanted = {pk: c for pk, c in self._unit.cases.items() if pk not in self._complete} | {case.pk: case}
        found = apps.get_model("processes", "Task").objects.filter(process__in=list(wanted), finished=None)
        for task in found.order_by("created", "pk"):
            rows = self._rows.setdefault(task.process_id, {})
            if task.pk not in rows:
                task.process = wanted[task.process_id]
                rows[task.pk] = task
                if self._watching is not None:
                    self._watching.append((task, _values_of(task)))
        self._complete.update(wanted)


def _values_of(row: Any) -> dict[str, Any]:
    """The row's values; dictionaries one level deep, which is as deep as the engine changes them in place."""
    values = dict(row.__dict__)
    for name in ("variables", "data", "units"):
        if name in values:
            values[name] = dict(values[name])
    return values
