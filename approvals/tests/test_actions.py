"""What people do with a case, told as tales on the scratch review."""

import threading
from uuid import uuid4

import pytest
from django.db import connection, connections
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from approvals.actions import (
    Actor,
    Decision,
    decide,
    decide_many,
    discard,
    start_case,
    start_many,
    submit,
    withdraw,
)
from common.errors import BadInput, Refused, Stale
from processes.audit.verify import verify_trail
from processes.models import Case, CaseState, Task
from processes.queries import expected_route, history, position, return_targets
from processes.tests.kit import KEY, ScratchFlow, scratch_flow

APPROVE = Decision("approve")
RETURN = Decision("return", "R41", "公章不清, 请重拍")
REJECT = Decision("reject", "R44", "去向类别不符合规定")


def open_task(case: Case) -> Task:
    return Task.objects.get(process=case, finished=None)


def kinds(case: Case) -> list[str]:
    return list(case.events.order_by("seq").values_list("kind", flat=True))


@pytest.fixture
def student(flow: ScratchFlow) -> User:
    return flow.students(1)[0]


@pytest.fixture
def case(flow: ScratchFlow, student: User) -> Case:
    """A submitted case that waits for the counselor."""
    case = start_case(KEY, student, Actor(student))
    submit(open_task(case).pk, Actor(student), note={"submission": 1})
    case.refresh_from_db()
    return case


def test_case_is_granted(flow: ScratchFlow, student: User, case: Case) -> None:
    for reviewer in (flow.counselor, flow.officer, flow.director):
        decide(open_task(case).pk, APPROVE, Actor(reviewer))
    case.refresh_from_db()
    student.refresh_from_db()
    assert (case.state, case.is_open, student.name) == (CaseState.APPROVED, False, "学生0✓")
    assert kinds(case) == ["started", "submitted", "approved", "approved", "approved"]
    assert flow.changes == ["submitted"]
    assert verify_trail().fault is None


def test_case_is_returned_twice_and_resubmitted(flow: ScratchFlow, student: User, case: Case) -> None:
    decide(open_task(case).pk, RETURN, Actor(flow.counselor))
    case.refresh_from_db()
    task = open_task(case)
    assert (case.state, task.owner, task.data["reason_text"]) == (CaseState.RETURNED, student, RETURN.text)
    submit(task.pk, Actor(student))
    decide(open_task(case).pk, APPROVE, Actor(flow.counselor))
    decide(open_task(case).pk, APPROVE, Actor(flow.officer))
    director_task = open_task(case)
    assert [element.id for element in return_targets(director_task)] == [
        "file",
        "class_review",
        "college_review",
    ]
    decide(
        director_task.pk,
        Decision("return", "R01", "请学院再核对一次", target="college_review"),
        Actor(flow.director),
    )
    case.refresh_from_db()
    assert (case.state, open_task(case).node_id) == (CaseState.IN_REVIEW, "college_review")
    decide(open_task(case).pk, APPROVE, Actor(flow.officer))
    decide(open_task(case).pk, APPROVE, Actor(flow.director))
    case.refresh_from_db()
    assert case.state == CaseState.APPROVED
    assert [step.kind for step in history(case)].count("returned") == 2
    assert verify_trail().fault is None


def test_case_is_withdrawn_and_discarded(flow: ScratchFlow, student: User, case: Case) -> None:
    decide(open_task(case).pk, APPROVE, Actor(flow.counselor))
    lost = open_task(case)
    withdraw(case.pk, Actor(student), text="我想改一下单位")
    case.refresh_from_db()
    assert (case.state, open_task(case).owner) == (CaseState.DRAFT, student)
    with pytest.raises(Stale, match=r"took the case back|撤回"):
        decide(lost.pk, APPROVE, Actor(flow.officer), revision=lost.revision)
    discard(case.pk, Actor(student))
    case.refresh_from_db()
    assert (case.state, case.is_open) == (CaseState.CANCELLED, False)
    assert not Task.objects.filter(process=case, finished=None).exists()
    assert kinds(case) == ["started", "submitted", "approved", "withdrawn", "cancelled"]


def test_case_is_rejected_only_where_the_step_may(flow: ScratchFlow, student: User, case: Case) -> None:
    with pytest.raises(Refused):
        decide(open_task(case).pk, REJECT, Actor(flow.counselor))
    decide(open_task(case).pk, APPROVE, Actor(flow.counselor))
    decide(open_task(case).pk, APPROVE, Actor(flow.officer))
    decide(open_task(case).pk, REJECT, Actor(flow.director))
    case.refresh_from_db()
    assert (case.state, case.is_open) == (CaseState.REJECTED, False)
    assert flow.changes == ["submitted", "rejected"]


