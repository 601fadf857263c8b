"""The gate: registering, asking to join, and what strangers learn there (nothing)."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.rules import FREE_TRIES
from employers.flows.vetting.tests import kit
from employers.models import Employer, EmployerState, EmployerUser, MembershipState
from forms.queries import draft_of

pytestmark = pytest.mark.django_db

NAME = "苏州平江精密仪器有限公司"
PERSON = {
    "name": "陆小凤",
    "position": "招聘主管",
    "phone": "0512-87654321",
    "email": "LU@pingjiang.example.com",
    "password1": kit.PASSWORD,
    "password2": kit.PASSWORD,
}


@pytest.fixture
def visitor() -> Client:
    kit.school()
    return Client()


def _organisation(visitor: Client, code: str, name: str = NAME):
    return visitor.post(reverse("employers:register"), {"name": name, "uscc": code})


def _text(answer) -> str:
    return answer.content.decode()


def test_whole_way_from_the_gate_to_the_first_question(visitor):
    code = kit.uscc()
    assert _organisation(visitor, code.lower())["Location"] == reverse("employers:register_account")
    assert NAME in _text(visitor.get(reverse("employers:register_account")))
    answer = visitor.post(reverse("employers:register_account"), PERSON, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("employers:step", args=["organisation"])
    employer = Employer.objects.get()
    assert (employer.name, employer.uscc, employer.state) == (NAME, code, EmployerState.DRAFT)
    own = EmployerUser.objects.get()
    assert (own.user.username, own.state, own.position) == (
        "lu@pingjiang.example.com",
        MembershipState.APPLYING,
        "招聘主管",
    )
    assert draft_of(kit.case_of(employer).pk).values["operator_mobile"] == "0512-87654321"


def test_who_registered_signs_in_with_the_mail_address_in_any_case(visitor):
    _organisation(visitor, kit.uscc())
    visitor.post(reverse("employers:register_account"), PERSON)
    answer = Client().post(
        reverse("accounts:sign_in"),
        {"username": "Lu@Pingjiang.example.com", "password": kit.PASSWORD},
        follow=True,
    )
    assert answer.redirect_chain[-1][0] == reverse("employers:home")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("91330106MA2000001", "17"),
        ("913301060000000001", "校验"),
        ("", "请填写此项"),
    ],
)
def test_wrong_credit_code_says_what_is_wrong(visitor, code, words):
    answer = _organisation(visitor, code)
    assert answer.status_code == 422
    assert words in _text(answer)
    assert NAME in _text(answer)
    assert not Employer.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"password2": "another pass phrase"}, "不一致"),
        ({"password1": "short", "password2": "short"}, "10"),
        ({"email": "no address"}, "邮箱"),
        ({"phone": "12"}, "11"),
        ({"name": "12345"}, "姓名"),
        ({"position": ""}, "请填写此项"),
    ],
)
def test_wrong_account_says_what_is_wrong_and_opens_nothing(visitor, change, words):
    _organisation(visitor, kit.uscc())
    answer = visitor.post(reverse("employers:register_account"), PERSON | change)
    assert answer.status_code == 422
    assert words in _text(answer)
    assert not User.objects.exists()


def test_mail_address_with_an_account_is_told_to_sign_in(visitor):
    User.objects.create_user("lu@pingjiang.example.com", "陆小凤")
    _organisation(visitor, kit.uscc())
    answer = visitor.post(reverse("employers:register_account"), PERSON)
    assert (answer.status_code, "已有账号" in _text(answer)) == (422, True)


@pytest.mark.parametrize("make", [kit.write, kit.submit, kit.admitted])
def test_code_that_is_registered_leads_to_asking_and_tells_nothing_of_it(visitor, make):
    employer = make("杭州启明科技有限公司")
    answer = _organisation(visitor, employer.uscc)
    assert answer["Location"] == reverse("employers:register_join")
    page = _text(visitor.get(answer["Location"]))
    told = [employer.name, employer.legal_person, kit.applicant(employer).name, "启明"]
    assert [text for text in told if text and text in page] == []
    assert employer.uscc in page


def test_who_asks_to_join_waits_and_sees_nothing_of_the_employer(visitor):
    employer = kit.admitted("杭州启明科技有限公司")
    _organisation(visitor, employer.uscc, "随便写的名字")
    answer = visitor.post(reverse("employers:register_join"), PERSON | {"remark": "人事部的"}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("employers:home")
    assert "启明" not in _text(answer)
    asked = EmployerUser.objects.get(state=MembershipState.ASKED)
    assert (asked.employer, asked.remark) == (employer, "人事部的")
    for route in ("people", "details", "application"):
        assert visitor.get(reverse(f"employers:{route}")).status_code == 404


def test_code_of_a_refused_application_is_free_and_its_answers_stay_unseen(visitor):
    employer = kit.submit("杭州冒名科技有限公司")
    kit.review(employer, kit.REJECT)
    assert _organisation(visitor, employer.uscc)["Location"] == reverse("employers:register_account")
    answer = visitor.post(reverse("employers:register_account"), PERSON, follow=True)
    assert employer.legal_person not in _text(answer)
    again = kit.fresh(employer)
    assert (again.name, again.state) == (NAME, EmployerState.DRAFT)
    assert EmployerUser.objects.get(user__username="lu@pingjiang.example.com").employer == employer


def test_refused_applicant_loses_the_code_when_somebody_else_registers_it():
    employer = kit.submit("杭州冒名科技有限公司")
    kit.review(employer, kit.REJECT)
    loser = Client()
    loser.force_login(kit.applicant(employer))
    kit.register(NAME, employer.uscc)
    page = _text(loser.get(reverse("employers:home")))
    assert NAME not in page
    assert reverse("employers:register") in page


def test_account_of_an_employer_is_led_to_its_own_page(visitor):
    own = kit.register()
    visitor.force_login(own.user)
    for method in (visitor.get, visitor.post):
        assert method(reverse("employers:register"))["Location"] == reverse("employers:home")
    assert Employer.objects.count() == 1


def test_student_or_staff_is_asked_to_sign_out_first(visitor):
    visitor.force_login(kit.reviewer())
    page = _text(visitor.get(reverse("employers:register")))
    assert reverse("accounts:sign_out") in page
    assert 'name="uscc"' not in page


def test_applicant_whose_application_is_over_registers_another_with_the_same_account(visitor):
    employer = kit.submit()
    kit.review(employer, kit.REJECT)
    user = kit.applicant(employer)
    visitor.force_login(user)
    _organisation(visitor, kit.uscc())
    page = _text(visitor.get(reverse("employers:register_account")))
    assert 'name="password1"' not in page
    answer = visitor.post(
        reverse("employers:register_account"), {"position": "经理", "phone": "0512-87654321"}, follow=True
    )
    assert answer.redirect_chain[-1][0] == reverse("employers:step", args=["organisation"])
    states = EmployerUser.objects.filter(user=user).order_by("asked_at").values_list("state", flat=True)
    assert list(states) == [MembershipState.ENDED, MembershipState.APPLYING]


def test_page_behind_the_gate_begins_at_the_gate(visitor):
    for route in ("register_account", "register_join"):
        answer = visitor.get(reverse(f"employers:{route}"))
        assert answer["Location"] == reverse("employers:register")


def test_address_that_asks_for_many_codes_has_to_wait(visitor):
    code = kit.admitted().uscc
    for _each in range(FREE_TRIES):
        assert _organisation(visitor, code).status_code == 302
    answer = _organisation(visitor, code)
    assert answer.status_code == 409
    assert "分钟" in _text(answer)


@pytest.mark.parametrize("route", ["register_account", "register_join"])
def test_address_that_asks_for_many_mail_addresses_has_to_wait(visitor, route):
    taken = PERSON | {"email": kit.register().user.username}
    _organisation(visitor, kit.uscc())
    for _each in range(FREE_TRIES):
        assert visitor.post(reverse(f"employers:{route}"), taken).status_code == 422
    answer = visitor.post(reverse(f"employers:{route}"), taken)
    assert answer.status_code == 409
    assert "分钟" in _text(answer)


def test_gate_is_closed_until_the_school_is_set_up(client):
    assert _organisation(client, kit.uscc()).status_code == 302
    answer = client.post(reverse("employers:register_account"), PERSON)
    assert answer.status_code == 409
    assert not User.objects.exists()
