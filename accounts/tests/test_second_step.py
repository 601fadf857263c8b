import datetime
import html
import re

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.rights.officers import seat
from accounts.roles import Role
from accounts.security import actions, totp
from accounts.security.models import Outcome, RecoveryCode, SecondStep, SignIn
from accounts.tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
SECRET = totp.new_secret()
CODE, SET_UP = "/account/sign-in/code/", "/account/security/second-step/"


def code_now(secret: str = SECRET, off: int = 0) -> str:
    return totp.code_at(secret, totp.step_of(timezone.now().timestamp()) + off)


def wrong_code(secret: str = SECRET) -> str:
    near = {code_now(secret, off) for off in range(-3, 4)}
    return next(code for code in ("000000", "111111", "222222", "333333") if code not in near)


@pytest.fixture
def careful(graduate) -> User:
    SecondStep.objects.create(user=graduate, secret=SECRET)
    return graduate


@pytest.fixture
def halfway(client, careful):
    """Name and password were right."""
    client.post("/account/sign-in/", {"username": careful.username, "password": PASSWORD})
    return client


def is_in(client) -> bool:
    return client.get("/notices/").status_code == 200


class TestAtTheDoor:
    def test_every_page_leads_to_the_code_and_back(self, halfway):
        answer = halfway.get("/notices/?unread=1")
        assert answer.headers["Location"] == f"{CODE}?next=%2Fnotices%2F%3Funread%3D1"
        answer = halfway.post(CODE, {"code": code_now(), "next": "/notices/?unread=1"})
        assert answer.headers["Location"] == "/notices/?unread=1"
        assert is_in(halfway)

    @pytest.mark.parametrize(
        "path", ["/account/password/", "/account/security/", SET_UP, "/account/security/mail/", "/admin/"]
    )
    def test_nothing_about_the_account_opens_before_the_code(self, halfway, path):
        assert halfway.get(path).headers["Location"].startswith(CODE)
        assert halfway.post(path, {"do": "forget"}).headers["Location"].startswith(CODE)

    def test_part_of_a_page_takes_the_whole_browser_there(self, halfway):
        assert halfway.get("/notices/", headers={"HX-Request": "true"}).headers["HX-Redirect"] == CODE

    def test_sign_out_and_language_stay_open(self, halfway):
        assert "Second step" in halfway.get(CODE, headers={"Accept-Language": "en"}).content.decode()
        halfway.post("/account/sign-out/")
        assert "_auth_user_id" not in halfway.session

    def test_key_of_the_session_changes_with_the_code(self, halfway):
        before = halfway.session.session_key
        halfway.post(CODE, {"code": code_now()})
        assert halfway.session.session_key != before

    def test_elsewhere_is_not_where_one_goes_on(self, halfway):
        answer = halfway.post(CODE, {"code": code_now(), "next": "https://evil.example/"})
        assert answer.headers["Location"] == "/"

    def test_wrong_code_is_told_recorded_and_opens_nothing(self, halfway, careful):
        answer = halfway.post(CODE, {"code": wrong_code()})
        assert answer.status_code == 422
        assert answer.context["form"].has_error("code")
        assert SignIn.objects.filter(user=careful, outcome=Outcome.WRONG_CODE).count() == 1
        assert not is_in(halfway)

    def test_code_is_good_once(self, halfway, careful, client):
        code = code_now()
        assert halfway.post(CODE, {"code": code}).status_code == 302
        halfway.logout()
        halfway.post("/account/sign-in/", {"username": careful.username, "password": PASSWORD})
        assert halfway.post(CODE, {"code": code}).status_code == 422

    def test_five_wrong_codes_pause_the_right_one_from_every_address(self, halfway):
        for number in range(5):
            halfway.post(CODE, {"code": wrong_code()}, REMOTE_ADDR=f"10.0.0.{number}")
        answer = halfway.post(CODE, {"code": code_now()}, REMOTE_ADDR="10.0.0.77")
        assert answer.context["form"].has_error("__all__", code="paused")
        assert not is_in(halfway)

    def test_pause_ends_after_a_quarter_of_an_hour(self, halfway):
        now = timezone.now()
        for _ in range(5):
            halfway.post(CODE, {"code": wrong_code()})
        with time_machine.travel(now + datetime.timedelta(minutes=15, seconds=5), tick=False):
            assert halfway.post(CODE, {"code": code_now()}).status_code == 302

    def test_sign_in_of_another_room_meets_the_step_too(self, client, careful):
        client.force_login(careful)
        assert client.get("/notices/").headers["Location"].startswith(CODE)

    def test_page_is_nobodys_business_without_the_step(self, client, graduate):
        client.force_login(graduate)
        assert client.get(CODE).headers["Location"] == reverse("home")


