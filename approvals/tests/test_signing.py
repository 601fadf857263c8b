"""Signers 加签 before, beside and after a decision, and doing without them 减签."""

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from approvals.actions import (
    Actor,
    Decision,
    add_signer,
    decide,
    remove_signer,
    start_case,
    submit,
    take_back,
    withdraw,
)
from approvals.tests.kit import RETURN, open_task, submitted
from approvals.tests.test_claiming import kinds, shown
from common.errors import BadInput, Refused, UserError
from processes.audit.verify import verify_trail
from processes.models import Case, CaseState, Task
from processes.tests.kit import KEY

APPROVE, OBJECT = Decision("approve"), Decision("object", text="薪资与证明不符")
ASK = "请核对薪资证明"


def signer_of(task: Task, person) -> Task:
    return Task.objects.get(host=task, owner=person, finished=None)


def waiting_at(case_id) -> list[tuple[str, str]]:
    rows = Task.objects.filter(process=case_id, finished=None).select_related("owner")
    return sorted((row.node_id, row.owner.name if row.owner else "") for row in rows)


@pytest.mark.parametrize("place", ["before", "beside"])
@pytest.mark.parametrize("said", [APPROVE, OBJECT])
def test_decision_waits_for_the_signer_whatever_they_say(flow, place, said):
    task = submitted(flow, "1", "王一")
    add_signer(task.pk, flow.officer.pk, place, Actor(flow.counselor), text=ASK)
    assert shown(flow.officer) == ["王一"]
    with pytest.raises(Refused):
        decide(task.pk, APPROVE, Actor(flow.counselor))
    decide(signer_of(task, flow.officer).pk, said, Actor(flow.officer))
    decide(task.pk, APPROVE, Actor(flow.counselor))
    assert waiting_at(task.process_id) == [("college_review", "")]
    spoken = "approved" if said is APPROVE else "objected"
    assert kinds(task.process_id)[2:] == ["signer_added", spoken, "approved"]


def test_signer_after_the_decision_is_asked_before_the_case_goes_on(flow):
    task = submitted(flow, "1", "王一")
    add_signer(task.pk, flow.officer.pk, "after", Actor(flow.counselor), text=ASK)
    add_signer(task.pk, flow.director.pk, "after", Actor(flow.counselor), text=ASK)
    assert shown(flow.officer) == []
    decide(task.pk, APPROVE, Actor(flow.counselor))
    assert waiting_at(task.process_id) == [("class_review", "李老师"), ("class_review", "王老师")]
    with pytest.raises(Refused):
        decide(signer_of(task, flow.officer).pk, OBJECT, Actor(flow.officer))
    decide(signer_of(task, flow.officer).pk, APPROVE, Actor(flow.officer))
    assert waiting_at(task.process_id) == [("class_review", "王老师")]
    decide(signer_of(task, flow.director).pk, APPROVE, Actor(flow.director))
    assert waiting_at(task.process_id) == [("college_review", "")]
    assert verify_trail().fault is None


@pytest.mark.parametrize("place", ["before", "after"])
def test_return_by_a_signer_voids_the_others_and_the_task(flow, place):
    task = submitted(flow, "1")
    for person in (flow.officer, flow.director):
        add_signer(task.pk, person.pk, place, Actor(flow.counselor), text=ASK)
    if place == "after":
        decide(task.pk, APPROVE, Actor(flow.counselor))
    decide(signer_of(task, flow.officer).pk, RETURN, Actor(flow.officer))
    case = Case.objects.get(pk=task.process_id)
    assert (case.state, waiting_at(case.pk)) == (CaseState.RETURNED, [("file", "王晓雨")])
    submit(open_task(case).pk, Actor(case.initiator))
    decide(open_task(case).pk, APPROVE, Actor(flow.counselor))
    assert waiting_at(case.pk) == [("college_review", "")]


def test_signers_are_done_without_before_and_after(flow):
    task = submitted(flow, "1")
    add_signer(task.pk, flow.officer.pk, "before", Actor(flow.counselor), text=ASK)
    remove_signer(task.pk, flow.officer.pk, Actor(flow.counselor))
    add_signer(task.pk, flow.officer.pk, "after", Actor(flow.counselor), text=ASK)
    add_signer(task.pk, flow.director.pk, "after", Actor(flow.counselor), text=ASK)
    remove_signer(task.pk, flow.director.pk, Actor(flow.counselor))
    decide(task.pk, APPROVE, Actor(flow.counselor))
    assert waiting_at(task.process_id) == [("class_review", "李老师")]
    remove_signer(task.pk, flow.officer.pk, Actor(flow.counselor))
    assert waiting_at(task.process_id) == [("college_review", "")]
    with pytest.raises(Refused):
        remove_signer(task.pk, flow.officer.pk, Actor(flow.counselor))


