"""The stories of a request: answered, carried out, refused, kept by law, corrected, withdrawn (flows 33)."""

import datetime
import json
from typing import Any

import pytest
import time_machine
from django.conf import settings as configured
from django.utils import timezone, translation

from accounts.access.models import AccessLog, Verb
from accounts.actions import appoint
from accounts.models import User
from accounts.queries import unit_at
from accounts.security.limits import LIMITS, Limit
from approvals.actions import Actor, Decision, take_back
from approvals.filters import Filters
from approvals.queries import inbox
from approvals.queries.cases import operated_cases
from common.errors import BadInput, Refused, TooMany
from common.moments import months_before
from common.verdict import ALLOWED, Verdict
from employers.flows.vetting.tests import kit as vetting_kit
from employers.models import EmployerUser
from messaging.actions import notice
from messaging.models import Notice
from privacy import notices, rules
from privacy.duties import kept_until
from privacy.flows.requests import actions
from privacy.flows.requests.actions import Wish
from privacy.flows.requests.tests import kit
from privacy.models import DataRequest, RequestKind
from privacy.retention.actions import place_hold
from privacy.retention.sweep import sweep_row
from privacy.retention.table import TABLE
from processes.models import Event
from wechat.actions import bind
from wechat.models import Proof

pytestmark = pytest.mark.django_db


def told(user: User) -> list[str]:
    return list(Notice.objects.filter(recipient=user).order_by("id").values_list("kind", flat=True))


@pytest.mark.parametrize("kind", ["access", "restriction", "withdrawal", "explanation"])
def test_answered(kind):
    student = kit.school()
    request = kit.ask(student, kind)
    assert request.state == "in_review"
    assert kit.answer(request, "你的匹配结果按专业和意向得出") == "done"
    assert (kit.case_of(request).state, told(student.user)) == ("approved", ["data_request_done"])
    assert "按专业和意向" in Notice.objects.get(recipient=student.user).body
    assert request.closed_at is not None


def test_answer_is_due_within_15_workdays():
    with time_machine.travel(datetime.datetime(2027, 3, 1, 2, tzinfo=datetime.UTC), tick=False):
        task = kit.task_of(kit.ask(kit.school(), "access"))
        assert timezone.localdate(task.due_at) == datetime.date(2027, 3, 22)


def test_officer_of_the_career_center_gets_it_and_the_director_where_nobody_is_one():
    request = kit.ask(kit.school("career_center_director"), "access")
    assert kit.answer(request, who="career_center_director") == "done"


def test_nobody_answers_their_own_request():
    kit.school()
    officer = User.objects.get(username="university_officer")
    request = kit.ask(officer, "access")
    with pytest.raises(BadInput):
        kit.answer(request)
    assert kit.answer(request, who="career_center_director") == "done"


def test_officer_finds_it_in_the_inbox_and_those_near_the_student_hear_nothing():
    student = kit.school()
    near = User.objects.create_user("near", "近处的老师", "a long pass phrase")
    appoint(near, "university_officer", unit_at(student.unit, "college"))
    request = kit.ask(student, "access")
    assert not operated_cases(near).filter(pk=kit.case_of(request).pk).exists()
    found = inbox(User.objects.get(username="university_officer"), Filters(), timezone.now())
    assert [task.pk for section in found.sections for task in section.tasks] == [kit.task_of(request).pk]
    other = inbox(near, Filters(), timezone.now())
    assert not [task for section in other.sections for task in section.tasks]


def test_request_without_an_answer_is_not_closed():
    request = kit.ask(kit.school(), "access")
    with pytest.raises(BadInput):
        kit.answer(request, "  好 ")
    request.refresh_from_db()
    assert (request.state, request.answer) == ("in_review", "")


def test_answered_twice_keeps_the_first_answer():
    request = kit.ask(kit.school(), "access")
    task = kit.task_of(request)
    kit.answer(request, "第一次的答复")
    actions.answer(task.pk, "第二次的答复", Actor(User.objects.get(username="university_officer")))
    request.refresh_from_db()
    assert request.answer == "第一次的答复"


def test_refused_with_a_reason():
    student = kit.school()
    request = kit.ask(student, "access")
    assert kit.review(request, kit.REJECT) == "rejected"
    assert (request.answer, told(student.user)) == (kit.REJECT.text, ["data_request_rejected"])
    rejected = Event.objects.get(case=kit.case_of(request), kind="rejected")
    assert json.loads(rejected.data)["reason_code"] == "R63"


