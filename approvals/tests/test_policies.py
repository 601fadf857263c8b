"""What a step does when its pool is empty or the same people decided before; correcting; deciding jointly."""

import pytest
from django.utils import timezone, translation

from accounts.roles import Role
from approvals.actions import Actor, Decision, decide, jump, start_case, submit, take_back
from approvals.parcel import parcel_line
from approvals.queries import task_with_case
from approvals.task_page import TaskPage
from approvals.tests.kit import open_task
from approvals.tests.test_claiming import kinds
from common.errors import BadInput, Refused
from processes.actions import publish
from processes.models import Case, CaseState, Event, Task, TaskType
from processes.registry import flow_for
from processes.tests.kit import KEY, REVIEW

APPROVE = Decision("approve")
OBJECT = Decision("object", text="材料不足以说明")
RETURN = Decision("return", "R01", "请学院再核对一次")


def changed(step: str, settings: str, text: str = REVIEW) -> str:
    """The review with more settings on one step."""
    assert f'id="{step}"' in text
    return text.replace(f'id="{step}"', f'id="{step}" {settings}')


def begun(flow, text: str, by=None) -> Case:
    """A submitted case on a chain of its own."""
    publish(KEY, text)
    person = by or flow.person("s1", "学生")
    case = start_case(KEY, person, Actor(person))
    submit(open_task(case).pk, Actor(person))
    return case


def approve(case, *people) -> None:
    for person in people:
        decide(open_task(case).pk, APPROVE, Actor(person))


@pytest.mark.parametrize(
    ("policy", "step", "pool"),
    [
        ("", "college_review", "college"),
        ('qc:onEmpty="skip"', "university_review", "university"),
        ('qc:onEmpty="up"', "college_review", "university"),
        ('qc:onEmpty="up" qc:escalateTo="university_officer"', "college_review", "university"),
    ],
)
def test_empty_pool_waits_is_skipped_or_asks_higher_up(flow, policy, step, pool):
    flow.officer.appointments.all().delete()
    case = begun(flow, changed("college_review", policy))
    approve(case, flow.counselor)
    task = open_task(case)
    assert (task.node_id, task.unit) == (step, getattr(flow, pool))
    skipped = Event.objects.filter(case=case).latest("seq").content.get("skipped", [])
    assert skipped == ([{"node": "college_review", "why": "nobody"}] if "skip" in policy else [])
    if pool == "university":  # somebody is asked there
        approve(case, flow.director)


def test_empty_level_below_is_asked_of_whom_the_next_level_above_asks(flow):
    for counselor in (flow.counselor, flow.second_counselor):
        counselor.appointments.all().delete()
    case = begun(flow, changed("class_review", 'qc:onEmpty="up"'))
    task = open_task(case)
    assert (task.node_id, task.role, task.unit) == ("class_review", Role.COLLEGE_OFFICER, flow.college)
    approve(case, flow.officer, flow.officer)
    assert open_task(case).node_id == "university_review"


def test_level_whose_only_member_is_the_applicant_counts_as_empty(flow):
    case = begun(flow, changed("college_review", 'qc:onEmpty="skip"'), by=flow.officer)
    approve(case, flow.counselor)
    assert open_task(case).node_id == "university_review"


@pytest.mark.parametrize(
    ("policy", "step"), [('qc:onSame="skip"', "university_review"), ("", "college_review")]
)
def test_same_person_is_asked_once_when_the_step_says_so(flow, policy, step):
    """One person holds both levels."""
    flow.officer.appointments.all().delete()
    both = flow.counselor
    both.appointments.create(role=Role.COLLEGE_OFFICER, unit=flow.college)
    case = begun(flow, changed("college_review", policy))
    approve(case, both)
    assert open_task(case).node_id == step


def test_step_is_asked_again_after_a_return_though_the_person_decided_before(flow):
    flow.officer.appointments.all().delete()
    flow.counselor.appointments.create(role=Role.COLLEGE_OFFICER, unit=flow.college)
    case = begun(flow, changed("college_review", 'qc:onSame="skip"'))
    approve(case, flow.counselor)
    decide(
        open_task(case).pk,
        Decision("return", "R01", RETURN.text, target="class_review"),
        Actor(flow.director),
    )
    assert open_task(case).node_id == "class_review"


