"""Binding a WeChat on the phone, page by page, against a WeChat over HTTP (flows 12)."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import appoint
from accounts.consents.models import Consent
from accounts.models import SignInFailures, User
from accounts.queries import university
from accounts.security import limits, places
from accounts.tests.rights_kit import hold
from destinations.tests.kit import make_class, make_student
from processes.actions import load_definitions
from processes.queries import cases_on
from students import actions, notices
from students.models import RebindRequest, Student
from wechat.actions import bind
from wechat.models import Binding, BindingEvent, Letter, LetterState, Proof
from wechat.queries import binding_of
from wechat.tasks import sweep
from wechat.tests.kit import ENGLISH, Hand, hand

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
PASSWORD = "a new pass phrase 7"


def claim(student: Student, **changes: str) -> dict[str, str]:
    return {"student_no": student.student_no, "name": student.name, "id_end": student.id_no[-4:]} | changes


def unused(student: Student) -> Student:
    """As an import leaves it: no password yet."""
    student.user.set_unusable_password()
    student.user.must_change_password = True
    student.user.save()
    return student


def prove(one: Hand, student: Student, **changes: str):
    one.open(reverse("wechat:enter"))
    return one.browser.post(reverse("students:bind"), claim(student, **changes))


def finish(one: Hand, **more: str):
    return one.browser.post(reverse("students:bind_finish"), {"agreed": "on"} | more)


def bound(one: Hand, student: Student) -> Student:
    prove(one, student)
    assert finish(one).status_code == 302
    return student


# --- the first binding ---


def test_first_visit_binds_and_later_ones_ask_nothing(wechat):
    one, student = hand(wechat), make_student()
    page = one.open(reverse("students:record"))
    assert page.request["PATH_INFO"] == reverse("students:bind")
    sent = one.browser.post(page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"], claim(student))
    answer = one.browser.post(sent["Location"], {"agreed": "on"})
    assert answer["Location"] == reverse("students:record")
    binding = Binding.objects.get()
    assert (binding.user, binding.openid, binding.proof) == (student.user, one.openid, Proof.NAME_ID)
    assert (Consent.objects.get().purpose, BindingEvent.objects.get().kind) == ("wechat_binding", "bound")
    later = hand(wechat).open(reverse("students:record"))
    assert (later.status_code, later.wsgi_request.user) == (200, student.user)


def test_account_without_a_password_of_its_own_gets_one(wechat):
    one, student = hand(wechat), unused(make_student())
    prove(one, student)
    assert finish(one).status_code == 422
    assert finish(one, new_password1=PASSWORD, new_password2="another").status_code == 422
    assert not Binding.objects.exists()
    assert finish(one, new_password1=PASSWORD, new_password2=PASSWORD).status_code == 302
    user = User.objects.get(pk=student.user_id)
    assert (user.check_password(PASSWORD), user.must_change_password) == (True, False)
    assert one.open(reverse("students:record")).status_code == 200


def test_weak_first_password_is_refused_with_words(wechat):
    one, student = hand(wechat), unused(make_student())
    prove(one, student)
    answer = finish(one, new_password1="12345", new_password2="12345")
    assert (answer.status_code, Binding.objects.count()) == (422, 0)


def test_nothing_is_bound_without_consent(wechat):
    one, student = hand(wechat), make_student()
    prove(one, student)
    answer = one.browser.post(reverse("students:bind_finish"), {})
    assert (answer.status_code, Binding.objects.count(), Consent.objects.count()) == (422, 0, 0)


@pytest.mark.parametrize("wrong", [{"name": "别人"}, {"id_end": "0000"}, {"student_no": "20990101"}])
def test_wrong_claim_is_refused_in_the_same_words_whatever_is_wrong(wechat, wrong):
    one, student = hand(wechat), make_student()
    answer = prove(one, student, **wrong)
    assert answer.status_code == 422
    assert (
        answer.context["problem"]
        == "This does not match the school's records. Look at your student card and try again."
    )
    assert one.browser.get(reverse("students:bind_finish")).status_code == 302
    assert SignInFailures.objects.count() == 2


@pytest.mark.parametrize(
    ("known", "typed"),
    [("阿依·古丽", "阿依•古丽"), ("王 晓雨", "王晓雨"), ("买买提·吐尔逊", "买买提.吐尔逊")],
)
def test_name_is_known_however_its_dot_and_blanks_are_typed(wechat, known, typed):
    assert prove(hand(wechat), make_student(known), name=typed).status_code == 302


def test_end_of_the_identity_number_is_asked_for_only_where_the_school_wants_it(wechat, settings):
    settings.WECHAT_PROOF = "name"
    one, student = hand(wechat), make_student()
    page = one.open(reverse("students:bind"))
    assert list(page.context["form"].fields) == ["student_no", "name"]
    assert prove(one, student, id_end="").status_code == 302
    finish(one)
    assert Binding.objects.get().proof == Proof.NAME


def test_without_proof_an_account_in_use_takes_its_password(wechat, settings):
    settings.WECHAT_PROOF = "none"
    one, student = hand(wechat), make_student()
    User.objects.update(last_login=timezone.now())
    assert prove(one, student, password="wrong").status_code == 422
    assert prove(one, student, password="a long pass phrase").status_code == 302
    finish(one)
    assert Binding.objects.get().proof == Proof.PASSWORD


def test_without_proof_an_unused_account_is_taken_by_its_number(wechat, settings):
    settings.WECHAT_PROOF = "none"
    one, student = hand(wechat), unused(make_student())
    assert prove(one, student).status_code == 302
    assert finish(one, new_password1=PASSWORD, new_password2=PASSWORD).status_code == 302


# --- guessing ---


def test_after_two_wrong_claims_a_sum_is_asked_and_after_five_15_minutes_pass(wechat):
    one, student = hand(wechat), make_student()
    for _try in range(2):
        assert "answer" not in one.open(reverse("students:bind")).context["form"].fields
        prove(one, student, name="别人")
    assert prove(one, student).status_code == 422
    for _try in range(3):
        assert prove(one, student, name="别人", answer=str(sum_asked(one))).status_code == 422
    locked = prove(one, student, answer=str(sum_asked(one)))
    assert locked.context["problem"] == "Too many wrong tries. Wait 15 minutes, or ask your counselor."
    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1)):
        assert prove(one, student, answer=str(sum_asked(one))).status_code == 302


def sum_asked(one: Hand) -> int:
    return sum(
        map(int, re.findall(r"\d+", one.open(reverse("students:bind")).context["form"]["answer"].label))
    )


def test_wrong_sum_is_said_and_counts_as_no_claim(wechat):
    one, student = hand(wechat), make_student()
    for _try in range(2):
        prove(one, student, name="别人")
    answer = prove(one, student, answer=str(sum_asked(one) + 1))
    assert answer.context["form"].errors["answer"] == ["That is not the sum. Please count again."]
    assert max(SignInFailures.objects.values_list("count", flat=True)) == 2


def test_one_number_is_not_guessed_from_many_phones(wechat):
    student = make_student()
    for number in range(20):
        with pytest.raises(Exception, match="does not match"):
            actions.prove(actions.Claim(student.student_no, "别人", "1234"), f"o{number}")
    with pytest.raises(Exception, match="tried too often"):
        actions.prove(actions.Claim(student.student_no, student.name, student.id_no[-4:]), "oOwn")


def test_address_that_guesses_with_many_phones_waits_and_a_network_of_the_school_goes_on(wechat, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "binding", limits.Limit(3, 60))
    student = make_student()
    for number in (1, 2, 3):
        prove(hand(wechat, number), make_student(f"学生{number}"), name="别人")
    late = prove(hand(wechat, 4), student)
    assert late.context["problem"].startswith("Too many tries in a row")
    places.add_network("校园网", "127.0.0.0/8")
    answer = prove(hand(wechat, 4), student)
    places.forget()
    assert answer.status_code == 302


def test_right_claims_are_not_counted(wechat, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "binding", limits.Limit(1, 60))
    for number in (1, 2, 3):
        assert prove(hand(wechat, number), make_student(f"学生{number}")).status_code == 302


def test_proof_of_one_phone_is_none_of_another_and_ends_after_ten_minutes(wechat):
    one, student = hand(wechat), make_student()
    prove(one, student)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert finish(one)["Location"].startswith(reverse("students:bind"))
    prove(one, student)
    two = hand(wechat, 2)
    two.browser.cookies = one.browser.cookies
    two.open(reverse("wechat:enter"))
    assert finish(two)["Location"].startswith(reverse("students:bind"))
    assert not Binding.objects.exists()


# --- one WeChat, one account ---


def test_phone_that_opens_another_account_is_not_bound_twice(wechat):
    one = hand(wechat)
    bound(one, make_student())
    other = make_student("李明")
    with pytest.raises(Exception, match="opens another account already"):
        bind(other.user, one.openid, Proof.NAME_ID)


def test_account_bound_elsewhere_is_a_matter_for_the_counselor(wechat):
    load_definitions()
    old, new, student = hand(wechat), hand(wechat, 2), make_student()
    appoint(User.objects.create_user("counselor", "陈老师", "a long pass phrase"), "counselor", student.unit)
    old.phone.follows = True
    old.phone.allow((5, 600), wechat.account.clock())
    bound(old, student)
    prove(new, student)
    assert "students/bind/other.html" in [
        each.name for each in new.open(reverse("students:bind_finish")).templates
    ]
    assert finish(new).status_code == 422
    assert finish(new, reason="换了新手机").status_code == 302
    case = cases_on(RebindRequest.objects.get())[0]
    assert (case.state, binding_of(student.user).openid) == ("in_review", old.openid)
    assert "students/bind/asked.html" in [each.name for each in new.open(reverse("students:bind")).templates]
    sweep()
    assert len(old.phone.messages) == 1
    assert Letter.objects.get().state == LetterState.SENT


# --- the end of a binding ---


def test_silent_sign_in_ends_with_the_binding(wechat):
    one, student = hand(wechat), bound(hand(wechat), make_student())
    one.open(reverse("students:record"))
    one.browser.post(reverse("wechat:unbind"))
    assert (binding_of(student.user), BindingEvent.objects.latest("id").kind) == (None, "unbound")
    page = hand(wechat).open(reverse("students:record"))
    assert page.request["PATH_INFO"] == reverse("students:bind")


def test_staff_in_scope_unbind_with_a_reason_and_the_student_is_told(wechat):
    one, student = hand(wechat), make_student()
    bound(one, student)
    counselor = User.objects.create_user("counselor", "陈老师", "a long pass phrase")
    appoint(counselor, "counselor", student.unit)
    browser, url = Client(headers=ENGLISH), reverse("students:release", args=[student.pk])
    browser.force_login(counselor)
    assert browser.get(reverse("students:detail", args=[student.pk])).content.decode().count(url) == 1
    assert browser.post(url, {"reason": "  短 "}).status_code == 422
    assert browser.post(url, {"reason": "学生手机被盗，电话核实"}).status_code == 302
    event = BindingEvent.objects.latest("id")
    assert (event.kind, event.by, event.reason) == ("unbound_by_staff", counselor, "学生手机被盗，电话核实")
    assert student.user.notices.get().kind == notices.UNBOUND.key
    assert Letter.objects.get().openid == one.openid
    assert browser.post(url, {"reason": "学生手机被盗，电话核实"}).status_code == 422


def test_auditor_and_staff_of_other_classes_find_no_such_page(wechat):
    student = make_student()
    for role, unit in (
        ("auditor", university()),
        ("data_officer", university()),
        ("counselor", make_class("软件2399班")),
    ):
        person = User.objects.create_user(role, role)
        hold(person, role, unit)
        browser = Client(headers=ENGLISH)
        browser.force_login(person)
        assert browser.get(reverse("students:release", args=[student.pk])).status_code == 404
