"""What the career center may do against the chain, and what it may not."""

import datetime

import pytest
from django.urls import reverse

from accounts.actions import add_unit
from accounts.models import UnitKind
from accounts.roles import Role
from approvals.actions import (
    Actor,
    Decision,
    claim,
    decide,
    edit_variable,
    jump,
    reassign,
    resume,
    start_case,
    submit,
    suspend,
    terminate,
    transfer,
    withdraw,
)
from approvals.tests.kit import NOW, RETURN, open_task, submitted
from approvals.tests.test_claiming import kinds, shown
from common.errors import BadInput, Refused
from messaging.models import Notice
from processes.actions import deliver_message, publish
from processes.audit.verify import verify_trail
from processes.engine.actor import SYSTEM
from processes.models import Case, CaseState, Event, Task
from processes.tests import draw as d
from processes.tests.kit import KEY

APPROVE = Decision("approve")
WHY = "学院负责人书面申请"


@pytest.fixture
def task(flow) -> Task:
    return submitted(flow, "1", "王一")


def case_of(task: Task) -> Case:
    return Case.objects.get(pk=task.process_id)


def test_case_is_moved_to_a_later_step_and_back_to_its_applicant(flow, task):
    jump(task.process_id, "university_review", Actor(flow.director), text=WHY)
    assert (open_task(task.process_id).node_id, case_of(task).state) == ("university_review", "in_review")
    jump(task.process_id, "file", Actor(flow.director), text=WHY)
    assert (open_task(task.process_id).node_id, case_of(task).state) == ("file", CaseState.RETURNED)
    jump(task.process_id, "class_review", Actor(flow.director), text=WHY)
    decide(open_task(task.process_id).pk, APPROVE, Actor(flow.counselor))
    assert flow.changes == ["submitted", "returned", "resumed"]
    event = Event.objects.filter(case=task.process_id, kind="jumped").first()
    assert (event.actor_id, event.content["text"]) == (flow.director.pk, WHY)
    assert verify_trail().fault is None


def test_case_that_was_moved_on_while_it_lay_with_its_applicant_can_be_returned_to_them(client, flow, task):
    times = iter(NOW + datetime.timedelta(hours=hours) for hours in range(1, 5))
    decide(task.pk, RETURN, Actor(flow.counselor), now=next(times))
    jump(task.process_id, "class_review", Actor(flow.director), text=WHY, now=next(times))
    decide(open_task(task.process_id).pk, APPROVE, Actor(flow.counselor), now=next(times))
    client.force_login(flow.officer)
    page = client.get(reverse("approvals:task", args=[open_task(task.process_id).pk])).context["page"]
    assert [target.id for target in page.targets] == ["", "class_review"]
    decide(open_task(task.process_id).pk, RETURN, Actor(flow.officer), now=next(times))
    assert open_task(task.process_id).node_id == "file"


def test_draft_is_not_moved_to_a_reviewer(flow):
    student = flow.person("s9", "学生")
    case = start_case(KEY, student, Actor(student))
    with pytest.raises(Refused):
        jump(case.pk, "class_review", Actor(flow.director), text=WHY)


def test_suspended_case_stands_still_for_everybody(flow, task):
    student = Actor(task.process.initiator)
    suspend(task.process_id, Actor(flow.director), text=WHY)
    for act in (
        lambda: decide(task.pk, APPROVE, Actor(flow.counselor)),
        lambda: decide(task.pk, RETURN, Actor(flow.counselor)),
        lambda: claim(task.pk, Actor(flow.counselor)),
        lambda: transfer(task.pk, flow.officer.pk, Actor(flow.counselor), text=WHY),
        lambda: withdraw(task.process_id, student),
    ):
        with pytest.raises(Refused, match=r"suspended|暂停"):
            act()
    resume(task.process_id, Actor(flow.director), text=WHY)
    decide(task.pk, APPROVE, Actor(flow.counselor))
    assert kinds(task.process_id)[2:] == ["suspended", "resumed", "approved"]
    assert {n.kind for n in Notice.objects.filter(recipient=student.user)} == {
        "case_suspended",
        "case_resumed",
    }


def test_suspended_case_gets_no_message(flow):
    text = d.definition(
        d.catch("wait", d.message("reply")),
        d.end(),
        d.flows("file > wait > end"),
        roots=d.messages("reply"),
    )
    publish(KEY, text)
    student = flow.person("s9", "学生")
    case = start_case(KEY, student, Actor(student))
    submit(open_task(case).pk, Actor(student))
    suspend(case.pk, Actor(flow.director), text=WHY)
    with pytest.raises(Refused, match=r"suspended|暂停"):
        deliver_message(case.pk, "reply", SYSTEM)
    resume(case.pk, Actor(flow.director), text=WHY)
    assert deliver_message(case.pk, "reply", SYSTEM).state == CaseState.APPROVED


def test_case_is_ended_without_a_result(flow, task):
    terminate(task.process_id, Actor(flow.director), text=WHY)
    case = case_of(task)
    assert (case.state, case.is_open, flow.changes[-1]) == (CaseState.CANCELLED, False, "cancelled")
    assert kinds(case.pk)[-1] == "terminated"
    with pytest.raises(Refused):
        terminate(case.pk, Actor(flow.director), text=WHY)