def test_skipped_step_stays_skipped_after_a_return_only_while_its_reason_still_holds(flow):
    """Two people may do the first level, one of them is alone on the second."""
    flow.officer.appointments.all().delete()
    both, other = flow.counselor, flow.second_counselor
    both.appointments.create(role=Role.COLLEGE_OFFICER, unit=flow.college)
    case = begun(flow, changed("college_review", 'qc:onSame="skip"'))
    for first, step in [(both, "university_review"), (other, "college_review"), (both, "university_review")]:
        decide(open_task(case).pk, APPROVE, Actor(first))
        assert open_task(case).node_id == step
        decide(open_task(case).pk, RETURN, Actor(both if step == "college_review" else flow.director))
        submit(open_task(case).pk, Actor(case.initiator))


def test_step_decided_in_an_earlier_round_is_asked_again_in_the_next_one(flow):
    flow.officer.appointments.all().delete()
    both, other = flow.counselor, flow.second_counselor
    both.appointments.create(role=Role.COLLEGE_OFFICER, unit=flow.college)
    case = begun(flow, changed("college_review", 'qc:onSame="skip"'))
    approve(case, other, both)
    decide(open_task(case).pk, RETURN, Actor(flow.director))
    submit(open_task(case).pk, Actor(case.initiator))
    approve(case, other)
    assert open_task(case).node_id == "college_review"


def test_step_skipped_for_want_of_people_is_asked_in_the_next_round_once_somebody_is_appointed(flow):
    flow.officer.appointments.all().delete()
    case = begun(flow, changed("college_review", 'qc:onEmpty="skip"'))
    approve(case, flow.counselor)
    decide(open_task(case).pk, RETURN, Actor(flow.director))
    flow.officer.appointments.create(role=Role.COLLEGE_OFFICER, unit=flow.college)
    submit(open_task(case).pk, Actor(case.initiator))
    approve(case, flow.counselor)
    assert open_task(case).node_id == "college_review"


@pytest.mark.parametrize(
    ("setting", "core", "step"),
    [
        ("all_levels", False, "class_review"),
        ("to_returner", False, "college_review"),
        ("to_returner", True, "class_review"),
    ],
)
def test_corrected_case_goes_to_the_returner_or_through_all_levels(flow, setting, core, step):
    case = begun(flow, changed("file", f'qc:resubmit="{setting}"'))
    object.__setattr__(flow_for(KEY), "core_changed", lambda _case, _task: core)
    approve(case, flow.counselor)
    decide(open_task(case).pk, RETURN, Actor(flow.officer))
    submit(open_task(case).pk, Actor(case.initiator))
    assert open_task(case).node_id == step


def test_corrected_case_passes_the_returner_when_nobody_holds_that_level_any_more(flow):
    text = changed("file", 'qc:resubmit="to_returner"')
    case = begun(flow, changed("college_review", 'qc:onEmpty="skip"', text))
    object.__setattr__(flow_for(KEY), "core_changed", lambda _case, _task: False)
    approve(case, flow.counselor)
    decide(open_task(case).pk, RETURN, Actor(flow.officer))
    flow.officer.appointments.all().delete()
    submit(open_task(case).pk, Actor(case.initiator))
    assert open_task(case).node_id == "university_review"
    said = Event.objects.filter(case=case).latest("seq").content
    assert said["skipped"] == [{"node": "college_review", "why": "nobody"}]
    assert said["path"] == ["college_review", "university_review"]


@pytest.mark.parametrize("way", ["return", "jump"])
def test_case_is_not_sent_back_to_a_level_that_nobody_holds(flow, way):
    case = begun(flow, changed("college_review", 'qc:onEmpty="skip"'))
    approve(case, flow.counselor, flow.officer)
    flow.officer.appointments.all().delete()
    by, back = Actor(flow.director), Decision("return", "R01", RETURN.text, target="college_review")
    send = {
        "return": lambda: decide(open_task(case).pk, back, by),
        "jump": lambda: jump(case.pk, "college_review", by, text="请学院再看一次"),
    }
    with translation.override("en"), pytest.raises(Refused, match="Nobody is appointed for “学院审核”"):
        send[way]()
    assert open_task(case).node_id == "university_review"


def test_case_is_returned_to_the_step_before_and_to_any_earlier_one(flow):
    case = begun(flow, REVIEW)
    approve(case, flow.counselor, flow.officer)
    with pytest.raises(BadInput):
        decide(
            open_task(case).pk,
            Decision("return", "R01", RETURN.text, target="university_review"),
            Actor(flow.director),
        )
    decide(
        open_task(case).pk,
        Decision("return", "R01", RETURN.text, target="college_review"),
        Actor(flow.director),
    )
    decide(
        open_task(case).pk, Decision("return", "R01", RETURN.text, target="class_review"), Actor(flow.officer)
    )
    approve(case, flow.counselor, flow.officer, flow.director)
    case.refresh_from_db()
    assert case.state == CaseState.APPROVED


