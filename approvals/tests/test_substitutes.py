"""Who is away, and who decides meanwhile (flows X5, X6)."""

import datetime

import pytest
import time_machine
from django.utils import timezone, translation

from accounts.actions import be_away, end_stand_in
from accounts.models import StandIn, Unit, User
from accounts.organisation.trail import events_of
from accounts.personnel.actions import end_substitute, name_substitute
from accounts.personnel.forms import SubstituteForm
from accounts.personnel.rules import can_stand_in
from accounts.posts import possible_substitutes
from accounts.roles import Role
from approvals.actions import Actor, Decision, claim, decide
from approvals.tests.kit import open_task, submitted
from approvals.tests.test_claiming import shown
from common.errors import Refused
from messaging.models import Notice
from processes.models import Event, Task
from processes.queries import history

APPROVE = Decision("approve")
DAY = datetime.timedelta(days=1)


def fresh(user: User) -> Actor:
    """The person as of a new request."""
    return Actor(User.objects.get(pk=user.pk))


def stand_in(
    role: str, unit: Unit, substitute: User, by: User, ends_on: datetime.date | None = None
) -> StandIn:
    """Name somebody from today on."""
    days = {"starts_on": timezone.localdate(), "ends_on": ends_on}
    return name_substitute(role, unit, substitute, by, reason="人手不足", **days)


@pytest.fixture
def away(flow):
    today = timezone.localdate()
    return be_away(flow.officer, today, today + 3 * DAY, flow.counselor)


def test_substitute_sees_and_decides_and_the_trail_names_both(flow, away):
    task = submitted(flow, "1", "王一")
    decide(task.pk, APPROVE, fresh(flow.second_counselor))
    assert shown(flow.counselor) == ["王一"]
    decide(open_task(task.process_id).pk, APPROVE, fresh(flow.counselor))
    event = Event.objects.filter(case=task.process_id).latest("seq")
    assert (event.actor_id, event.acting_for_id) == (flow.counselor.pk, flow.officer.pk)
    assert history(task.process)[-1].acting_for == flow.officer


def test_substitute_does_what_the_person_had_taken(flow):
    task = submitted(flow, "1", "王一")
    decide(task.pk, APPROVE, fresh(flow.counselor))
    later = open_task(task.process_id)
    claim(later.pk, fresh(flow.officer))
    with pytest.raises(Refused):
        decide(later.pk, APPROVE, fresh(flow.counselor))
    today = timezone.localdate()
    be_away(flow.officer, today, today, flow.counselor)
    assert shown(flow.counselor) == ["王一"]
    decide(later.pk, APPROVE, fresh(flow.counselor))
    assert Task.objects.get(pk=later.pk).decided_by == flow.counselor


def test_substitute_has_nothing_before_the_first_and_after_the_last_day(flow):
    task = submitted(flow, "1", "王一")
    decide(task.pk, APPROVE, fresh(flow.second_counselor))
    today = timezone.localdate()
    absence = be_away(flow.officer, today + DAY, today + 3 * DAY, flow.counselor)
    assert shown(flow.counselor) == []
    absence.starts_on = today - DAY
    absence.save()
    assert shown(flow.counselor) == ["王一"]
    end_stand_in(absence)
    assert shown(flow.counselor) == []


def test_nobody_decides_their_own_case_through_a_substitute_or_as_one(flow, away):
    """The substitute's own case, and the case of whom they stand in for."""
    for number, applicant in enumerate((flow.counselor, flow.officer)):
        task = submitted(flow, f"s{number}")
        decide(task.pk, APPROVE, fresh(flow.second_counselor))
        type(task.process).objects.filter(pk=task.process_id).update(initiator=applicant)
        with pytest.raises(Refused, match=r"own case|本人"):
            decide(open_task(task.process_id).pk, APPROVE, fresh(flow.counselor))


def test_standing_substitute_works_while_nobody_holding_the_role_is_there(flow):
    task = submitted(flow, "1", "王一")
    decide(task.pk, APPROVE, fresh(flow.second_counselor))
    stand_in(Role.COLLEGE_OFFICER, flow.college, flow.counselor, flow.director)
    assert shown(flow.counselor) == []
    second = flow.person("t7", "周老师", Role.COLLEGE_OFFICER, flow.college)
    today = timezone.localdate()
    be_away(flow.officer, today, today, None)
    assert shown(flow.counselor) == []  # the other one is there
    be_away(second, today, today, None)
    assert shown(flow.counselor) == ["王一"]
    decide(open_task(task.process_id).pk, APPROVE, fresh(flow.counselor))
    assert Event.objects.filter(case=task.process_id).latest("seq").acting_for_id in (
        flow.officer.pk,
        second.pk,
    )


