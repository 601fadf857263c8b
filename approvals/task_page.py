"""Everything the page of one task shows, read once."""

import datetime
import math
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from approvals import queries, rules, verbs, words
from approvals.case_page import REASONS, CasePage
from common.verdict import Verdict
from forms.codes import codes
from forms.models import Code
from processes.bpmn.model import Element
from processes.engine.actor import Actor
from processes.engine.runtime import first_task_id
from processes.engine.votes import EPSILON, Tally
from processes.models import Task, TaskType
from processes.queries import Step, parts_of, return_targets
from processes.registry import FlowRegistration

EVERY_FLOW = "*"


@dataclass(frozen=True)
class Target:
    """A step a case may be returned to."""

    id: str
    title: str


@dataclass(frozen=True)
class Voice:
    """One person of a joint decision or one signer, and what they said so far; *place* of a signer.

    *removable*: the reader may do without a signer who is asked now that the step itself is decided.
    """

    person: User | None
    outcome: str
    at: datetime.datetime | None
    place: str = ""
    removable: bool = False


class TaskPage(CasePage):
    """One task for one reader."""

    def __init__(
        self, user: User, task: Task, now: datetime.datetime, tasks: list[Task] | None = None
    ) -> None:
        super().__init__(user, task.process, now, tasks)
        self.task = task
        self.by = Actor(user)

    @property
    def element(self) -> Element:
        """The step of the chain this task is."""
        return self.task.element

    @property
    def step(self) -> str:
        """The step's name."""
        return self.element.label(get_language() or "")

    @property
    def own_page(self) -> str:
        """The address of the page on which this step is decided; empty when approving here is enough."""
        route = self.flow.step_pages.get(self.task.node_id, "")
        return reverse(route, args=[self.task.pk]) if route else ""

    @property
    def ask(self) -> str:
        """What is asked of the reader, in one sentence."""
        return self.element.ask(get_language() or "")

    @property
    def why(self) -> str:
        """Why the task lies on the reader's desk; empty when it does not."""
        if self.given is not None:
            return words.why_given(self.given)
        if self.task.owner_id == self.user.pk and self.task.host_id is not None:
            return words.why_asked(self.task)
        post = queries.post_here(self.user, self.task)
        if post:
            return words.why_here(post, self.task)
        return words.why_asked(self.task) if self.task.owner_id == self.user.pk else ""

    @cached_property
    def given(self) -> Step | None:
        """Who gave the open task to the reader in person, how and with which words; None when nobody did."""
        if not self.task.is_open or self.task.owner_id != self.user.pk:
            return None
        here = (self.task.pk, self.task.host_id)
        came = (step for step in reversed(self.steps) if step.task_id in here and self._is_for_reader(step))
        last = next(came, None)
        return last if last is not None and last.kind in words.GIVEN and last.person is not None else None

    def _is_for_reader(self, step: Step) -> bool:
        return self.user in step.people if step.kind in words.GIVEN else step.kind == "claimed"

    @cached_property
    def may_decide(self) -> Verdict:
        """Whether the reader may decide this task now, and if not, why."""
        return rules.can_approve(self.by, self.task)

    @cached_property
    def may_return(self) -> Verdict:
        """Whether the reader may send the case back."""
        return rules.can_return(self.by, self.task)

    @cached_property
    def may_object(self) -> Verdict:
        """Whether the reader may vote against."""
        return rules.can_object(self.by, self.task)

    @cached_property
    def may_reject(self) -> Verdict:
        """Whether the reader may also refuse for good."""
        return rules.can_reject(self.by, self.task)

    @cached_property
    def may_answer(self) -> Verdict:
        """Whether the reader has to answer an applicant who asks for the case back."""
        return rules.can_answer_withdrawal(self.by, self.task)

    @cached_property
    def is_delegate(self) -> bool:
        """Whether the reader was only asked for an opinion."""
        return rules.is_delegated(self.task) and self.task.owner_id == self.user.pk

    @cached_property
    def may_take_back(self) -> Verdict:
        """Whether the reader's own decision may be taken back: nobody has gone on with it."""
        own = rules.can_take_back(self.by, self.task)
        mattered = (step for step in reversed(self.steps) if step.kind not in rules.HARMLESS)
        return rules.can_undo(self.task, next(mattered, None)) if own else own

    @cached_property
    def offers(self) -> list[verbs.Verb]:
        """What else the reader may do, for the menu beside the decisions."""
        hidden = verbs.ELSEWHERE | ({"give-back"} if self.is_delegate else set())
        return [each for each in verbs.offers(self.by, self.task, self.now) if each.name not in hidden]

    @cached_property
    def closed(self) -> str:
        """What became of a task that is no longer open, in a sentence; empty while it is."""
        if self.task.is_open or self.task.finished is None:
            return ""
        if self.task.decided_by is None:
            return _("The case has gone another way; nobody has to decide this any more.")
        names = {
            "person": self.task.decided_by.name,
            "outcome": words.outcome_label(self.task.outcome),
        }
        if self.task.decided_by_id == self.user.pk:
            return _("You have %(outcome)s this.") % names
        return _("%(person)s has %(outcome)s this.") % names

    @cached_property
    def marks(self) -> list[words.Mark]:
        """Who has the task and what it waits for."""
        return words.marks(self.task, self.user) if self.task.is_open else []

    @cached_property
    def voices(self) -> list[Voice]:
        """The votes of a joint decision, or the signers of a step, in the order in which they were asked."""
        asked = [row for row in parts_of(self.main, self.tasks) if row.is_open or row.outcome]
        return [*(self._voice(row) for row in asked), *self._asked_later()]

    @property
    def tally(self) -> Tally | None:
        """How the joint decision stands that this task is part of."""
        return Tally.of(self._group) if self._group is not None else None

    @property
    def agreed(self) -> int:
        """How many have agreed so far."""
        return sum(1 for vote in self.tally.votes.values() if vote) if self.tally else 0

    @property
    def needed(self) -> int:
        """How many have to agree, if every voice weighs the same."""
        return math.ceil(self.tally.need - EPSILON) if self.tally else 0

    @property
    def _group(self) -> Task | None:
        host = self.task.host
        return host if host is not None and host.flow_task_type == TaskType.GROUP else None

    def _voice(self, row: Task) -> Voice:
        host = row.host
        late = host is not None and not host.is_open and bool(rules.can_remove_signer(self.by, row, host))
        return Voice(row.decided_by or row.owner, row.outcome, row.finished, row.data.get("sign", ""), late)

    def _asked_later(self) -> list[Voice]:
        later = self.task.data.get("signers_after", []) if self.task.is_open else []
        people = User.objects.in_bulk([each["user"] for each in later]) if later else {}
        return [Voice(people.get(UUID(each["user"])), "", None, "after") for each in later]

    @property
    def main(self) -> UUID:
        """The key of the task that voters or signers belong to, which may be this one."""
        return self.task.host_id or self.task.pk

    @cached_property
    def targets(self) -> list[Target]:
        """Where the case may be returned to, nearest to the applicant first; the applicant is the default."""
        language, first = get_language() or "", first_task_id(self.case.flow_class)
        return [
            Target("", _("The applicant"))
            if element.id == first
            else Target(element.id, element.label(language))
            for element in return_targets(self.task, self.tasks)
        ]

    @property
    def return_to(self) -> str:
        """Where a return goes unless the reader says otherwise: as the chain says, else to the applicant."""
        proposed, ids = self.element.settings.get("returnTo", ""), [target.id for target in self.targets]
        return proposed if proposed in ids or not ids else ids[0]

    @property
    def reasons(self) -> list[Code]:
        """The frequent reasons for a return or rejection in this flow."""
        return reasons_of(self.flow)


def reasons_of(flow: FlowRegistration) -> list[Code]:
    """The reasons the code table offers for *flow*: everybody's, then its own."""
    wanted = (EVERY_FLOW, flow.reasons)
    return [row for row in codes(REASONS) if row.is_active and row.attributes.get("flow") in wanted]