JOINT = REVIEW.replace(
    '<bpmn:userTask id="college_review" name="学院审核" qc:role="college_officer" qc:unit="college" qc:batch="true"/>',
    '<bpmn:userTask id="college_review" name="学院会签" qc:role="college_officer" qc:unit="college">'
    '<bpmn:multiInstanceLoopCharacteristics isSequential="false" qc:collection="members" '
    'qc:complete="ratio" qc:ratio="0.6"/></bpmn:userTask>',
)


@pytest.fixture
def joint(flow):
    """A case that three people of the college decide together, two of three have to agree."""
    flow.voters = [flow.officer] + [
        flow.person(f"v{n}", f"委员{n}", Role.COLLEGE_OFFICER, flow.college) for n in range(2)
    ]
    case = begun(flow, JOINT)
    approve(case, flow.counselor)
    return case


def voice(case, person) -> Task:
    return Task.objects.get(process=case, owner=person, finished=None)


def test_members_vote_and_enough_of_them_let_the_case_go_on(flow, joint):
    first, second, _third = flow.voters
    decide(voice(joint, first).pk, APPROVE, Actor(first))
    decide(voice(joint, second).pk, APPROVE, Actor(second))
    assert open_task(joint).node_id == "university_review"
    assert not Task.objects.filter(process=joint, finished=None, flow_task_type=TaskType.GROUP).exists()


def test_case_comes_back_once_too_many_object(flow, joint):
    first, _second, third = flow.voters
    with pytest.raises(BadInput):
        decide(voice(joint, first).pk, Decision("object"), Actor(first))
    decide(voice(joint, first).pk, OBJECT, Actor(first))
    decide(voice(joint, third).pk, OBJECT, Actor(third))
    joint.refresh_from_db()
    assert (joint.state, open_task(joint).node_id) == (CaseState.RETURNED, "file")
    assert kinds(joint.pk)[-2:] == ["objected", "objected"]


def test_vote_is_taken_back_while_the_count_goes_on_and_not_after(flow, joint):
    first, second, _third = flow.voters
    task = voice(joint, first)
    decide(task.pk, OBJECT, Actor(first))
    take_back(task.pk, Actor(first))
    decide(task.pk, APPROVE, Actor(first))
    decide(voice(joint, second).pk, APPROVE, Actor(second))
    with pytest.raises(Refused):
        take_back(voice_of(joint, second).pk, Actor(second))


def voice_of(case, person) -> Task:
    return Task.objects.filter(process=case, decided_by=person, host__isnull=False).latest("finished")


def test_page_shows_who_voted_what_and_how_many_are_needed(client, flow, joint):
    first, second, _third = flow.voters
    decide(voice(joint, first).pk, APPROVE, Actor(first))
    page = TaskPage(second, task_with_case(voice(joint, second).pk), timezone.now())
    said = {each.person.name: each.outcome for each in page.voices}
    assert said == {first.name: "approve", "委员0": "", "委员1": ""}
    assert (page.agreed, page.needed, bool(page.may_object)) == (1, 2, True)
    client.force_login(second)
    shown = client.get(f"/desk/tasks/{page.task.pk}/").content.decode()
    assert "object-dialog" in shown
    assert "委员1" in shown


def test_joint_decision_is_one_stop_of_the_history_and_says_who_still_has_to_vote(flow, joint):
    first, second, _third = flow.voters
    decide(voice(joint, second).pk, APPROVE, Actor(second))
    page = TaskPage(first, task_with_case(voice(joint, first).pk), timezone.now())
    with translation.override("en"):
        lines = [line for line in page.history if line.state == "current"]
        stops = [line for line in parcel_line(joint, "完") if line.state == "current"]
    for (line,) in (lines, stops):
        assert set(line.who.split(", ")) == {first.name, "委员1"}
        assert line.text == "Still counting: 1 of 3 have voted: 委员0."


def test_parcel_line_names_all_who_decided_together(flow, joint):
    first, second, _third = flow.voters
    for person in (first, second):
        decide(voice(joint, person).pk, APPROVE, Actor(person))
    done = [line.who for line in parcel_line(joint, "完") if line.state == "done"]
    assert set(done[-1].split("、")) == {first.name, second.name}


def test_reviewer_alone_does_not_object(flow):
    case = begun(flow, REVIEW)
    with pytest.raises(Refused):
        decide(open_task(case).pk, OBJECT, Actor(flow.counselor))
