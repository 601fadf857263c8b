"""Who is away, and who decides meanwhile (flows X5, X6)."""

import datetime

import pytest
from django.utils import timezone

from accounts.actions import be_away, come_back, name_substitute
from accounts.models import User
from accounts.posts import possible_substitutes
from accounts.roles import Role
from approvals.actions import Actor, Decision, claim, decide
from approvals.tests.kit import open_task, submitted
from approvals.tests.test_claiming import shown
from common.errors import Refused
from processes.models import Event, Task
from processes.queries import history

APPROVE = Decision("approve")
DAY = datetime.timedelta(days=1)


def fresh(user: User) -> Actor:
    """The person as of a new request."""
    return Actor(User.objects.get(pk=user.pk))


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
    come_back(absence)
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
    name_substitute(Role.COLLEGE_OFFICER, flow.college, flow.counselor, flow.director)
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
    name_substitute(Role.COLLEGE_OFFICER, flow.college, flow.counselor, flow.director)
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