def test_page_of_a_decided_step_does_without_a_signer(client, flow):
    task = submitted(flow, "1")
    add_signer(task.pk, flow.officer.pk, "after", Actor(flow.counselor), text=ASK)
    decide(task.pk, APPROVE, Actor(flow.counselor))
    unsign = reverse("approvals:verb", args=[task.pk, "unsign"])
    for who, offered in ((flow.second_counselor, False), (flow.counselor, True)):
        client.force_login(who)
        page = client.get(reverse("approvals:task", args=[task.pk])).content.decode()
        assert (unsign in page) == offered
        client.post(unsign, {"person": str(flow.officer.pk)})
        assert waiting_at(task.process_id) == [
            ("college_review", "") if offered else ("class_review", "李老师")
        ]


def test_nobody_is_asked_twice_and_no_stranger_at_all(flow):
    task = submitted(flow, "1")
    add_signer(task.pk, flow.officer.pk, "after", Actor(flow.counselor), text=ASK)
    for person in (flow.officer, flow.person("t9", "外人"), flow.counselor, task.process.initiator):
        with pytest.raises(BadInput):
            add_signer(task.pk, person.pk, "before", Actor(flow.counselor), text=ASK)
    with pytest.raises(Refused):
        add_signer(task.pk, flow.director.pk, "before", Actor(flow.officer), text=ASK)


def test_signer_takes_the_answer_back_while_the_decision_is_open(flow):
    task = submitted(flow, "1")
    add_signer(task.pk, flow.officer.pk, "before", Actor(flow.counselor), text=ASK)
    signer = signer_of(task, flow.officer)
    decide(signer.pk, APPROVE, Actor(flow.officer))
    take_back(signer.pk, Actor(flow.officer))
    with pytest.raises(Refused):
        decide(task.pk, APPROVE, Actor(flow.counselor))
    decide(signer.pk, OBJECT, Actor(flow.officer))
    decide(task.pk, APPROVE, Actor(flow.counselor))
    with pytest.raises(Refused):
        take_back(signer.pk, Actor(flow.officer))
    assert waiting_at(task.process_id) == [("college_review", "")]


MOVES = ("approve", "return", "object", "before", "beside", "after", "remove", "back", "withdraw")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(MOVES), st.integers(0, 3), st.integers(0, 3)), max_size=14))
def test_no_token_is_lost_or_doubled_whatever_people_do(flow, moves):
    """Signers, returns, withdrawals and taking back in any order: one step waits at a time, or the case ended."""
    student = flow.person(f"s{Case.objects.count()}", "学生")
    case = start_case(KEY, student, Actor(student))
    submit(open_task(case).pk, Actor(student))
    people = [flow.counselor, flow.officer, flow.director, flow.second_counselor]
    for move, who, number in moves:
        _try(case, student, people[who], people[number], move, number)
        case.refresh_from_db()
        rows = list(Task.objects.filter(process=case, finished=None))
        if case.finished is not None:
            assert rows == []
            continue
        assert len({row.node_id for row in rows}) == 1
        mains = [row for row in rows if row.host_id is None]
        hosts = {row.host_id for row in rows if row.host_id}
        assert len(mains) == 1 or (not mains and len(hosts) == 1)
        for main in mains:
            asked = sum(row.host_id == main.pk for row in rows)
            assert main.data.get("unanswered", 0) == asked
    assert verify_trail().fault is None


def _try(case, student, person, other, move, number) -> None:
    rows = list(Task.objects.filter(process=case, finished=None).order_by("created", "pk"))
    task = rows[number % len(rows)] if rows else None
    done = Task.objects.filter(process=case, decided_by=person).order_by("-finished").first()
    by = Actor(type(person).objects.get(pk=person.pk))
    try:
        if case.state in (CaseState.DRAFT, CaseState.RETURNED) and task:
            submit(task.pk, Actor(student))
        elif move == "withdraw":
            withdraw(case.pk, Actor(student))
        elif move == "back" and done:
            take_back(done.pk, by)
        elif task and move in ("before", "beside", "after"):
            add_signer(task.pk, other.pk, move, by, text=ASK)
        elif task and move == "remove":
            remove_signer(task.host_id or task.pk, other.pk, by)
        elif task and move in ("approve", "return", "object"):
            said = {"approve": APPROVE, "return": RETURN, "object": OBJECT}[move]
            decide(task.pk, said, by)
    except UserError:
        pass