class TestRecoveryCodes:
    def test_each_opens_the_door_once(self, halfway, careful):
        first, second, *_others = actions.new_codes(careful)
        assert actions.use_code(careful, first.upper().replace("-", " "))
        assert not actions.use_code(careful, first)
        assert halfway.post(CODE, {"code": second}).status_code == 302
        assert RecoveryCode.objects.filter(user=careful, used_at=None).count() == 8

    def test_code_of_somebody_else_opens_nothing(self, careful, counselor):
        SecondStep.objects.create(user=counselor, secret=totp.new_secret())
        assert not actions.use_code(careful, actions.new_codes(counselor)[0])

    def test_new_ones_replace_the_old_ones_and_take_the_password(self, client, careful):
        (old, *_rest) = actions.new_codes(careful)
        client.force_login(careful)
        client.post(CODE, {"code": code_now()})
        url = reverse("accounts:recovery_codes")
        assert client.post(url, {"password": "wrong"}).status_code == 422
        page = client.post(url, {"password": PASSWORD}).content.decode()
        shown = re.findall(r"<li>([a-z0-9]{5}-[a-z0-9]{5})</li>", page)
        assert len(shown) == len(set(shown)) == 10
        assert shown[3] in html.unescape(page.partition("data:text/plain")[2])
        assert not actions.use_code(careful, old)
        assert actions.use_code(careful, shown[0])

    def test_none_stands_in_the_table(self, graduate):
        codes = actions.new_codes(graduate)
        rows = repr(list(RecoveryCode.objects.values()))
        assert not any(code in rows or code.replace("-", "") in rows for code in codes)


class TestSetUp:
    @pytest.fixture
    def secret(self, client, graduate):
        client.force_login(graduate)
        return client.get(SET_UP).context["secret"].replace(" ", "")

    def test_code_of_the_scanned_secret_puts_it_to_use(self, client, graduate, secret):
        assert client.get(SET_UP).context["secret"].replace(" ", "") == secret
        page = client.post(SET_UP, {"password": PASSWORD, "code": code_now(secret)})
        assert len(page.context["codes"]) == 10
        assert SecondStep.objects.get(user=graduate).secret == secret
        assert is_in(client)

    def test_wrong_code_puts_nothing_to_use(self, client, graduate, secret):
        assert client.post(SET_UP, {"password": PASSWORD, "code": wrong_code(secret)}).status_code == 422
        assert not SecondStep.objects.exists()

    @pytest.mark.parametrize("password", ["", "wrong"])
    def test_set_up_takes_the_password_and_spends_no_code_without(self, client, graduate, secret, password):
        answer = client.post(SET_UP, {"password": password, "code": code_now(secret)})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["password"])
        assert not SecondStep.objects.exists()
        assert client.post(SET_UP, {"password": PASSWORD, "code": code_now(secret)}).status_code == 200

    def test_guessing_the_password_here_pauses_it(self, client, graduate, secret):
        for _try in range(5):
            client.post(SET_UP, {"password": "wrong", "code": code_now(secret)})
        answer = client.post(SET_UP, {"password": PASSWORD, "code": code_now(secret)})
        assert answer.context["form"].has_error("password", code="paused")

    def test_secret_lies_encrypted(self, client, graduate, secret):
        assert secret not in str(client.session["pictured"])
        client.post(SET_UP, {"password": PASSWORD, "code": code_now(secret)})
        with connection.cursor() as cursor:
            cursor.execute("SELECT secret FROM accounts_secondstep")
            assert secret not in cursor.fetchone()[0]

    def test_who_has_it_is_shown_the_own_door(self, halfway):
        halfway.post(CODE, {"code": code_now()})
        assert halfway.get(SET_UP).headers["Location"] == reverse("accounts:security")

    def test_switching_it_off_takes_the_password(self, halfway, careful):
        halfway.post(CODE, {"code": code_now()})
        url = reverse("accounts:end_second_step")
        assert halfway.post(url, {"do": "off", "password": "wrong"}).status_code == 422
        assert SecondStep.objects.exists()
        assert halfway.post(url, {"do": "off", "password": PASSWORD}).status_code == 302
        assert not SecondStep.objects.exists()


