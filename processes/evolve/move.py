"""One case from its version to another one, inside the attempt of an open unit of work."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from viewflow.workflow.status import STATUS

from common.errors import Refused
from common.expressions import ExpressionError, typed
from processes.bpmn.model import TIMER, Element
from processes.engine.candidates import Candidates, candidates_for, is_nobody
from processes.engine.deadlines import deadline_of
from processes.engine.positions import misplaced
from processes.engine.timing import first_run, schedule
from processes.engine.unit_of_work import current_unit_of_work
from processes.evolve.mapping import WHEN, WHO, Plan
from processes.evolve.reasons import BUSY, INCIDENT, OPINION, TOKENS, Obstructed
from processes.models import Case, Job, JobKind, JobState, Task, TaskType

#: What a move may change of a task and of a job, by attribute; `flow_task` follows from `node_id`.
TASK_FIELDS = ("node_id", "role", "unit_id", "owner_id", "assigned", "status", "due_at", "data", "revision")
JOB_FIELDS = ("node_id", "run_at", "repeat", "state", "finished")
#: Of these, what a person sees of a task: who looks at it is told when they have changed.
_SEEN = ("node_id", "role", "unit_id", "owner_id", "due_at")


class Move:
    """A case under way from one version to another; `before` collects what it takes to undo it."""

    def __init__(self, plan: Plan, case: Case, jobs: Iterable[Job]) -> None:
        self.plan, self.case, self.unit = plan, case, current_unit_of_work()
        self.jobs = list(jobs)
        self.before: dict[str, Any] = {"tasks": {}, "jobs": {}, "new_jobs": []}
        #: Elements at which people or events are waited for, as (old, new).
        self.steps: list[tuple[str, str]] = []
        #: Tasks that are late by the new rule alone.
        self.overdue = 0

    def make(self) -> None:
        """Move the case with everything that is open in it. Raises Obstructed, or Refused by a rule."""
        live, plan = self.unit.live, self.plan
        rows = live.of(self.case)
        self._check_jobs()
        self._check_variables()
        for row in live.closed_of(self.case):
            self._closed(row, is_host=any(each.host_id == row.pk for each in rows))
        self.case.flow_class, self.case.version_id = plan.new, plan.target.pk
        for row in rows:
            self._row(row)
        wrong = misplaced(plan.new, rows)
        if wrong:
            raise Obstructed(TOKENS, wrong)
        self.unit.keep(self.case, ["flow_class", "version"])

    def _check_jobs(self) -> None:
        for job in self.jobs:
            if job.state == JobState.INCIDENT:
                raise Obstructed(INCIDENT, job.node_id)
            if job.lease_until is not None and job.lease_until > self.unit.now:
                raise Obstructed(BUSY, job.node_id)
            if job.kind == JobKind.SERVICE and job.attempts:
                raise Obstructed(BUSY, job.node_id)  # it may have had its effect under the old settings

    def _check_variables(self) -> None:
        values, declared = self.case.variables, self.plan.new.model.variables
        for name, reason in self.plan.variables.items():
            if values.get(name) in (None, "", [], 0, False):
                continue
            if name not in declared or not _fits(values[name], name, declared):
                raise Obstructed(reason, name)

    def _closed(self, row: Task, *, is_host: bool) -> None:
        """A closed task that still counts: its step has another name, or signers are asked after it."""
        if is_host:
            self._put(row, self.plan.element(row.node_id))
        elif row.node_id in self.plan.renamed:
            old = _values(row, TASK_FIELDS)
            row.node_id = self.plan.renamed[row.node_id]
            self._note_task(row, old)
            self.unit.keep(row, ["node_id"])

    def _row(self, row: Task) -> None:
        old, old_id = _values(row, TASK_FIELDS), row.node_id
        new_id = self.plan.element(old_id)
        if row.flow_task_type in (TaskType.HUMAN, TaskType.GROUP):
            self._origin(row)
        if row.flow_task_type == TaskType.JOIN:
            row.data = row.data | {"arrived": self.plan.arrivals(old_id, row.data["arrived"])}
        self._point(row, new_id)
        if row.flow_task_type == TaskType.HUMAN:
            if self.plan.differs(old_id, WHO):
                self._ask(row)
            if self.plan.differs(old_id, WHEN):
                self._deadline(row, self.plan.old.model.elements[old_id])
        self._jobs(row, old_id)
        if row.host_id is None and row.flow_task_type not in (TaskType.JOIN, TaskType.SCOPE):
            self.steps.append((old_id, new_id))
        if any(getattr(row, name) != old[name] for name in _SEEN):
            row.revision += 1
        self._note_task(row, old)
        self.unit.keep(row, ["flow_task", *self.before["tasks"][row.pk.hex]])

    def _put(self, row: Task, new_id: str) -> None:
        old = _values(row, TASK_FIELDS)
        self._point(row, new_id)
        self._note_task(row, old)
        self.unit.keep(row, ["flow_task", "node_id"])

    def _point(self, row: Task, new_id: str) -> None:
        row.node_id, row.flow_task = new_id, self.plan.new.node_for(new_id)

    def _origin(self, row: Task) -> None:
        """Where a correction came from, by its name in the new version; when it has none, all look again."""
        origin = row.data.get("returned_from", "")
        there = self.plan.pairs.get(origin, "")
        if origin != there:
            kept = {name: value for name, value in row.data.items() if name != "returned_from"}
            row.data = kept | ({"returned_from": there} if there else {})

    def _ask(self, row: Task) -> None:
        """Offer the task to whom the new version names; in the same pool, who has taken it keeps it."""
        found = candidates_for(self.case, row.element, again=True)
        if row.element.doer_of and is_nobody(self.case, row.element, found):
            message = _("“%(step)s” is for the person who did an earlier step, which nobody has done yet.")
            raise Refused(message % {"step": row.element.label(get_language() or "")})
        if found.skip:  # there is nobody, and a step that is open already is not skipped
            found = Candidates(row.element.role, self.case.units.get(row.element.unit_kind))
        if row.host_id is None and (row.role, row.unit_id, row.owner_id) != _as_pool(found, row):
            if row.data.get("delegated_by"):
                raise Obstructed(OPINION, row.node_id)
            row.owner_id = found.owner_id
            row.assigned = self.unit.now if found.owner_id else None
            row.status = STATUS.ASSIGNED if found.owner_id else STATUS.NEW
        row.role, row.unit_id = found.role, found.unit_id

    def _deadline(self, row: Task, old: Element) -> None:
        """The deadline by the new rule, from when the task opened; what was sent is not sent again."""
        before, after = deadline_of(old, row.created), deadline_of(row.element, row.created)
        if after.due_at is not None and after.due_at < self.unit.now <= (row.due_at or self.unit.now):
            self.overdue += 1
        row.due_at = after.due_at
        waiting = {job.kind: job for job in self._jobs_of(row)}
        for kind in (JobKind.REMIND, JobKind.ESCALATE):
            moment, job = after.around.get(kind), waiting.get(kind)
            if job is not None:
                self._change(job, **({"run_at": moment} if moment else self._needless()))
            elif moment is not None and kind not in before.around:
                self._schedule(row, kind, row.node_id, moment)

    def _jobs(self, row: Task, old_id: str) -> None:
        """Timers, and work that is put down, as the new version wants them."""
        for job in self._jobs_of(row):
            if job.kind == JobKind.TIMER and job.node_id != old_id:
                self._boundary_timer(row, job)
            elif job.kind == JobKind.TIMER:
                self._retime(row, job, row.element)
            if job.state == JobState.WAITING and job.node_id == old_id:
                self._change(job, node_id=row.node_id)
        had = {self.plan.pairs.get(each.id) for each in self.plan.old.model.boundaries(old_id)}
        for boundary in self.plan.new.model.boundaries(row.node_id):
            if row.host_id is None and boundary.is_event(TIMER) and boundary.id not in had:
                moment = first_run(boundary, self.case, row.created)
                self._schedule(row, JobKind.TIMER, boundary.id, moment, repeat=_cycle(boundary))

    def _boundary_timer(self, row: Task, job: Job) -> None:
        there = self.plan.new.model.elements.get(self.plan.pairs.get(job.node_id, ""))
        if there is None or there.attached_to != row.node_id:
            self._change(job, **self._needless())
            return
        self._retime(row, job, there)
        self._change(job, node_id=there.id)

    def _retime(self, row: Task, job: Job, element: Element) -> None:
        """Set a timer anew when its time is told otherwise now."""
        old = self.plan.old.model.elements[job.node_id].event
        if old is None or element.event is None or old.timer == element.event.timer:
            return
        self._change(job, run_at=first_run(element, self.case, row.created), repeat=_cycle(element))

    def _needless(self) -> dict[str, Any]:
        return {"state": JobState.VOID, "finished": self.unit.now}

    def _jobs_of(self, row: Task) -> list[Job]:
        return [job for job in self.jobs if job.task_id == row.pk and job.state == JobState.WAITING]

    def _change(self, job: Job, **values: Any) -> None:
        changed = {name: value for name, value in values.items() if getattr(job, name) != value}
        if not changed:
            return
        old = {name: _plain(getattr(job, name)) for name in changed}
        self.before["jobs"][job.pk.hex] = old | self.before["jobs"].get(job.pk.hex, {})
        for name, value in changed.items():
            setattr(job, name, value)
        self.unit.keep(job, list(changed))

    def _schedule(
        self, row: Task, kind: str, node_id: str, moment: datetime.datetime, repeat: str = ""
    ) -> None:
        job = schedule(row, kind, node_id, moment, repeat=repeat)
        self.before["new_jobs"].append(job.pk.hex)

    def _note_task(self, row: Task, old: Mapping[str, Any]) -> None:
        """Keep the old values of what has changed."""
        changed = {name: _plain(value) for name, value in old.items() if getattr(row, name) != value}
        self.before["tasks"][row.pk.hex] = changed


def _values(row: Task, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _plain(value: Any) -> Any:
    """The value as JSON keeps it, to the microsecond."""
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    return value.hex if isinstance(value, UUID) else value


def _as_pool(found: Candidates, row: Task) -> tuple[str, int | None, UUID | None]:
    """What the task would look like; whoever took it out of a pool is no part of the pool."""
    return (
        found.role,
        found.unit_id,
        row.owner_id if found.owner_id is None and found.role else found.owner_id,
    )


def _cycle(element: Element) -> str:
    spec = element.event.timer if element.event else None
    return spec.text if spec is not None and spec.kind == "cycle" else ""


def _fits(value: Any, name: str, declared: Mapping[str, str]) -> bool:
    """Whether a stored value can be read as the type that is declared for it now."""
    kinds: dict[str, tuple[type, ...]] = {
        "string": (str,), "int": (int,), "double": (int, float), "bool": (bool,), "list": (list,),
        "timestamp": (str,),
    }  # fmt: skip
    kind = declared[name]
    if not isinstance(value, kinds.get(kind, (object,))) or (isinstance(value, bool) and kind != "bool"):
        return False
    try:
        typed({name: value}, {name: kind})
    except ExpressionError:
        return False
    return True