def test_task_is_given_to_a_person_and_to_another_pool(flow, task):
    claim(task.pk, Actor(flow.counselor))
    reassign(task.pk, Actor(flow.director), text=WHY, person=flow.officer.pk)
    assert (shown(flow.counselor), shown(flow.officer)) == ([], ["王一"])
    reassign(task.pk, Actor(flow.director), text=WHY, role=Role.COLLEGE_OFFICER, unit_id=flow.college.pk)
    moved = Task.objects.get(pk=task.pk)
    assert (moved.owner, moved.role, moved.unit) == (None, Role.COLLEGE_OFFICER, flow.college)
    decide(task.pk, APPROVE, Actor(flow.officer))
    assert kinds(task.process_id)[2:] == ["claimed", "reassigned", "reassigned", "approved"]


@pytest.mark.parametrize(
    "given", [{}, {"role": "nobody", "unit_id": 1}, {"role": Role.COUNSELOR, "unit_id": 0}]
)
def test_task_is_not_given_to_nobody(flow, task, given):
    with pytest.raises(BadInput):
        reassign(task.pk, Actor(flow.director), text=WHY, **given)


def test_task_is_given_to_nobody_outside_the_units_of_its_case(flow, task):
    away = add_unit(flow.university, UnitKind.COLLEGE, "外国语学院")
    stranger = flow.person("t8", "外院老师", Role.COLLEGE_OFFICER, away)
    former = flow.person("t9", "离任老师", Role.COLLEGE_OFFICER, flow.college)
    former.appointments.update(ends_on=datetime.date(2020, 12, 31), starts_on=datetime.date(2020, 1, 1))
    for person in (stranger, former):
        with pytest.raises(BadInput):
            reassign(task.pk, Actor(flow.director), text=WHY, person=person.pk)
    with pytest.raises(BadInput):
        reassign(task.pk, Actor(flow.director), text=WHY, role=Role.COLLEGE_OFFICER, unit_id=away.pk)
    assert (shown(stranger), shown(former), kinds(task.process_id)) == ([], [], ["started", "submitted"])


def test_variable_decides_another_way(flow, task):
    edit_variable(task.process_id, "short", "true", Actor(flow.director), text=WHY)
    for name, value in (("long", "true"), ("short", "maybe")):
        with pytest.raises(BadInput):
            edit_variable(task.process_id, name, value, Actor(flow.director), text=WHY)
    decide(task.pk, APPROVE, Actor(flow.counselor))
    assert case_of(task).state == CaseState.APPROVED
    changed = Event.objects.get(case=task.process_id, kind="variable_changed").content
    assert (changed["name"], changed["before"], changed["after"]) == ("short", False, True)


def test_only_operators_of_the_unit_with_a_reason(flow, task):
    away = add_unit(flow.university, UnitKind.COLLEGE, "外国语学院")
    other = flow.person("t8", "外院老师", Role.UNIVERSITY_OFFICER, away)
    for person in (flow.counselor, flow.officer, other):
        with pytest.raises(Refused):
            suspend(task.process_id, Actor(person), text=WHY)
    with pytest.raises(BadInput):
        suspend(task.process_id, Actor(flow.director), text="")
    assert kinds(task.process_id) == ["started", "submitted"]


def test_pages_find_a_case_and_operate_it(client, flow, task):
    client.force_login(flow.director)
    found = client.get(reverse("cases:list"), {"q": "王一"}).content.decode()
    assert str(task.process_id) in found
    assert str(task.process_id) not in client.get(reverse("cases:list"), {"q": "李四"}).content.decode()
    page = reverse("cases:case", args=[task.process_id])
    assert client.get(page).status_code == 200
    do = reverse("cases:do", args=[task.process_id, "jump"])
    assert client.post(do, {"target": "college_review", "text": "短"}).status_code == 422
    assert client.post(do, {"target": "college_review", "text": WHY}).status_code == 302
    assert open_task(task.process_id).node_id == "college_review"
    do = reverse("cases:do", args=[task.process_id, "reassign"])
    answer = {
        "task": str(open_task(task.process_id).pk),
        "pool": f"counselor@{flow.student_class.pk}",
        "text": WHY,
    }
    assert client.post(do, answer).status_code == 302
    client.force_login(flow.officer)
    assert client.get(page).status_code == 404


@pytest.mark.parametrize(
    ("name", "said", "kind"),
    [
        ("jump", {"target": "university_review"}, "jumped"),
        ("suspend", {}, "suspended"),
        ("resume", {}, "resumed"),
        ("terminate", {}, "terminated"),
        ("reassign", {}, "reassigned"),
        ("variable", {"name": "short", "value": "true"}, "variable_changed"),
    ],
)
def test_page_offers_every_verb_and_none_goes_without_a_reason(client, flow, task, name, said, kind):
    if name == "resume":
        suspend(task.process_id, Actor(flow.director), text=WHY)
    if name == "reassign":
        said = {"task": str(task.pk), "person": str(flow.officer.pk)}
    client.force_login(flow.director)
    do = reverse("cases:do", args=[task.process_id, name])
    assert do in client.get(reverse("cases:case", args=[task.process_id])).content.decode()
    before = kinds(task.process_id)
    for text in ("", "短"):
        assert client.post(do, said | {"text": text}).status_code == 422
    assert kinds(task.process_id) == before
    assert client.post(do, said | {"text": WHY}).status_code == 302
    event = Event.objects.filter(case=task.process_id).latest("seq")
    assert (event.kind, event.actor_id, event.content["text"]) == (kind, flow.director.pk, WHY)