def test_condition_sends_a_short_case_past_two_levels(flow: ScratchFlow) -> None:
    student = flow.person("someshort", "短")
    case = start_case(KEY, student, Actor(student))
    submit(open_task(case).pk, Actor(student))
    decide(open_task(case).pk, APPROVE, Actor(flow.counselor))
    case.refresh_from_db()
    assert case.state == CaseState.APPROVED
    assert case.events.latest("seq").content["path"] == ["is_short", "take_effect", "end"]


def test_second_reviewer_is_told_who_was_faster(flow: ScratchFlow, case: Case) -> None:
    task = open_task(case)
    decide(task.pk, APPROVE, Actor(flow.counselor), revision=task.revision)
    with pytest.raises(Stale, match="陈老师"):
        decide(task.pk, APPROVE, Actor(flow.second_counselor), revision=task.revision)
    assert case.events.count() == 3


def test_same_decision_twice_gets_the_same_answer(flow: ScratchFlow, case: Case) -> None:
    task = open_task(case)
    first = decide(task.pk, APPROVE, Actor(flow.counselor), revision=task.revision)
    again = decide(task.pk, APPROVE, Actor(flow.counselor), revision=task.revision)
    assert (again.pk, again.outcome, again.finished) == (first.pk, first.outcome, first.finished)
    with pytest.raises(Stale):
        decide(task.pk, RETURN, Actor(flow.counselor), revision=task.revision)
    assert case.events.count() == 3


def test_submitting_twice_is_submitting_once(flow: ScratchFlow, student: User) -> None:
    case = start_case(KEY, student, Actor(student))
    task = open_task(case)
    submit(task.pk, Actor(student))
    submit(task.pk, Actor(student))
    assert kinds(case) == ["started", "submitted"]


def test_stranger_and_applicant_cannot_decide(flow: ScratchFlow, student: User, case: Case) -> None:
    for somebody in (flow.officer, student, flow.person("t9", "路人")):
        with pytest.raises(Refused):
            decide(open_task(case).pk, APPROVE, Actor(somebody))
    with pytest.raises(Refused):
        decide(uuid4(), APPROVE, Actor(flow.counselor))
    with pytest.raises(Refused):
        withdraw(case.pk, Actor(flow.counselor))
    assert case.events.count() == 2


def test_reviewer_does_not_decide_on_their_own_case(flow: ScratchFlow) -> None:
    case = start_case(KEY, flow.counselor, Actor(flow.counselor))
    submit(open_task(case).pk, Actor(flow.counselor))
    with pytest.raises(Refused):
        decide(open_task(case).pk, APPROVE, Actor(flow.counselor))
    decide(open_task(case).pk, APPROVE, Actor(flow.second_counselor))


@pytest.mark.parametrize(
    "decision",
    [
        Decision("return", "R01", "短"),
        Decision("return", "", "说明足够长了"),
        Decision("return", "R01", "说明足够长了", target="university_review"),
        Decision("sign", "R01", "说明足够长了"),
    ],
)
def test_incomplete_decision_changes_nothing(flow: ScratchFlow, case: Case, decision: Decision) -> None:
    with pytest.raises(BadInput):
        decide(open_task(case).pk, decision, Actor(flow.counselor))
    assert case.events.count() == 2


def test_batch_gives_each_case_its_own_result(flow: ScratchFlow) -> None:
    students = flow.students(4)
    cases = start_many(KEY, [(s, s) for s in students], Actor(flow.counselor))
    for case in cases[:3]:
        submit(open_task(case).pk, Actor(User.objects.get(pk=case.initiator_id)))
    tasks = [open_task(case).pk for case in cases]
    decide(tasks[2], RETURN, Actor(flow.second_counselor))
    results = decide_many([*tasks, uuid4()], APPROVE, Actor(flow.counselor))
    assert [row.ok for row in results] == [True, True, False, False, False]
    assert all(row.message for row in results if not row.ok)
    assert [kinds(case)[-1] for case in cases] == ["approved", "approved", "returned", "started"]
    assert verify_trail().fault is None


