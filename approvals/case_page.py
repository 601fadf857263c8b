"""What a page shows of a case, read once: the form, its proof, what happened, who comes next."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from approvals import words
from approvals.models import CarbonCopy
from approvals.queries.cases import shared
from forms.codes import code_name
from forms.models import Attachment, Submission
from forms.queries import attachments_in, schema_of, submissions_of
from forms.schema import Field, FieldChange
from processes.engine.votes import Tally
from processes.engine.workdays import working_time
from processes.models import Case, Task
from processes.queries import Step, expected_route, history, parts_of
from processes.registry import FlowRegistration, flow_for

REASONS = "reject_reason"
STATES = {
    "approved": "done",
    "objected": "bad",
    "returned": "returned",
    "rejected": "bad",
    "withdrawn": "returned",
    "terminated": "bad",
    "cancelled": "bad",
}
DECISIONS = frozenset({"approved", "objected", "returned", "rejected"})


@dataclass(frozen=True)
class Line:
    """One stop of the history as `components/timeline.html` draws it, with more to say."""

    title: str
    state: str
    who: str = ""
    at: datetime.datetime | None = None
    waited_since: datetime.datetime | None = None
    spent: str = ""
    reason: str = ""
    text: str = ""
    fields: str = ""


class CasePage:
    """One case for one reader. What is shown twice is read once; what is not shown is not read."""

    def __init__(
        self, user: User, case: Case, now: datetime.datetime, tasks: list[Task] | None = None
    ) -> None:
        self.user, self.case, self.now, self._tasks = user, case, now, tasks
        self.flow: FlowRegistration = flow_for(case.flow_key)

    @cached_property
    def subject(self) -> Any:
        """The record the case is about, with what its flow joins."""
        rows = self.flow.subject_class._default_manager.select_related(*self.flow.select_related)
        return rows.get(pk=self.case.subject_id)

    @cached_property
    def _submissions(self) -> list[Submission]:
        return list(submissions_of(self.case.pk).order_by("-number")[:2])

    @property
    def submission(self) -> Submission | None:
        """What the applicant handed in last."""
        return self._submissions[0] if self._submissions else None

    @property
    def previous_submission(self) -> Submission | None:
        """What the applicant handed in before that."""
        return self._submissions[1] if len(self._submissions) > 1 else None

    @cached_property
    def changes(self) -> list[FieldChange]:
        """What the last hand-in changed of the one before."""
        new, old = self.submission, self.previous_submission
        if new is None or old is None:
            return []
        return schema_of(new.form_version).diff(old.values, new.values)

    @cached_property
    def filled(self) -> list[tuple[Field, str]]:
        """The fields the applicant filled, with their text; those a reviewer can mark."""
        if self.submission is None:
            return []
        return schema_of(self.submission.form_version).display_fields(self.submission.values)

    @cached_property
    def proofs(self) -> list[Attachment]:
        """The files that were handed in with the last submission; what is not handed in yet is nobody's."""
        return [] if self.submission is None else list(attachments_in(self.submission))

    @property
    def first_picture(self) -> Attachment | None:
        """The picture that keys enlarge and turn until another one is touched."""
        return next((file for file in self.proofs if file.is_image), None)

    @cached_property
    def tasks(self) -> list[Task]:
        """What people were and are asked in this case, in order, with pools and names."""
        return shared(Task.objects.filter(process=self.case)) if self._tasks is None else self._tasks

    @property
    def open_tasks(self) -> list[Task]:
        """The open tasks of people."""
        return [task for task in self.tasks if task.is_open and task.is_human]

    @cached_property
    def steps(self) -> list[Step]:
        """The events of the case."""
        return history(self.case)

    @cached_property
    def copies(self) -> list[CarbonCopy]:
        """Who got a copy, with receipts."""
        if not any(step.kind == "copied" for step in self.steps):
            return []
        rows = CarbonCopy.objects.filter(case=self.case).select_related("recipient")
        return list(rows.order_by("created_at", "pk"))

    @cached_property
    def history(self) -> list[Line]:
        """What happened, where the case is, and what is expected next."""
        steps = [step for step in self.steps if step.kind != "started"]
        pairs = zip(steps, [None, *steps[:-1]], strict=True)
        lines = [self._line(step, before) for step, before in pairs]
        if self.case.is_open:
            lines += [self._waiting(task) for task in self.tasks if task.is_open and not _is_vote(task)]
            lines += [Line(title, "waiting") for title in self._ahead]
        return lines

    @property
    def last_return(self) -> Line | None:
        """The last time the case was sent back."""
        return next(
            (line for line in reversed(self.history) if line.state == "returned" and line.reason), None
        )

    @property
    def _ahead(self) -> list[str]:
        here = {task.node_id for task in self.open_tasks}
        routes = [expected_route(self.case, node_id) for node_id in sorted(here)]
        ahead = {element.id: element for route in routes for element in route if element.id not in here}
        return [element.label(get_language() or "") for element in ahead.values()]

    def _waiting(self, task: Task) -> Line:
        if task.is_human:
            return Line(step_label(task), "current", holder_of(task), waited_since=task.created)
        votes = parts_of(task.pk, self.tasks)
        missing = [vote.owner for vote in votes if vote.is_open and vote.owner is not None]
        voted = [vote.decided_by for vote in votes if vote.decided_by is not None]
        text = words.counting(voted, Tally.of(task).size)
        return Line(step_label(task), "current", words.names(missing), waited_since=task.created, text=text)

    def _line(self, step: Step, before: Step | None) -> Line:
        decided = step.kind in DECISIONS and before is not None
        return Line(
            title=self._title(step),
            state=STATES.get(step.kind, "done"),
            who=words.actor_names(step.person, step.acting_for),
            at=step.at,
            spent=words.work_span(working_time(before.at, step.at)) if decided and before else "",
            reason=code_name(REASONS, step.reason_code) if step.reason_code else "",
            text=step.text,
            fields=self._labels(step.fields),
        )

    def _title(self, step: Step) -> str:
        label = words.event_label(step.kind, step.people, step.before)
        if step.kind == "signer_added" and step.data.get("place"):
            label = f"{label} ({words.PLACES[step.data['place']]})"
        if step.kind not in DECISIONS or step.element is None:
            return label
        return f"{step.element.label(get_language() or '')} · {label}"

    def _labels(self, keys: Iterable[str]) -> str:
        if not keys or self.submission is None:
            return ""
        known = schema_of(self.submission.form_version).by_key
        return _(", ").join(str(known[key].label) for key in keys if key in known)


def step_label(task: Task) -> str:
    """The step a task belongs to, and as what it is asked."""
    label = task.element.label(get_language() or "")
    if "sign" in task.data:
        return _("%(step)s · signature") % {"step": label}
    if "member" in task.data:
        return _("%(step)s · vote") % {"step": label}
    return label


def _is_vote(task: Task) -> bool:
    return "member" in task.data


def holder_of(task: Task) -> str:
    """Who has a task: the assignee, else the pool."""
    if task.owner is not None:
        return task.owner.name
    return f"{Role(task.role).label} · {task.unit}" if task.role else ""
