"""The story of a talk: held, venue refused, another time, silence, visitors, returned, withdrawn, called off."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from approvals.actions import jump, take_back
from approvals.queries import people_around
from common.errors import BadInput, Refused, Stale
from employers import actions as gate
from employers.models import EmployerUser
from messaging.models import Notice
from processes.audit.verify import verify_trail
from processes.engine.jobs import sweep
from processes.models import Case, CaseState, Event
from processes.queries import history
from processes.registry import FlowRegistration
from talks.flows.talk import actions
from talks.flows.talk.tests import kit
from talks.models import Blackout, Booking, CalledOffBy, Talk, TalkState

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


def notices(user: User) -> list[str]:
    rows = Notice.objects.filter(recipient=user, kind__startswith="talk_").order_by("created_at")
    return list(rows.values_list("kind", flat=True))


def state(talk: Talk) -> tuple[str, str]:
    talk = kit.fresh(talk)
    return talk.state, talk.booking


def test_talk_is_asked_for_allocated_cleared_confirmed_and_held():
    venue = kit.venue()
    talk = kit.submit()
    assert state(talk) == (TalkState.APPLIED, Booking.NONE)
    kit.decide_step(talk, "review")
    assert kit.steps(talk) == ["choose"]
    kit.allocate(talk, venue)
    assert (state(talk), kit.steps(talk)) == ((TalkState.APPLIED, Booking.HELD), ["venue"])
    kit.decide_step(talk, "venue")
    assert (state(talk), kit.steps(talk)) == ((TalkState.OFFERED, Booking.HELD), ["confirm"])
    kit.reply(talk, "confirm")
    assert (state(talk), kit.steps(talk)) == ((TalkState.PUBLISHED, Booking.CONFIRMED), [])
    assert kit.case_of(talk).state == CaseState.IN_REVIEW
    sweep(kit.slot().ends_at + HOUR)
    assert state(talk) == (TalkState.HELD, Booking.CONFIRMED)
    assert kit.case_of(talk).state == CaseState.APPROVED
    assert notices(kit.applicant(talk)) == ["talk_offered", "talk_published"]
    assert verify_trail().fault is None


def test_moment_of_submission_is_not_the_one_of_the_confirmation():
    talk = kit.offered()
    before = kit.case_of(talk).submitted_at
    kit.reply(talk, "confirm", now=timezone.now() + HOUR)
    assert kit.case_of(talk).submitted_at == before


def test_hold_lasts_two_workdays_and_48_hours_anew_when_the_employer_is_asked():
    now, venue = _next_friday_noon(), kit.venue()
    talk = kit.submit()
    kit.decide_step(talk, "review")
    tuesday = now + 4 * 24 * HOUR
    assert kit.allocate(talk, venue, now=now).held_until == tuesday
    kit.decide_step(talk, "venue", now=now + 20 * HOUR)
    assert kit.fresh(talk).held_until == now + 68 * HOUR


def _next_friday_noon() -> datetime.datetime:
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    return noon + datetime.timedelta(days=(4 - noon.weekday()) % 7)


def test_refused_venue_goes_back_to_the_officer_and_is_free_at_once():
    venue, other = kit.venue(), kit.venue("教一 101")
    talk = kit.submit(visitors=30)
    kit.decide_step(talk, "review")
    kit.allocate(talk, venue)
    assert kit.steps(talk) == ["security", "venue"]
    kit.decide_step(talk, "venue", kit.REFUSE_VENUE)
    assert (state(talk), kit.steps(talk)) == ((TalkState.APPLIED, Booking.NONE), ["choose"])
    assert notices(kit.applicant(talk)) == []
    kit.allocate(talk, other)
    assert kit.steps(talk) == ["security", "venue"]
    for step in ("security", "venue"):
        kit.decide_step(talk, step)
    kit.reply(talk, "confirm")
    talk = kit.fresh(talk)
    assert (talk.state, talk.venue) == (TalkState.PUBLISHED, other)
    assert verify_trail().fault is None


@pytest.mark.parametrize(("visitors", "waiting"), [(10, ["venue"]), (11, ["security", "venue"])])
def test_security_is_asked_when_many_come_from_outside(visitors, waiting):
    talk = kit.submit(visitors=visitors)
    kit.decide_step(talk, "review")
    kit.allocate(talk, kit.venue())
    assert kit.steps(talk) == waiting
    kit.decide_step(talk, waiting[0])
    assert kit.steps(talk) == (waiting[1:] or ["confirm"])


def test_employer_asks_for_another_time_twice_and_not_again():
    talk, venue = kit.offered(), kit.venue("教一 101")
    for number, start in ((1, 9), (2, 19)):
        kit.reply(talk, "change", "那天下午有面试，上午或晚上可以吗")
        assert (state(talk), kit.steps(talk)) == ((TalkState.APPLIED, Booking.NONE), ["choose"])
        assert kit.fresh(talk).rounds == number
        kit.allocate(talk, venue, kit.slot(start=start, end=start + 2))
        kit.decide_step(talk, "venue")
    with pytest.raises(Refused, match="两次"):
        kit.reply(talk, "change", "还是想换一个时间")
    kit.reply(talk, "confirm")
    assert state(talk) == (TalkState.PUBLISHED, Booking.CONFIRMED)
    officer = kit.reviewer(Role.TALK_OFFICER)
    assert notices(officer) == ["talk_change_asked", "talk_change_asked"]


def test_another_time_takes_words():
    talk = kit.offered()
    with pytest.raises(BadInput):
        kit.reply(talk, "change", "改")
    assert state(talk) == (TalkState.OFFERED, Booking.HELD)


def test_silence_is_reminded_of_after_a_day_and_expires_after_two():
    now = timezone.now()
    talk = kit.offered()
    sweep(now + 23 * HOUR)
    assert notices(kit.applicant(talk)) == ["talk_offered"]
    sweep(now + 25 * HOUR)
    assert notices(kit.applicant(talk)) == ["talk_offered", "talk_reminder"]
    sweep(now + 47 * HOUR)
    assert state(talk) == (TalkState.OFFERED, Booking.HELD)
    sweep(now + 49 * HOUR)
    assert state(talk) == (TalkState.EXPIRED, Booking.NONE)
    assert (kit.case_of(talk).state, kit.steps(talk)) == (CaseState.CANCELLED, [])
    assert notices(kit.applicant(talk)) == ["talk_offered", "talk_reminder", "talk_expired"]
    assert notices(kit.reviewer(Role.TALK_OFFICER)) == ["talk_expired_officer"]
    with pytest.raises(Refused, match="重新申请"):
        kit.reply(talk, "confirm")
    assert verify_trail().fault is None


def test_declined_talk_is_over_and_the_officer_is_told():
    talk = kit.offered()
    kit.reply(talk, "decline")
    assert state(talk) == (TalkState.DECLINED, Booking.NONE)
    assert kit.case_of(talk).state == CaseState.CANCELLED
    assert notices(kit.reviewer(Role.TALK_OFFICER)) == ["talk_declined_officer"]


def test_returned_application_is_corrected_and_granted():
    talk = kit.submit()
    kit.decide_step(talk, "review", kit.RETURN)
    assert state(talk)[0] == TalkState.RETURNED
    actions.save_answers(kit.fresh(talk), {"jobs": "测试工程师 5 人 杭州"}, kit.by(kit.applicant(talk)))
    kit.hand_in(talk)
    assert (kit.fresh(talk).jobs, kit.steps(talk)) == ("测试工程师 5 人 杭州", ["review"])
    kit.decide_step(talk, "review")
    assert kit.steps(talk) == ["choose"]


def test_talk_returned_from_a_clearance_to_the_employer_loses_its_venue():
    talk = kit.submit()
    kit.decide_step(talk, "review")
    kit.allocate(talk, kit.venue())
    kit.decide_step(talk, "venue", kit.RETURN)
    assert (state(talk), kit.steps(talk)) == ((TalkState.RETURNED, Booking.NONE), ["apply"])


def test_rejected_talk_is_over():
    talk = kit.submit()
    kit.decide_step(talk, "review", kit.REJECT)
    assert (state(talk)[0], kit.case_of(talk).state) == (TalkState.REJECTED, CaseState.REJECTED)


def test_withdrawn_talk_is_a_draft_again_and_its_venue_free():
    talk = kit.submit()
    kit.decide_step(talk, "review")
    kit.allocate(talk, kit.venue())
    actions.withdraw_talk(kit.fresh(talk), kit.by(kit.applicant(talk)))
    assert (state(talk), kit.steps(talk)) == ((TalkState.DRAFT, Booking.NONE), ["apply"])
    assert kit.hand_in(talk).state == TalkState.APPLIED


def test_offered_or_published_talk_is_not_withdrawn():
    talk = kit.offered()
    for _each in range(2):
        with pytest.raises(Refused):
            actions.withdraw_talk(kit.fresh(talk), kit.by(kit.applicant(talk)))
        if state(talk)[0] == TalkState.OFFERED:
            kit.reply(talk, "confirm")


def test_who_left_the_employer_answers_no_more_for_it():
    talk = kit.offered()
    person = kit.applicant(talk)
    membership = EmployerUser.objects.get(user=person)
    membership.end(timezone.now())
    membership.save()
    with pytest.raises(Refused):
        kit.reply(talk, "confirm")
    assert state(talk)[0] == TalkState.OFFERED


def test_draft_given_up_is_over():
    talk = kit.begin()
    actions.discard_talk(talk, kit.by(kit.applicant(talk)))
    assert state(talk)[0] == TalkState.CANCELLED


@pytest.mark.parametrize(("before", "marked"), [(50, True), (80, False)])
def test_employer_that_calls_off_late_is_marked_and_the_next_officer_sees_it(before, marked):
    talk = kit.published()
    now = kit.slot().starts_at - before * HOUR
    actions.call_off(kit.fresh(talk), kit.by(kit.applicant(talk)), "公司临时调整安排", now=now)
    talk = kit.fresh(talk)
    assert (talk.state, talk.booking, talk.is_marked) == (TalkState.CALLED_OFF, Booking.NONE, marked)
    assert talk.called_off_by == CalledOffBy.EMPLOYER
    assert kit.case_of(talk).state == CaseState.CANCELLED
    assert notices(kit.reviewer(Role.TALK_OFFICER)) == ["talk_called_off_officer"]
    later = kit.slot(kit.monday(5))
    again = kit.submit(talk.employer, **kit.wishes(later))
    assert ("marks" in [hint["kind"] for hint in kit.fresh(again).hints]) is marked
    assert verify_trail().fault is None


def test_school_calls_off_and_the_employer_is_told_without_a_mark():
    talk = kit.published()
    now = kit.slot().starts_at - HOUR
    actions.call_off(kit.fresh(talk), kit.by(kit.reviewer(Role.TALK_OFFICER)), "场馆停电检修", now=now)
    talk = kit.fresh(talk)
    assert (talk.state, talk.is_marked, talk.called_off_by) == (TalkState.CALLED_OFF, False, "school")
    assert notices(kit.applicant(talk))[-1] == "talk_called_off"
    sweep(kit.slot().ends_at + HOUR)
    assert state(talk)[0] == TalkState.CALLED_OFF


def test_hold_is_looked_at_again_before_the_employer_is_asked():
    venue, talk = kit.venue(), kit.submit()
    kit.decide_step(talk, "review")
    kit.allocate(talk, venue)
    Blackout.objects.create(first_day=kit.monday(), last_day=kit.monday(), reason="期末考试")
    with pytest.raises(Refused, match="期末考试"):
        kit.decide_step(talk, "venue")
    assert kit.steps(talk) == ["venue"]
    kit.decide_step(talk, "venue", kit.REFUSE_VENUE)
    assert kit.steps(talk) == ["choose"]


def test_employer_that_confirms_too_late_does_not_hear_who_has_the_venue():
    venue = kit.venue()
    talk = kit.offered(where=venue)
    Talk.objects.filter(pk=talk.pk).update(held_until=timezone.now() - HOUR)  # the sweep is late
    kit.offered(where=venue, title="上海陌生公司专场")
    with pytest.raises(Refused) as refusal:
        kit.reply(talk, "confirm")
    assert "上海陌生公司专场" not in str(refusal.value)
    assert refusal.value.link == reverse("talks:own", args=[talk.pk])
    assert (kit.steps(talk), kit.fresh(talk).state) == (["confirm"], TalkState.OFFERED)


def test_refusal_of_a_venue_stands_because_the_other_path_ended_with_it():
    talk = kit.submit()
    kit.decide_step(talk, "review")
    kit.allocate(talk, kit.venue())
    task = kit.task(talk, "venue")
    kit.decide_step(talk, "venue", kit.REFUSE_VENUE)
    with pytest.raises(Refused):
        take_back(task.pk, kit.by(kit.reviewer(Role.VENUE_KEEPER)))
    assert (state(talk), kit.steps(talk)) == ((TalkState.APPLIED, Booking.NONE), ["choose"])


def test_operator_moves_a_published_talk_back_to_the_allocation():
    talk = kit.published()
    operator = kit.by(kit.reviewer(Role.UNIVERSITY_OFFICER))
    jump(kit.case_of(talk).pk, "choose", operator, text="单位电话要求换场地")
    assert (state(talk), kit.steps(talk)) == ((TalkState.APPLIED, Booking.NONE), ["choose"])


def test_second_click_with_another_venue_is_too_late_and_changes_nothing():
    venue, other, talk = kit.venue(), kit.venue("教一 101"), kit.submit()
    kit.decide_step(talk, "review")
    task, officer = kit.task(talk, "choose"), kit.by(kit.reviewer(Role.TALK_OFFICER))
    actions.allocate(task.pk, venue, kit.slot(), officer)
    assert actions.allocate(task.pk, venue, kit.slot(), officer).outcome == "approve"
    with pytest.raises(Stale):
        actions.allocate(task.pk, other, kit.slot(), officer)
    with pytest.raises(Stale):
        actions.allocate(task.pk, venue, kit.slot(start=9, end=10), officer)
    assert (kit.fresh(talk).venue, kit.fresh(talk).slot) == (venue, kit.slot())


def _move(talk: Talk, step: str) -> None:
    operator = kit.by(kit.reviewer(Role.UNIVERSITY_OFFICER))
    jump(kit.case_of(talk).pk, step, operator, text="单位电话要求重新安排")


@pytest.mark.parametrize("make", [kit.offered, kit.published])
@pytest.mark.parametrize(
    ("step", "found"),
    [
        ("apply", (TalkState.RETURNED, Booking.NONE)),
        ("review", (TalkState.APPLIED, Booking.NONE)),
        ("confirm", (TalkState.OFFERED, Booking.HELD)),
    ],
)
def test_talk_that_an_operator_moves_is_what_its_step_says(make, step, found):
    talk = make()
    _move(talk, step)
    assert (state(talk), kit.steps(talk)) == (found, [step])


@pytest.mark.parametrize("applicant_left", [True, False])
def test_owner_goes_on_with_the_talk_of_a_colleague(applicant_left):
    """One left, or is only away; the answer that the school waits for is given by another."""
    employer = kit.employer()
    owner, colleague = kit.person(employer), kit.colleague(employer)
    talk = kit.offered(employer, by=colleague.user)
    with pytest.raises(Refused):
        actions.reply(kit.fresh(talk), kit.by(owner), "confirm")
    if applicant_left:
        assert gate.remove_person(colleague, owner, ip="203.0.113.9") == 1
    else:
        own = employer.people.get(user=owner)
        gate.hand_over(kit.case_of(talk), employer, str(own.pk), kit.by(owner), text="郑同事休假两周")
    case = kit.case_of(talk)
    assert (case.initiator, kit.task(talk, "confirm").owner) == (owner, owner)
    event = Event.objects.filter(case=case).latest("seq")
    assert (event.kind, event.actor_id, event.ip) == (
        "handed_over",
        owner.pk,
        "203.0.113.9" if applicant_left else kit.by(owner).ip,
    )
    assert event.content["people"] == [owner.pk.hex]
    assert "郑同事" in event.content["text"]
    assert state(kit.reply(talk, "confirm")) == (TalkState.PUBLISHED, Booking.CONFIRMED)
    assert verify_trail().fault is None


def test_colleague_who_gets_a_talk_hears_of_it_and_the_applicant_is_out():
    employer = kit.employer()
    owner, colleague = kit.person(employer), kit.colleague(employer)
    talk = kit.begin(employer)
    case, by = kit.case_of(talk), kit.by(owner)
    gate.hand_over(case, employer, str(colleague.pk), by, text="我下周起休假")
    note = Notice.objects.get(recipient=colleague.user, kind="case_handed_over")
    assert note.params == {"case": case.title, "person": owner.name, "text": "我下周起休假"}
    with pytest.raises(Refused):
        actions.save_answers(kit.fresh(talk), kit.ANSWERS, kit.by(kit.person(employer)))
    assert state(kit.hand_in(talk)) == (TalkState.APPLIED, Booking.NONE)
    assert kit.applicant(talk) == colleague.user


def test_who_took_the_talk_over_is_asked_whatever_comes_later():
    employer = kit.employer()
    colleague, talk = kit.colleague(employer), kit.submit(employer)
    owner = kit.by(kit.person(employer))
    gate.hand_over(kit.case_of(talk), employer, str(colleague.pk), owner, text="我下周起休假")
    kit.decide_step(talk, "review")
    kit.allocate(talk, kit.venue())
    for step in kit.steps(talk):
        kit.decide_step(talk, step)
    assert kit.task(talk, "confirm").owner == colleague.user


@pytest.mark.parametrize(
    ("who", "to", "why", "error"),
    [
        ("member", "member", "我来接手这个宣讲会", Refused),
        ("stranger", "member", "我来接手这个宣讲会", Refused),
        ("officer", "member", "我来接手这个宣讲会", Refused),
        ("owner", "asking", "请郑同事接手", BadInput),
        ("owner", "stranger", "请郑同事接手", BadInput),
        ("owner", "owner", "请郑同事接手", BadInput),
        ("owner", "nonsense", "请郑同事接手", BadInput),
        ("owner", "member", "", BadInput),
    ],
)
def test_talk_is_handed_over_inside_the_employer_alone_and_with_a_reason(who, to, why, error):
    employer = kit.employer()
    other = kit.employer("上海陌生贸易有限公司")
    owner = kit.person(employer)
    asking = gate.ask_to_join(employer.uscc, kit.vetting.person("吴等待"), None)
    people = {
        "owner": employer.people.get(user=owner),
        "member": kit.colleague(employer),
        "stranger": other.people.get(user=kit.person(other)),
        "asking": asking,
    }
    by = kit.reviewer(Role.TALK_OFFICER) if who == "officer" else people[who].user
    key = str(people[to].pk) if to in people else "nonsense"
    case = kit.case_of(kit.begin(employer))
    with pytest.raises(error):
        gate.hand_over(case, employer, key, kit.by(by), text=why)
    assert Case.objects.get(pk=case.pk).initiator == owner


def test_talk_that_is_over_is_not_handed_over():
    employer = kit.employer()
    colleague, talk = kit.colleague(employer), kit.begin(employer)
    actions.discard_talk(talk, kit.by(kit.person(employer)))
    with pytest.raises(Refused):
        gate.hand_over(
            kit.case_of(talk), employer, str(colleague.pk), kit.by(kit.person(employer)), text="请郑同事接手"
        )


def test_case_of_the_same_person_that_is_not_the_employers_stays(monkeypatch):
    """A student's own filing does not go to the owner of the firm for which they acted."""
    employer = kit.employer()
    colleague, own = kit.colleague(employer), kit.person(employer)
    talk = kit.begin(employer, by=colleague.user)
    monkeypatch.setattr(
        "employers.queries.flow_for", lambda _key: FlowRegistration("own", "", "", describe=str)
    )
    assert gate.remove_person(colleague, own) == 0
    assert kit.applicant(talk) == colleague.user


def test_withdrawn_talk_that_an_operator_moves_to_the_review_goes_its_way():
    talk = kit.submit()
    actions.withdraw_talk(talk, kit.by(kit.applicant(talk)))
    _move(talk, "review")
    assert state(talk) == (TalkState.APPLIED, Booking.NONE)
    kit.decide_step(talk, "review")
    kit.allocate(talk, kit.venue())
    kit.decide_step(talk, "venue")
    kit.reply(talk, "confirm")
    assert state(talk) == (TalkState.PUBLISHED, Booking.CONFIRMED)


def test_who_clears_a_talk_may_be_asked_about_it_and_who_vets_employers_may_not():
    talk = kit.submit()
    around = people_around(kit.case_of(talk), kit.reviewer(Role.TALK_OFFICER))
    assert {each.role for each in around} == {Role.VENUE_KEEPER, Role.CAMPUS_SECURITY}


def test_trail_tells_who_did_what():
    talk = kit.published()
    kinds = [step.kind for step in history(kit.case_of(talk))]
    assert kinds == ["started", "submitted", "approved", "approved", "approved", "submitted"]