def test_refusal_in_a_batch_leaves_no_trace(flow: ScratchFlow, monkeypatch: pytest.MonkeyPatch) -> None:
    """A handler refuses one case after its task was already closed in memory."""
    students = [flow.person(f"p{n}short", f"某{n}") for n in range(3)]
    cases = start_many(KEY, [(s, s) for s in students], Actor(flow.counselor))
    for case, student in zip(cases, students, strict=True):
        submit(open_task(case).pk, Actor(student))
    node = cases[0].flow_class.node_for("take_effect")
    handler = node.handler

    def refuse_second(context: object) -> None:
        if context.subject.pk == students[1].pk:  # type: ignore[attr-defined]
            raise Refused("不行")
        handler(context)

    monkeypatch.setattr(node, "handler", refuse_second)
    results = decide_many([open_task(case).pk for case in cases], APPROVE, Actor(flow.counselor))
    assert [(row.ok, row.message) for row in results] == [(True, ""), (False, "不行"), (True, "")]
    assert [Case.objects.get(pk=case.pk).state for case in cases] == ["approved", "in_review", "approved"]
    assert open_task(cases[1]).outcome == ""
    assert [
        u.name[-1] for u in User.objects.filter(pk__in=[s.pk for s in students]).order_by("username")
    ] == [
        "✓",
        "1",
        "✓",
    ]
    assert verify_trail().fault is None


def test_fault_in_one_case_does_not_stop_a_batch(flow: ScratchFlow, monkeypatch: pytest.MonkeyPatch) -> None:
    students = [flow.person(f"q{n}short", f"某{n}") for n in range(2)]
    cases = start_many(KEY, [(s, s) for s in students], Actor(flow.counselor))
    for case, student in zip(cases, students, strict=True):
        submit(open_task(case).pk, Actor(student))
    node = cases[0].flow_class.node_for("take_effect")
    handler = node.handler

    def fail_first(context: object) -> None:
        if context.subject.pk == students[0].pk:  # type: ignore[attr-defined]
            raise ZeroDivisionError
        handler(context)

    monkeypatch.setattr(node, "handler", fail_first)
    results = decide_many([open_task(case).pk for case in cases], APPROVE, Actor(flow.counselor))
    assert [row.ok for row in results] == [False, True]
    assert open_task(cases[0]).outcome == ""
    assert verify_trail().fault is None


def test_step_for_a_unit_the_record_lacks_refuses_the_decision(flow: ScratchFlow, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(units={"class": case.units["class"]})
    with pytest.raises(Refused):
        decide(open_task(case).pk, APPROVE, Actor(flow.counselor))
    assert case.events.count() == 2


def test_batch_costs_the_same_statements_for_three_and_for_thirty(
    flow: ScratchFlow, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count, prefix in ((3, "a"), (30, "b")):
        students = [flow.person(f"{prefix}{n}", "某") for n in range(count)]
        cases = start_many(KEY, [(s, s) for s in students], Actor(flow.counselor))
        for case, student in zip(cases, students, strict=True):
            submit(open_task(case).pk, Actor(student))
        tasks = [open_task(case).pk for case in cases]
        assert Actor(flow.counselor).reach  # looked up once a request
        with django_assert_num_queries(7 + connection.features.has_select_for_update):
            decide_many(tasks, APPROVE, Actor(flow.counselor))


def test_position_shows_who_has_it_and_what_comes_next(flow: ScratchFlow, case: Case) -> None:
    decide(open_task(case).pk, APPROVE, Actor(flow.counselor))
    case.refresh_from_db()
    stops = position(case)
    assert [(stop.element.id if stop.element else "", stop.state) for stop in stops] == [
        ("file", "done"),
        ("class_review", "done"),
        ("college_review", "current"),
        ("university_review", "waiting"),
        ("", "final"),
    ]
    assert stops[1].person == flow.counselor
    assert [element.id for element in expected_route(case, "file")] == [
        "class_review",
        "college_review",
        "university_review",
    ]


@pytest.mark.django_db(transaction=True)
def test_ten_reviewers_race_and_one_decision_counts() -> None:
    with scratch_flow() as flow:
        student = flow.person("s1", "学生")
        case = start_case(KEY, student, Actor(student))
        submit(open_task(case).pk, Actor(student))
        task = open_task(case)
        answers: list[str] = []

        def race(reviewer: User) -> None:
            try:
                decide(task.pk, APPROVE, Actor(reviewer), revision=task.revision)
                answers.append("ok")
            except Stale:
                answers.append("stale")
            finally:
                connections.close_all()

        reviewers = [flow.counselor, flow.second_counselor] * 5
        threads = [threading.Thread(target=race, args=(reviewer,)) for reviewer in reviewers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answers) == ["ok"] * 5 + ["stale"] * 5  # the winner's own repeats get the same answer
        assert case.events.count() == 3
        assert verify_trail().fault is None
        _clean_up()


def _clean_up() -> None:
    """The trail protects its rows; a flushed test database must not trip over them."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM processes_event")