@pytest.mark.usefixtures("college")
class TestAdministrators:
    @pytest.fixture
    def auditor(self, college, settings) -> User:
        settings.SECOND_STEP_ROLES = ["auditor"]
        user = User.objects.create_user("S900", "审计老师", PASSWORD)
        seat(user, Role.AUDITOR, None)
        return user

    def test_role_that_needs_it_sets_it_up_first(self, client, auditor):
        client.post("/account/sign-in/", {"username": auditor.username, "password": PASSWORD})
        assert client.get("/students/").headers["Location"].startswith(SET_UP)
        secret = client.get(SET_UP).context["secret"].replace(" ", "")
        client.post(SET_UP, {"password": PASSWORD, "code": code_now(secret)})
        assert is_in(client)

    def test_second_browser_that_owed_it_too_is_asked_for_the_code(self, client, auditor):
        other = Client()
        for browser in (client, other):
            browser.post("/account/sign-in/", {"username": auditor.username, "password": PASSWORD})
        secret = client.get(SET_UP).context["secret"].replace(" ", "")
        client.post(SET_UP, {"password": PASSWORD, "code": code_now(secret)})
        assert other.get("/notices/").headers["Location"].startswith(SET_UP)
        assert other.get(SET_UP).headers["Location"] == CODE
        assert other.post(CODE, {"code": code_now(secret)}).status_code == 422
        assert not is_in(other)
        assert other.post(CODE, {"code": code_now(secret, 1)}).status_code == 302
        assert is_in(other)

    def test_it_is_moved_and_not_switched_off(self, client, auditor):
        SecondStep.objects.create(user=auditor, secret=SECRET)
        client.force_login(auditor)
        client.post(CODE, {"code": code_now()})
        url = reverse("accounts:end_second_step")
        assert client.post(url, {"do": "off", "password": PASSWORD}).status_code == 422
        assert SecondStep.objects.exists()
        assert client.post(url, {"do": "move", "password": PASSWORD}).headers["Location"] == SET_UP
        assert client.get("/notices/").headers["Location"].startswith(SET_UP)

    @pytest.fixture
    def at_work(self, client, graduate, settings):
        """Somebody whose role needs nothing yet, with a session under way."""
        settings.SECOND_STEP_ROLES = ["auditor"]
        client.post("/account/sign-in/", {"username": graduate.username, "password": PASSWORD})
        assert is_in(client)
        return client

    def test_role_given_meanwhile_owes_the_step_at_the_next_click(self, at_work, graduate):
        seat(graduate, Role.AUDITOR, None)
        assert at_work.get("/notices/").headers["Location"].startswith(SET_UP)
        assert at_work.get("/notices/", headers={"HX-Request": "true"}).headers["HX-Redirect"] == SET_UP
        secret = at_work.get(SET_UP).context["secret"].replace(" ", "")
        at_work.post(SET_UP, {"password": PASSWORD, "code": code_now(secret)})
        assert is_in(at_work)

    def test_role_given_meanwhile_asks_a_code_of_who_set_up_the_app_elsewhere(self, at_work, graduate):
        SecondStep.objects.create(user=graduate, secret=SECRET)
        assert is_in(at_work)  # nobody is put out who owes nothing
        seat(graduate, Role.AUDITOR, None)
        assert at_work.get("/notices/").headers["Location"].startswith(CODE)
        at_work.post(CODE, {"code": code_now()})
        assert is_in(at_work)

    def test_who_has_shown_a_code_is_not_asked_again(self, client, careful, settings):
        settings.SECOND_STEP_ROLES = ["auditor"]
        client.force_login(careful)
        client.post(CODE, {"code": code_now()})
        seat(careful, Role.AUDITOR, None)
        assert is_in(client)

    def test_app_that_is_gone_counts_for_no_session_any_more(self, client, careful, settings):
        other = Client()
        for number, browser in enumerate((other, client)):
            browser.force_login(careful)
            browser.post(CODE, {"code": code_now(off=number)})
            assert is_in(browser)
        client.post(reverse("accounts:end_second_step"), {"do": "off", "password": PASSWORD})
        assert is_in(client)
        assert not is_in(other)
        settings.SECOND_STEP_ROLES = ["auditor"]
        seat(careful, Role.AUDITOR, None)
        assert client.get("/notices/").headers["Location"].startswith(SET_UP)

    def test_other_roles_work_without(self, client, counselor, settings):
        settings.SECOND_STEP_ROLES = ["auditor"]
        client.force_login(counselor)
        assert is_in(client)