def test_standing_substitute_fills_a_vacant_post_in_the_own_name(flow):
    task = submitted(flow, "1", "王一")
    decide(task.pk, APPROVE, fresh(flow.second_counselor))
    stand_in(Role.COLLEGE_OFFICER, flow.college, flow.counselor, flow.director)
    flow.officer.appointments.all().delete()
    assert shown(flow.counselor) == ["王一"]
    decide(open_task(task.process_id).pk, APPROVE, fresh(flow.counselor))
    assert Event.objects.filter(case=task.process_id).latest("seq").acting_for_id is None


@pytest.mark.parametrize(("first", "last"), [(1, 0), (-3, -1), (0, 400)])
def test_days_that_make_no_sense_are_refused(flow, first, last):
    today = timezone.localdate()
    with pytest.raises(Refused):
        be_away(flow.officer, today + first * DAY, today + last * DAY, flow.counselor)


def test_substitute_is_a_colleague_who_decides_tasks_and_days_do_not_overlap(flow, away):
    today = timezone.localdate()
    for substitute in (flow.officer, flow.person("t9", "外人")):
        with pytest.raises(Refused):
            be_away(flow.officer, today + 9 * DAY, today + 10 * DAY, substitute)
    with pytest.raises(Refused):
        be_away(flow.officer, today + 3 * DAY, today + 5 * DAY, flow.counselor)


def test_page_says_that_somebody_is_away_and_takes_it_back(client, flow):
    client.force_login(flow.officer)
    day = timezone.localdate().isoformat()
    answer = {"starts_on": day, "ends_on": day, "substitute": flow.counselor.pk.hex}
    assert client.post("/account/absence/", answer).status_code == 302
    assert client.post("/account/absence/", answer).status_code == 422
    absence = flow.officer.absences.get()
    assert absence.substitute == flow.counselor
    assert client.post(f"/account/absence/{absence.pk}/end/").status_code == 302
    assert not flow.officer.absences.exists()


def test_who_is_appointed_for_another_matter_is_not_offered_as_a_substitute(flow):
    guard = flow.person("t6", "安保", Role.CAMPUS_SECURITY, flow.university)
    other = flow.person("t7", "另一位安保", Role.CAMPUS_SECURITY, flow.university)
    offered = {each.user for each in possible_substitutes(flow.counselor)}
    assert flow.officer in offered
    assert not {guard, other} & offered
    assert other in {each.user for each in possible_substitutes(guard)}


def test_officers_stand_in_for_each_other_and_for_nobody_else(flow):
    one, other = (flow.person(f"t{n}", f"安全员{n}", Role.SECADMIN, flow.university) for n in (6, 7))
    assert {each.user for each in possible_substitutes(one)} == {other}
    assert {one, other}.isdisjoint(each.user for each in possible_substitutes(flow.officer))


def test_no_post_of_an_officer_meets_business_in_one_person(flow):
    """Whoever stood in before taking a seat, and whatever somebody wrote into the table (rules 6.3)."""
    guard = flow.person("t6", "安全员", Role.SECADMIN, flow.university)
    today = timezone.localdate()
    be_away(flow.officer, today, today, guard)
    be_away(guard, today, today, flow.counselor)
    assert [post.role for post in fresh(guard).reach.posts] == [Role.SECADMIN]
    assert fresh(guard).reach.covered == {}
    assert Role.SECADMIN not in [post.role for post in fresh(flow.counselor).reach.posts]
    assert fresh(flow.counselor).reach.covered == {}


def test_officers_do_the_work_of_an_officer_who_is_away(flow):
    one, other = (flow.person(f"t{n}", f"安全员{n}", Role.SECADMIN, flow.university) for n in (6, 7))
    today = timezone.localdate()
    be_away(one, today, today, other)
    assert {post.holder for post in fresh(other).reach.posts} == {None, one}


def test_career_center_names_a_substitute_on_the_page_of_the_unit_and_ends_it(client, flow):
    task = submitted(flow, "1", "王一")
    decide(task.pk, APPROVE, fresh(flow.second_counselor))
    flow.officer.appointments.all().delete()
    client.force_login(flow.director)
    page, form = f"/manage/organisation/{flow.college.pk}/", f"/manage/people/substitutes/{flow.college.pk}/"
    assert form in client.get(page).content.decode()
    assert "陈老师" in client.get(form).content.decode()
    today = timezone.localdate()
    said = {
        "role": Role.COLLEGE_OFFICER.value,
        "person": flow.counselor.pk.hex,
        "starts_on": today.isoformat(),
    }
    said |= {"ends_on": (today + DAY).isoformat()}
    assert client.post(form, said).status_code == 422  # no reason
    assert client.post(form, said | {"reason": "岗位空缺"}).status_code == 302
    assert client.post(form, said | {"reason": "岗位空缺"}).status_code == 422  # twice
    row = StandIn.objects.get()
    assert (row.role, row.unit, row.substitute, row.ends_on) == (
        Role.COLLEGE_OFFICER,
        flow.college,
        flow.counselor,
        today + DAY,
    )
    assert shown(flow.counselor) == ["王一"]
    assert "陈老师" in client.get(page).content.decode()
    assert client.post(f"/manage/people/substitutes/{row.pk}/end/").status_code == 302
    assert shown(flow.counselor) == []
    kinds = [event.kind for event in events_of(flow.counselor)]
    assert kinds == ["substitute_ended", "substitute_named"]
    client.force_login(flow.officer)
    assert client.get(form).status_code == 404


