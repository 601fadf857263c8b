"""Whatever people do, a case has exactly one open task until it is finished, and none after."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from approvals.actions import Actor, Decision, decide, discard, start_case, submit, withdraw
from common.errors import UserError
from processes.audit.verify import verify_trail
from processes.models import Case, CaseState, Task
from processes.queries import position, return_targets
from processes.tests.kit import KEY, ScratchFlow

MOVES = st.lists(
    st.sampled_from(["forward", "return", "far return", "reject", "withdraw", "discard"]), max_size=14
)
_names = itertools.count()


@given(moves=MOVES, short=st.booleans())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_token_is_never_lost_or_doubled(flow: ScratchFlow, moves: list[str], short: bool) -> None:
    student = flow.person(f"h{next(_names)}{'short' if short else ''}", "学生")
    case = start_case(KEY, student, Actor(student))
    for move in moves:
        _try(flow, case, move)
        case.refresh_from_db()
        waiting = Task.objects.filter(process=case, finished=None).count()
        assert waiting == (1 if case.is_open else 0), (moves, move)
        assert case.is_open == (case.state in (CaseState.DRAFT, CaseState.IN_REVIEW, CaseState.RETURNED))
        assert case.event_count == case.events.count()
        assert sum(stop.state == "current" for stop in position(case)) == waiting
    assert verify_trail().fault is None


def _try(flow: ScratchFlow, case: Case, move: str) -> None:
    try:
        _do(flow, case, move)
    except UserError:
        return


def _do(flow: ScratchFlow, case: Case, move: str) -> None:
    task = Task.objects.filter(process=case, finished=None).first()
    student = Actor(User.objects.get(pk=case.initiator_id))
    if move == "withdraw":
        withdraw(case.pk, student)
    elif move == "discard":
        discard(case.pk, student)
    elif task is not None and task.node_id == "file":
        submit(task.pk, student)
    elif task is not None:
        decide(task.pk, _decision(task, move), Actor(_reviewer(flow, task)))


def _reviewer(flow: ScratchFlow, task: Task) -> User:
    return {
        "class_review": flow.counselor,
        "college_review": flow.officer,
        "university_review": flow.director,
    }[task.node_id]


def _decision(task: Task, move: str) -> Decision:
    if move == "forward":
        return Decision("approve")
    if move == "reject":
        return Decision("reject", "R44", "不符合本类去向")
    target = return_targets(task)[-1].id if move == "far return" else ""
    return Decision("return", "R01", "请补充完整信息", target=target)


@pytest.mark.parametrize(
    "moves", [["forward"] * 4, ["forward", "forward", "far return", "forward", "forward", "forward"]]
)
def test_forward_moves_finish_a_case(flow: ScratchFlow, moves: list[str]) -> None:
    student = flow.person("plain", "学生")
    case = start_case(KEY, student, Actor(student))
    for move in moves:
        _do(flow, case, move)
    case.refresh_from_db()
    assert case.state == CaseState.APPROVED