@pytest.mark.parametrize(
    "lacking", [{"reason_code": "", "text": "不行不行不行"}, {"reason_code": "R62", "text": ""}]
)
def test_refusal_needs_a_reason_of_the_table_and_words(lacking):
    request = kit.ask(kit.school(), "access")
    with pytest.raises(BadInput):
        kit.review(request, Decision("reject", **lacking))


@pytest.mark.parametrize("about", ["record", "destinations", "cases", "files"])
def test_proof_is_not_deleted_for_three_years_and_the_person_learns_until_when(about):
    student = kit.school()
    request = kit.ask(student, "deletion", about)
    assert kit.answer(request) == "restricted"
    assert request.until == datetime.date(student.cohort + 3, 12, 31)
    assert (
        str(request.until) in Notice.objects.get(recipient=student.user, kind="data_request_restricted").body
    )
    student.refresh_from_db()
    assert student.mobile


def test_logs_are_kept_as_long_as_the_table_says():
    request = kit.ask(kit.school(), "deletion", "door")
    assert kit.answer(request) == "restricted"
    assert request.until == timezone.localdate() + datetime.timedelta(days=configured.SIGN_IN_LOG_DAYS)


def test_who_acts_for_an_employer_is_kept_three_years_from_today():
    kit.school()
    vetting_kit.school()
    person = vetting_kit.register().user
    request = kit.ask(person, "deletion", "employer")
    assert kit.answer(request) == "restricted"
    assert request.until == months_before(timezone.localdate(), -36)


@pytest.mark.parametrize("years", [3, 5])
def test_who_left_an_employer_is_told_the_last_day_before_the_sweep_ends_it(settings, years):
    settings.EVIDENCE_YEARS = years
    person, left = (
        vetting_kit.admitted().people.get().user,
        datetime.datetime(2026, 3, 1, 4, tzinfo=datetime.UTC),
    )
    EmployerUser.objects.update(state="ended", live_key=None, decided_at=left, asked_at=left)
    User.objects.filter(pk=person.pk).update(joined_at=left, last_login=left)
    told = kept_until(person, "employer", left)
    assert told == datetime.date(2026 + years, 3, 1)
    nights = [told + datetime.timedelta(days=days) for days in (0, 1)]
    at = [timezone.make_aware(datetime.datetime(night.year, 3, night.day, 3, 15)) for night in nights]
    row = next(row for row in TABLE if row.key == "employer_accounts")
    assert [sweep_row(row, moment).erased for moment in at] == [0, 1]


def test_duty_that_is_over_blocks_nothing():
    student = kit.school()
    over = timezone.make_aware(datetime.datetime(student.cohort + 4, 1, 1, 12))
    assert kept_until(student.user, "destinations", over) is None
    assert kept_until(student.user, "destinations", over - datetime.timedelta(days=1)) is not None


def test_optional_contact_details_are_erased_and_the_needed_phone_stays():
    student = kit.school(qq="12345678", backup_mobile="13900001111", home_phone="0571-88990011")
    mobile = student.mobile
    assert kit.answer(kit.ask(student, "deletion", "contact")) == "done"
    student.refresh_from_db()
    assert (student.qq, student.backup_mobile, student.home_phone) == ("", "", "")
    assert student.mobile == mobile
    line = AccessLog.objects.get(action=Verb.CHANGE, object_id=str(student.pk))
    assert line.user == User.objects.get(username="university_officer")
    assert "qq" in line.detail


def test_return_that_its_officer_takes_back_is_in_review_again():
    request = kit.ask(kit.school(), "access")
    task = kit.task_of(request)
    assert kit.review(request, kit.RETURN) == "returned"
    take_back(task.pk, Actor(User.objects.get(username="university_officer")))
    request.refresh_from_db()
    assert request.state == "in_review"


def test_nothing_is_erased_under_a_legal_hold_that_came_after_the_request():
    student = kit.school(qq="12345678")
    request = kit.ask(student, "deletion", "contact")
    officer = User.objects.get(username="university_officer")
    place_hold(student.user.username, "诉讼 2026-17", officer)
    assert kit.answer(request) == "restricted"
    student.refresh_from_db()
    assert student.qq == "12345678"
    assert "data_request_held" in student.user.notices.values_list("kind", flat=True)


def test_notices_are_deleted_and_the_answer_comes_all_the_same():
    student = kit.school()
    notice(student.user, notices.DONE, answer="旧通知").save()
    assert kit.answer(kit.ask(student, "deletion", "notices")) == "done"
    assert [each.params["answer"] for each in Notice.objects.filter(recipient=student.user)] == [kit.ANSWER]


