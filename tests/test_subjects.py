"""What a record says of itself follows its case, by whatever way the case goes, in every flow."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from accounts.actions import appoint
from accounts.models import User
from accounts.queries import holders, university
from accounts.roles import Role
from approvals.actions import Actor, Decision, decide, discard, jump, take_back, withdraw
from destinations.flows.filing.tests import kit as filing
from destinations.tests.kit import make_student
from employers.flows.vetting.tests import kit as vetting
from exports.flows.export.tests import kit as export
from privacy.flows.requests.tests import kit as requests
from privacy.models import RequestKind
from processes import compiled
from processes.models import Case, CaseState, Task
from processes.queries import cases_on, open_tasks
from processes.registry import all_flows
from students.flows.rebinding.tests import kit as rebinding
from students.models import RebindRequest
from talks.flows.talk.tests import kit as talks
from wechat.tests.kit import english, wechat  # noqa: F401 - fixture

pytestmark = pytest.mark.django_db

SAME_WORDS = {str(state): str(state) for state in CaseState}
APPLIED = SAME_WORDS | {"in_review": "applied"}
STILL_OPEN = dict.fromkeys(CaseState, "open") | {"rejected": "closed", "cancelled": "closed"}


class Sample(NamedTuple):
    """How a record of a flow is handed in, how it is sent back, and what it says in each state of its case."""

    hand_in: Callable[[], Any]
    sent_back: Decision
    refused: Decision
    says: Mapping[str, str]


def _filing() -> Any:
    student = make_student()
    filing.reviewers_of(student)
    return filing.submit(student)


def _vetting() -> Any:
    employer = vetting.submit()
    vetting.reviewer()
    return employer


SAMPLES = {
    "campus_talk": Sample(talks.submit, talks.RETURN, talks.REJECT, APPLIED),
    "data_request": Sample(
        lambda: requests.ask(requests.school(), RequestKind.EXPLANATION),
        requests.RETURN,
        requests.REJECT,
        SAME_WORDS,
    ),
    "destination_filing": Sample(_filing, filing.RETURN, filing.REJECT, SAME_WORDS),
    "employer_vetting": Sample(_vetting, vetting.RETURN, vetting.REJECT, APPLIED),
    "sensitive_export": Sample(
        lambda: export.ask(export.school(), columns=["student_no", "name", "id_no"]),
        export.RETURN,
        export.REJECT,
        SAME_WORDS,
    ),
    "wechat_rebinding": Sample(
        lambda: rebinding.ask(rebinding.student()), rebinding.RETURN, rebinding.REJECT, STILL_OPEN
    ),
}


class Way:
    """A case that was just handed in, and what people do with it."""

    def __init__(self, sample: Sample) -> None:
        self.sample, self.subject = sample, sample.hand_in()
        self.first_level = self.step.node_id
        operator, home = User.objects.create_user("operator", "值班员", "a long pass phrase"), university()
        assert home is not None
        appoint(operator, Role.UNIVERSITY_OFFICER, home)
        self.operator = Actor(operator)

    @property
    def case(self) -> Case:
        """As it stands."""
        return cases_on(self.subject)[0]

    @property
    def step(self) -> Task:
        """What waits for somebody."""
        return open_tasks(self.case).get()

    @property
    def applicant(self) -> Actor:
        """Whose case it is."""
        return Actor(User.objects.get(pk=self.case.initiator_id))

    @property
    def said(self) -> str:
        """What the record says now."""
        self.subject = type(self.subject).objects.get(pk=self.subject.pk)
        if isinstance(self.subject, RebindRequest):
            return "open" if self.subject.open_for_id else "closed"
        return str(self.subject.state)

    def send_back(self) -> None:
        """The reviewer asks for corrections."""
        self._decide(self.sample.sent_back)

    def refuse(self) -> None:
        """The first level that may rejects it."""
        while not self.step.element.flag("canReject"):
            self._decide(Decision("approve"))
        self._decide(self.sample.refused)

    def _decide(self, decision: Decision) -> None:
        step = self.step
        assert step.unit is not None
        self.decided, self.reviewer = step.pk, Actor(holders(step.role, step.unit)[0])
        decide(step.pk, decision, self.reviewer)

    def take_back(self) -> None:
        """The reviewer takes the own decision back."""
        take_back(self.decided, self.reviewer)

    def withdraw(self) -> None:
        """The applicant takes it back into a draft."""
        withdraw(self.case.pk, self.applicant)

    def discard(self) -> None:
        """The applicant gives it up."""
        discard(self.case.pk, self.applicant)

    def move_to_review(self) -> None:
        """An operator moves it to the first level."""
        jump(self.case.pk, self.first_level, self.operator, text="申请人来电，请直接审核")

    def move_to_applicant(self) -> None:
        """An operator moves it to the applicant's own step."""
        runs = Task.objects.filter(process=self.case, owner=self.case.initiator)
        first = runs.order_by("created").values_list("node_id", flat=True)[0]
        jump(self.case.pk, first, self.operator, text="申请人来电，要求更正")


WAYS = {
    (): CaseState.IN_REVIEW,
    ("send_back",): CaseState.RETURNED,
    ("send_back", "take_back"): CaseState.IN_REVIEW,
    ("send_back", "take_back", "send_back"): CaseState.RETURNED,
    ("send_back", "move_to_review"): CaseState.IN_REVIEW,
    ("send_back", "move_to_review", "send_back"): CaseState.RETURNED,
    ("send_back", "discard"): CaseState.CANCELLED,
    ("withdraw",): CaseState.DRAFT,
    ("withdraw", "move_to_review"): CaseState.IN_REVIEW,
    ("withdraw", "move_to_review", "send_back"): CaseState.RETURNED,
    ("withdraw", "discard"): CaseState.CANCELLED,
    ("move_to_applicant",): CaseState.RETURNED,
    ("refuse",): CaseState.REJECTED,
}


@pytest.fixture(autouse=True)
def afresh(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Every test publishes the chains anew under the same numbers, and has files of its own."""
    settings.MEDIA_ROOT = tmp_path
    compiled.forget()
    yield
    compiled.forget()


def test_every_flow_is_looked_at():
    assert list(SAMPLES) == [flow.key for flow in all_flows()]


@pytest.mark.usefixtures("wechat")
@pytest.mark.parametrize("steps", WAYS, ids=lambda steps: " > ".join(steps) or "handed in")
@pytest.mark.parametrize("key", SAMPLES)
def test_record_follows_its_case(key, steps):
    way = Way(SAMPLES[key])
    for step in steps:
        getattr(way, step)()
    assert (way.case.flow_key, way.case.state) == (key, WAYS[steps])
    assert way.said == way.sample.says[WAYS[steps]]
