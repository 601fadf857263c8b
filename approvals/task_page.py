"""Everything the page of one task shows, read once."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from approvals import queries, rules, words
from common.verdict import Verdict
from forms.codes import code_name, codes
from forms.models import Attachment, Code, Submission
from forms.queries import attachments_in, schema_of, submissions_of
from forms.schema import Field, FieldChange
from processes.bpmn.model import Element
from processes.engine.workdays import working_time
from processes.models import Case, Task
from processes.queries import Step, expected_route, history, return_targets
from processes.registry import FlowRegistration, flow_for

REASONS = "reject_reason"
EVERY_FLOW = "*"
DECISIONS = {"approved": "done", "returned": "returned", "rejected": "bad"}


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


@dataclass(frozen=True)
class Target:
    """A step a case may be returned to."""

    id: str
    title: str


class TaskPage:
    """One task for one reader. What is shown twice is read once; what is not shown is not read."""

    def __init__(self, user: User, task: Task, now: datetime.datetime) -> None:
        self.user, self.task, self.now = user, task, now
        self.case: Case = task.process
        self.flow: FlowRegistration = flow_for(task.flow_key)
        self._pools = queries.pools_around(user, task)

    @property
    def element(self) -> Element:
        """The step of the chain this task is."""
        return self.task.element

    @property
    def step(self) -> str:
        """The step's name."""
        return self.element.label(get_language() or "")

    @property
    def ask(self) -> str:
        """What is asked of the reader, in one sentence."""
        return self.element.ask(get_language() or "")

    @property
    def why(self) -> str:
        """Why the task lies on the reader's desk; empty when it does not."""
        held = queries.reason_here(self.user, self.task)
        return words.why_here(held, self.task) if held else ""

    @cached_property
    def may_decide(self) -> Verdict:
        """Whether the reader may decide this task now, and if not, why."""
        return rules.can_approve(self.user, self.task, self._pools)

    @cached_property
    def may_reject(self) -> Verdict:
        """Whether the reader may also refuse for good."""
        return rules.can_reject(self.user, self.task, self._pools)

    @cached_property
    def closed(self) -> str:
        """What became of a task that is no longer open, in a sentence; empty while it is."""
        if self.task.is_open or self.task.finished is None:
            return ""
        if self.task.decided_by is None:
            return _("The applicant took this case back.")
        names = {
            "person": self.task.decided_by.name,
            "outcome": words.outcome_label(self.task.outcome),
        }
        if self.task.decided_by_id == self.user.pk:
            return _("You have %(outcome)s this.") % names
        return _("%(person)s has %(outcome)s this.") % names

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
    def targets(self) -> list[Target]:
        """Where the case may be returned to, nearest to the applicant first; the applicant is the default."""
        language = get_language() or ""
        return [
            Target("", _("The applicant"))
            if element.is_initiators
            else Target(element.id, element.label(language))
            for element in return_targets(self.task)
        ]

    @property
    def reasons(self) -> list[Code]:
        """The frequent reasons for a return or rejection in this flow."""
        return reasons_of(self.flow)

    @cached_property
    def history(self) -> list[Line]:
        """What happened, where the case is, and what is expected next."""
        steps = [step for step in history(self.case) if step.kind != "started"]
        pairs = zip(steps, [None, *steps[:-1]], strict=True)
        lines = [self._line(step, before) for step, before in pairs]
        if self.task.is_open:
            lines.append(Line(self.step, "current", self._pool, waited_since=self.task.created))
            lines += [Line(element.label(get_language() or ""), "waiting") for element in self._ahead]
        return lines

    @property
    def last_return(self) -> Line | None:
        """The last time the case was sent back."""
        return next((line for line in reversed(self.history) if line.state == "returned"), None)

    @property
    def _ahead(self) -> list[Element]:
        return expected_route(self.case, self.task.node_id)

    @property
    def _pool(self) -> str:
        return f"{Role(self.task.role).label} · {self.task.unit}" if self.task.role else ""

    def _line(self, step: Step, before: Step | None) -> Line:
        decided = step.kind in DECISIONS and before is not None
        return Line(
            title=self._title(step),
            state=DECISIONS.get(step.kind, "done"),
            who=step.person.name if step.person else "",
            at=step.at,
            spent=words.work_span(working_time(before.at, step.at)) if decided and before else "",
            reason=code_name(REASONS, step.reason_code) if step.reason_code else "",
            text=step.text,
            fields=self._labels(step.fields),
        )

    def _title(self, step: Step) -> str:
        label = words.event_label(step.kind)
        if step.kind not in DECISIONS or step.element is None:
            return label
        return f"{step.element.label(get_language() or '')} · {label}"

    def _labels(self, keys: Iterable[str]) -> str:
        if not keys or self.submission is None:
            return ""
        known = schema_of(self.submission.form_version).by_key
        return _(", ").join(str(known[key].label) for key in keys if key in known)


def reasons_of(flow: FlowRegistration) -> list[Code]:
    """The reasons the code table offers for *flow*: everybody's, then its own."""
    wanted = (EVERY_FLOW, flow.reasons)
    return [row for row in codes(REASONS) if row.is_active and row.attributes.get("flow") in wanted]