def test_correction_that_decides_no_papers_is_written_to_the_record():
    student = kit.school()
    request = kit.ask(student, "correction", "record", field="mobile", wanted="13988887777")
    student.refresh_from_db()
    assert student.mobile != "13988887777"
    assert kit.answer(request) == "done"
    student.refresh_from_db()
    assert (student.mobile, student.phone_verified) == ("13988887777", False)


def test_correction_takes_names_of_codes():
    student = kit.school()
    request = kit.ask(student, "correction", "record", field="ethnic_group", wanted="回族")
    kit.answer(request)
    student.refresh_from_db()
    assert student.ethnic_group == "03"


def test_correction_that_cannot_be_read_is_not_asked_for():
    student = kit.school()
    with translation.override("en"), pytest.raises(BadInput, match="cannot be read"):
        kit.ask(student, "correction", "record", field="mobile", wanted="my new one")
    assert not DataRequest.objects.exists()


def test_field_that_decides_papers_is_left_to_the_officer():
    student = kit.school()
    name = student.name
    assert kit.answer(kit.ask(student, "correction", "record", field="name", wanted="张三丰")) == "done"
    student.refresh_from_db()
    assert student.name == name


def test_refused_correction_changes_nothing():
    student = kit.school()
    mobile = student.mobile
    request = kit.ask(student, "correction", "record", field="mobile", wanted="13988887777")
    kit.review(request, kit.REJECT)
    student.refresh_from_db()
    assert student.mobile == mobile


def test_destination_is_corrected_by_filing_again():
    with translation.override("en"), pytest.raises(Refused, match="filing it again") as refused:
        kit.ask(kit.school(), "correction", "destinations")
    assert refused.value.link == "/me/"


def test_wechat_is_unbound_by_its_owner_at_once():
    student = kit.school()
    bind(student.user, "oWeChat", Proof.NAME_ID)
    with pytest.raises(Refused) as refused:
        kit.ask(student, "withdrawal", "wechat")
    assert refused.value.link.startswith("/")


def test_same_thing_is_asked_once_at_a_time_and_again_afterwards():
    student = kit.school()
    first = kit.ask(student, "access")
    with pytest.raises(Refused) as refused:
        kit.ask(student, "access")
    assert str(first.pk) in refused.value.link
    kit.ask(student, "deletion", "notices")
    kit.answer(first)
    assert kit.ask(student, "access").pk != first.pk


def test_returned_and_handed_in_again():
    student = kit.school()
    request = kit.ask(student, "access")
    assert kit.review(request, kit.RETURN) == "returned"
    again = actions.ask_again(request, Wish("access", "我想看老师写的困难说明"), Actor(student.user))
    assert (again.state, again.said) == ("in_review", "我想看老师写的困难说明")
    assert kit.answer(again) == "done"
    assert told(student.user) == ["data_request_returned", "data_request_done"]


def test_withdrawn_and_given_up():
    student = kit.school()
    request = kit.ask(student, "access")
    assert actions.withdraw(request, Actor(student.user))
    request = DataRequest.objects.get(pk=request.pk)
    assert request.state == "draft"
    actions.give_up(request, Actor(student.user))
    request = DataRequest.objects.get(pk=request.pk)
    assert (request.state, request.open_key) == ("cancelled", None)


def test_trail_says_the_kind_and_no_words():
    request = kit.ask(kit.school(), "correction", "record", field="mobile", wanted="13988887777")
    submitted = Event.objects.get(case=kit.case_of(request), kind="submitted")
    assert json.loads(submitted.data)["note"]["kind"] == RequestKind.CORRECTION
    assert "13988887777" not in submitted.data


def test_asking_too_often_has_to_wait(monkeypatch):
    monkeypatch.setitem(LIMITS, "data request", Limit(1, 60))
    student = kit.school()
    kit.ask(student, "access")
    with pytest.raises(TooMany):
        kit.ask(student, "explanation")


def test_pressed_twice_at_once_asks_once(monkeypatch):
    student, seen = kit.school(), []
    kit.ask(student, "access")
    looked = rules.can_ask

    def looked_too_early(*asked: Any) -> Verdict:
        seen.append(asked)
        return ALLOWED if len(seen) == 1 else looked(*asked)

    monkeypatch.setattr(rules, "can_ask", looked_too_early)
    with translation.override("en"), pytest.raises(Refused, match="asked for this already"):
        kit.ask(student, "access")
    assert (len(seen), DataRequest.objects.count()) == (2, 1)