@pytest.mark.parametrize(
    ("role", "who", "allowed"),
    [
        (Role.COLLEGE_OFFICER, Role.COUNSELOR, True),
        (Role.COUNSELOR, Role.COLLEGE_OFFICER, False),  # held for a class, a major or a college
        (Role.DATA_OFFICER, Role.COLLEGE_OFFICER, False),  # decides no tasks
        (Role.VENUE_KEEPER, Role.COUNSELOR, True),
        (Role.UNIVERSITY_OFFICER, Role.VENUE_KEEPER, False),
        (Role.UNIVERSITY_OFFICER, Role.SECADMIN, False),
        (Role.SECADMIN, Role.UNIVERSITY_OFFICER, False),
        (Role.SECADMIN, Role.SECADMIN, True),
    ],
)
def test_who_may_be_named_as_a_substitute(flow, role, who, allowed):
    person = flow.person(
        "t9", "替岗人", who, flow.student_class if who == Role.COUNSELOR else flow.university
    )
    unit = flow.college if role == Role.COLLEGE_OFFICER else flow.university
    today = timezone.localdate()
    assert bool(can_stand_in(person, role, unit, today, None)) == allowed
    assert not can_stand_in(person, role, unit, today, today - DAY)


def test_form_offers_nobody_who_could_not_stand_in(flow):
    """At a college neither officers nor who is appointed for one matter alone."""
    guard = flow.person("t7", "门卫", Role.CAMPUS_SECURITY, flow.university)
    officer = flow.person("t8", "安全员", Role.SECADMIN, flow.university)
    offered = set(dict(SubstituteForm(flow.college).fields["person"].choices))
    assert flow.counselor.pk.hex in offered
    assert offered.isdisjoint({guard.pk.hex, officer.pk.hex})


def told(person: User) -> list[tuple[str, str]]:
    """What *person* was told, in English."""
    with translation.override("en"):
        return sorted((each.title, each.body) for each in Notice.objects.filter(recipient=person))


MONDAY = datetime.date(2027, 6, 7)


@pytest.fixture
def on_monday():
    with time_machine.travel("2027-06-07T09:00:00+08:00", tick=False):
        yield


@pytest.mark.usefixtures("on_monday")
def test_substitute_hears_for_whom_in_which_posts_and_from_when_to_when(flow):
    be_away(flow.officer, MONDAY, MONDAY + 3 * DAY, flow.counselor)
    said = (
        "You stand in for 李老师",
        "You see and decide what waits for them, 7 June 2027 – 10 June 2027. "
        "Their posts: College employment officer (软件学院).",
    )
    assert told(flow.counselor) == [said]
    assert Notice.objects.get().url == "/account/absence/"
    with translation.override("zh-hans"):
        assert Notice.objects.get().title == "请您代办李老师的事项"
    assert told(flow.officer) == []


@pytest.mark.usefixtures("on_monday")
def test_substitute_for_one_day_hears_of_that_day(flow):
    be_away(flow.officer, MONDAY, MONDAY, flow.counselor)
    ((_title, body),) = told(flow.counselor)
    assert body.startswith("You see and decide what waits for them, 7 June 2027. ")


@pytest.mark.usefixtures("on_monday")
def test_absence_without_a_substitute_is_told_to_nobody(flow):
    end_stand_in(be_away(flow.officer, MONDAY, MONDAY, None))
    assert Notice.objects.count() == 0


@pytest.mark.usefixtures("on_monday")
def test_substitute_of_a_role_hears_of_it_and_why(flow):
    row = stand_in(Role.COLLEGE_OFFICER, flow.college, flow.counselor, flow.director)
    end_substitute(row, flow.director)
    days = "from 7 June 2027 on"
    why = f"You see and decide what waits there while nobody who holds the role is at work, {days}. 人手不足"
    assert told(flow.counselor) == [
        (
            "You no longer stand in for College employment officer (软件学院)",
            f"It was to be: {days}. Others decide what waits there.",
        ),
        ("You stand in for College employment officer (软件学院)", why),
    ]


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.usefixtures("on_monday")
def test_substitute_hears_that_it_ended_early_or_was_called_off(flow, first):
    row = be_away(flow.officer, MONDAY + first * DAY, MONDAY + 3 * DAY, flow.counselor)
    end_stand_in(row)
    assert told(flow.counselor)[0][0] == "You no longer stand in for 李老师"
