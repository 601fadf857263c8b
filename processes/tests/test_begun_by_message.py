"""Cases that a message begins: the applicant never handed anything in, and still gets them back (flows X2)."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from approvals import rules
from approvals.actions import Actor, Decision, decide, submit
from approvals.task_page import TaskPage
from common.errors import BadInput
from processes.actions import publish
from processes.audit.verify import verify_trail
from processes.bpmn.lint import lint_text
from processes.engine.starts import start_by_message
from processes.evolve.replay import replay
from processes.models import Task, TaskType
from processes.tests import draw as d
from processes.tests.kit import KEY, ScratchFlow

BACK = Decision("return", "R01", "请补充完整信息")
AGAINST = Decision("object", "", "材料不完整")
HELLO = (d.start("called", d.message("hello")),)
LEVELS = (d.user("look"), d.user("more", d.COLLEGE), d.end())
ROOTS = d.messages("hello")


class Begun:
    """A case that the message began, with what is asked in it now."""

    def __init__(self, flow: ScratchFlow, *lines: str, file: bool = True) -> None:
        publish(KEY, d.definition(*HELLO, *lines, roots=ROOTS, file=file))
        self.flow, self.student = flow, flow.person("s9", "学生")
        self.case = start_by_message(KEY, "hello", self.student, self.student, Actor(self.student), {})

    @property
    def task(self) -> Task:
        rows = Task.objects.filter(process=self.case, finished=None, flow_task_type=TaskType.HUMAN)
        return rows.select_related("process").get()

    @property
    def now(self) -> tuple[str, list[str]]:
        """The state, and what people are asked."""
        self.case.refresh_from_db()
        rows = Task.objects.filter(process=self.case, finished=None, flow_task_type=TaskType.HUMAN)
        return self.case.state, sorted(rows.values_list("node_id", flat=True))

    def say(self, decision: Decision) -> None:
        decide(self.task.pk, decision, Actor(self.flow.reviewer(self.task)))

    @property
    def page(self) -> TaskPage:
        task = self.task
        return TaskPage(self.flow.reviewer(task), task, timezone.now())


@pytest.fixture
def begun(flow: ScratchFlow) -> Callable[..., Begun]:
    """Publish a definition and begin a case of it by the message."""
    return lambda *lines, **more: Begun(flow, *lines, **more)


def test_return_goes_to_the_applicant_who_hands_in_for_the_first_time(begun):
    case = begun(*LEVELS, d.flows("file > look > more > end", "called > look"))
    assert [target.id for target in case.page.targets] == [""]
    case.say(BACK)
    assert case.now == ("returned", ["file"])
    submit(case.task.pk, Actor(case.student))
    assert case.now == ("in_review", ["look"])


def test_return_from_one_of_several_paths_takes_all_of_them_back(begun):
    case = begun(
        d.gateway("parallel", "fork", "join"),
        *LEVELS,
        d.user("last", d.UNIVERSITY),
        d.flows("file > fork > look > join > last > end", "fork > more > join", "called > last"),
    )
    case.say(BACK)
    assert case.now == ("returned", ["file"])
    submit(case.task.pk, Actor(case.student))
    assert case.now == ("in_review", ["look", "more"])
    assert verify_trail().fault is None


def test_joint_decision_against_it_goes_to_the_applicant(begun):
    case = begun(
        d.gateway("parallel", "fork", "join"),
        *LEVELS,
        d.user("vote", d.UNIVERSITY, d.several('qc:collection="members" qc:complete="all"')),
        d.flows("file > fork > look > join > vote > end", "fork > more > join", "called > vote"),
    )
    case.say(AGAINST)
    assert case.now == ("returned", ["file"])


def test_applicant_whose_step_leads_elsewhere_does_not_get_it_past_the_reviewers(begun):
    case = begun(*LEVELS, d.flows("file > end", "called > look > more > end"))
    assert not rules.can_return(Actor(case.flow.counselor), case.task)  # nothing lies before it
    case.say(Decision("approve"))
    assert ([target.id for target in case.page.targets], case.page.return_to) == (["look"], "look")
    with pytest.raises(BadInput):
        case.say(BACK)
    case.say(Decision("return", "R01", "请补充完整信息", target="look"))
    assert case.now == ("in_review", ["look"])


def test_first_step_of_a_called_process_offers_no_return(begun):
    case = begun(*LEVELS, d.flows("called > look > more > end"), file=False)
    verdict = rules.can_return(Actor(case.flow.counselor), case.task)
    assert (bool(verdict), case.page.may_return.reason) == (False, verdict.reason)
    case.say(Decision("approve"))
    assert case.now == ("in_review", ["more"])


def test_lint_refuses_a_joint_decision_that_could_only_send_a_case_to_nobody():
    vote = d.user("vote", d.UNIVERSITY, d.several('qc:collection="members" qc:complete="all"'))
    on_message = d.definition(
        *HELLO, vote, d.end(), d.flows("file > end", "called > vote > end"), roots=ROOTS
    )
    only_called = d.definition(d.start("begin"), vote, d.end(), d.flows("begin > vote > end"), file=False)
    for text in (on_message, only_called):
        assert [(each.code, each.element_id) for each in lint_text(text)] == [("objection-nowhere", "vote")]
        goes_on = text.replace('id="vote"', 'id="vote" qc:onObjection="go_on"')
        assert not lint_text(goes_on)


def test_lint_refuses_a_process_whose_applicant_is_only_asked_beside_others():
    text = d.definition(
        *HELLO,
        d.gateway("parallel", "fork", "join"),
        *(d.user("mine", 'qc:initiator="true"'), d.user("look"), d.end()),
        d.flows("called > fork > mine > join > end", "fork > look > join"),
        roots=ROOTS,
        file=False,
    ).replace(' qc:called="true"', "")
    assert [each.code for each in lint_text(text)] == ["no-initiator-task"]


@pytest.mark.parametrize("begins_by_itself", [True, False])
def test_replay_begins_where_the_case_began_and_goes_back_to_the_applicant(begun, begins_by_itself):
    """On the very text it ran on nothing differs; without another start there is no plain one to begin with."""
    mine = (d.user("mine", 'qc:initiator="true"'), d.flows("called > look > mine > more > end"))
    lines = mine if begins_by_itself else (d.flows("file > look > more > end", "called > look"),)
    case = begun(*LEVELS, *lines, file=not begins_by_itself)
    yes = Decision("approve")
    case.say(yes)
    if begins_by_itself:
        submit(case.task.pk, Actor(case.student))
    case.say(BACK)
    submit(case.task.pk, Actor(case.student))
    while case.now[0] == "in_review":
        case.say(yes)
    text = d.definition(*HELLO, *LEVELS, *lines, roots=ROOTS, file=not begins_by_itself)
    found = replay(KEY, text, [case.case.pk])
    assert [(each.before, each.after, each.outcome, each.stuck) for each in found.others] == []
    assert (found.same, found.levels["more"].after) == (1, 2)
