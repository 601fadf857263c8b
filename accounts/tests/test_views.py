import math
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, PBKDF2PasswordHasher
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.actions import count_sign_in_failure
from accounts.models import User
from accounts.security import places
from accounts.security.models import SecondStep
from accounts.security.totp import new_secret
from accounts.tests.conftest import PASSWORD

SIGN_IN = "/account/sign-in/"
CHANGE = "/account/password/"
NEW = "battery-staple-9"


def sign_in(client, username, password=PASSWORD, **more):
    return client.post(SIGN_IN, {"username": username, "password": password, **more})


def change(client, old=PASSWORD, new=NEW, again=NEW):
    return client.post(CHANGE, {"old_password": old, "new_password1": new, "new_password2": again})


class TestSignIn:
    def test_right_password_leads_to_the_first_page(self, client, graduate):
        response = sign_in(client, graduate.username)
        assert response.headers["Location"] == reverse("home")
        assert client.session["_auth_user_id"] == str(graduate.pk)

    def test_next_page_of_this_site_is_kept(self, client, graduate):
        response = sign_in(client, graduate.username, next="/notices/?unread=1")
        assert response.headers["Location"] == "/notices/?unread=1"

    @pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
    def test_next_page_elsewhere_is_ignored(self, client, graduate, target):
        assert sign_in(client, graduate.username, next=target).headers["Location"] == reverse("home")

    def test_answer_is_the_same_for_known_and_unknown_names(self, client, graduate):
        known = sign_in(client, graduate.username, "wrong").context["form"].non_field_errors()
        unknown = sign_in(client, "nobody", "wrong").context["form"].non_field_errors()
        assert known == unknown
        assert len(known) == 1

    def test_closed_account_gets_the_same_answer(self, client, graduate):
        graduate.is_active = False
        graduate.save()
        errors = sign_in(client, graduate.username).context["form"].non_field_errors()
        assert errors == sign_in(client, "nobody", "wrong").context["form"].non_field_errors()

    def test_wrong_password_too_often_pauses_even_the_right_one(self, client, graduate):
        for _ in range(5):
            sign_in(client, graduate.username, "wrong")
        response = sign_in(client, graduate.username)
        assert response.context["form"].has_error("__all__", code="paused")
        assert "_auth_user_id" not in client.session

    def test_pause_is_not_left_by_another_address_of_the_same_network(self, client, graduate):
        for number in range(5):
            client.post(
                SIGN_IN,
                {"username": graduate.username, "password": "wrong"},
                REMOTE_ADDR=f"2001:da8:1:2::{number}",
            )
        sent = {"username": graduate.username, "password": PASSWORD}
        answer = client.post(SIGN_IN, sent, REMOTE_ADDR="2001:da8:1:2:9::9")
        assert answer.context["form"].has_error("__all__", code="paused")
        assert client.post(SIGN_IN, sent, REMOTE_ADDR="2001:da8:1:3::9").status_code == 302

    def test_right_password_ends_the_count(self, client, graduate):
        for _ in range(4):
            count_sign_in_failure(graduate.username, "127.0.0.1")
        sign_in(client, graduate.username)
        client.logout()
        sign_in(client, graduate.username, "wrong")
        assert sign_in(client, graduate.username).status_code == 302

    def test_who_is_signed_in_goes_on(self, client, graduate):
        client.force_login(graduate)
        assert client.get(SIGN_IN).headers["Location"] == reverse("home")

    def test_page_names_the_school_and_offers_the_other_language(self, client, db, settings):
        page = client.get(SIGN_IN).content.decode()
        assert settings.SCHOOL_NAME in page
        assert "English" in page
        assert "登录" in page


class TestSignOut:
    def test_post_ends_the_session(self, client, graduate):
        client.force_login(graduate)
        assert client.post("/account/sign-out/").headers["Location"] == SIGN_IN
        assert "_auth_user_id" not in client.session

    def test_get_does_nothing(self, client, graduate):
        client.force_login(graduate)
        assert client.get("/account/sign-out/").status_code == 405
        assert "_auth_user_id" in client.session


class TestChangePassword:
    def test_new_password_replaces_the_old_one_and_the_duty(self, client, graduate):
        graduate.must_change_password = True
        graduate.save()
        client.force_login(graduate)
        assert change(client).headers["Location"] == reverse("home")
        graduate.refresh_from_db()
        assert graduate.check_password(NEW)
        assert not graduate.must_change_password

    @pytest.mark.parametrize(
        ("field", "given"),
        [
            ("old_password", {"old": "wrong"}),
            ("new_password1", {"new": PASSWORD, "again": PASSWORD}),
            ("new_password2", {"again": "another-word-1"}),
            ("new_password2", {"new": "short", "again": "short"}),
            ("new_password2", {"new": "2023010101", "again": "2023010101"}),
        ],
    )
    def test_bad_input_is_marked_and_changes_nothing(self, client, graduate, field, given):
        client.force_login(graduate)
        assert change(client, **given).context["form"].has_error(field)
        graduate.refresh_from_db()
        assert graduate.check_password(PASSWORD)

    @pytest.mark.parametrize(
        ("path", "field"),
        [
            (CHANGE, "old_password"),
            ("/account/security/mail/", "password"),
            ("/account/security/second-step/end/", "password"),
            ("/account/security/second-step/codes/", "password"),
        ],
    )
    def test_present_password_is_not_guessed_at_a_session_left_open(self, client, graduate, path, field):
        SecondStep.objects.create(user=graduate, secret=new_secret())
        client.force_login(graduate)
        session = client.session
        session.pop("second_step")
        session.save()
        for number in range(5):
            answer = client.post(path, {field: "wrong"}, REMOTE_ADDR=f"10.0.0.{number}")
            assert answer.context["form"].has_error(field, code="password_incorrect")
        answer = client.post(path, {field: PASSWORD}, REMOTE_ADDR="10.0.0.77")
        assert answer.context["form"].has_error(field, code="paused")
        client.logout()
        assert sign_in(client, graduate.username).status_code == 302

    def test_strangers_sign_in_first(self, client, db):
        assert client.get(CHANGE).headers["Location"] == f"{SIGN_IN}?next={CHANGE}"


class TestAppointments:
    def test_page_names_role_and_unit(self, client, counselor):
        client.force_login(counselor)
        page = client.get("/account/appointments/").content.decode()
        assert "辅导员" in page
        assert "软件学院" in page

    def test_page_says_what_to_do_without_one(self, client, graduate):
        client.force_login(graduate)
        assert "您还没有任职" in client.get("/account/appointments/").content.decode()


class TestWideLimits:
    """Many wrong passwords for one name, or for many, whatever the pair of name and address has done."""

    def wrong(self, client, name, ip):
        return client.post(SIGN_IN, {"username": name, "password": "wrong"}, REMOTE_ADDR=ip)

    def test_name_under_attack_closes_to_strange_addresses_and_stays_open_to_known_ones(
        self, client, graduate
    ):
        at_home = {"REMOTE_ADDR": "10.0.0.1"}
        client.post(SIGN_IN, {"username": graduate.username, "password": PASSWORD}, **at_home)
        client.logout()
        for number in range(30):
            self.wrong(client, graduate.username, f"172.16.0.{number}")
        strange = client.post(
            SIGN_IN, {"username": graduate.username, "password": PASSWORD}, REMOTE_ADDR="172.16.9.9"
        )
        assert strange.context["form"].has_error("__all__", code="paused")
        known = client.post(SIGN_IN, {"username": graduate.username, "password": PASSWORD}, **at_home)
        assert known.status_code == 302

    def test_home_of_ipv6_is_its_network(self, client, graduate):
        sent = {"username": graduate.username, "password": PASSWORD}
        client.post(SIGN_IN, sent, REMOTE_ADDR="2001:da8:0:2::1")
        client.logout()
        for number in range(30):
            self.wrong(client, graduate.username, f"172.16.0.{number}")
        for stranger in ("2001:da8:0:3::1", "172.16.9.9"):
            assert client.post(SIGN_IN, sent, REMOTE_ADDR=stranger).status_code == 200
        assert client.post(SIGN_IN, sent, REMOTE_ADDR="2001:da8:0:2:8:8:8:8").status_code == 302

    def test_answer_under_attack_is_the_same_for_an_unknown_name(self, client, graduate):
        for name in (graduate.username, "nobody"):
            for number in range(30):
                self.wrong(client, name, f"172.16.0.{number}")
        told = [
            self.wrong(client, name, "172.16.9.9").context["form"].non_field_errors()
            for name in (graduate.username, "nobody")
        ]
        assert told[0] == told[1]

    def test_address_that_tries_many_names_waits(self, client, db, graduate):
        for number in range(60):
            self.wrong(client, f"name{number}", "172.16.0.1")
        answer = client.post(
            SIGN_IN, {"username": graduate.username, "password": PASSWORD}, REMOTE_ADDR="172.16.0.1"
        )
        assert answer.context["form"].has_error("__all__", code="paused")

    def test_network_of_the_school_goes_on(self, client, db, graduate):
        places.add_network("校园网", "172.16.0.0/12")
        for number in range(60):
            self.wrong(client, f"name{number}", "172.16.0.1")
        answer = client.post(
            SIGN_IN, {"username": graduate.username, "password": PASSWORD}, REMOTE_ADDR="172.16.0.1"
        )
        places.forget()
        assert answer.status_code == 302


class TestEvenTime:
    """A known and an unknown name cost the same work: one slow hash, the same statements."""

    @pytest.fixture
    def hashes(self, monkeypatch, settings):
        monkeypatch.setattr(places, "RECHECK_SECONDS", math.inf)  # no minute may turn between two of them
        settings.PASSWORD_HASHERS = [
            "django.contrib.auth.hashers.Argon2PasswordHasher",
            "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        ]
        slow: list[str] = []
        for name in ("encode", "verify"):
            real = getattr(Argon2PasswordHasher, name)

            def noting(self, *args, real=real, name=name):
                slow.append(name)
                return real(self, *args)

            monkeypatch.setattr(Argon2PasswordHasher, name, noting)
        return slow

    def test_wrong_password_costs_one_slow_hash_whoever_it_is(self, client, hashes, db):
        quick = PBKDF2PasswordHasher().encode("first-password", "salt", iterations=1000)
        User.objects.create(username="never-signed-in", name="甲", password=quick)
        User.objects.create_user("usual", "乙", PASSWORD)
        User.objects.create_user("without-password", "丙")
        User.objects.create_user("closed", "丁", PASSWORD, is_active=False)
        sign_in(client, "warm-up", "wrong")
        cost = {}
        for name in ("never-signed-in", "usual", "without-password", "closed", "nobody"):
            hashes.clear()
            with CaptureQueriesContext(connection) as queries:
                sign_in(client, name, "wrong")
            cost[name] = (len(hashes), len(queries))
        assert len(set(cost.values())) == 1, cost
        assert cost["nobody"][0] == 1


@pytest.mark.django_db
class TestExpiry:
    @pytest.mark.parametrize(
        ("who", "days", "led"), [("counselor", 89, False), ("counselor", 91, True), ("graduate", 400, False)]
    )
    def test_staff_choose_a_new_password_every_90_days(self, request, client, who, days, led):
        user = request.getfixturevalue(who)
        User.objects.filter(pk=user.pk).update(password_changed_at=timezone.now() - timedelta(days=days))
        client.force_login(user)
        answer = client.get("/notices/")
        assert (answer.headers.get("Location") == CHANGE) is led
        if led:
            assert "教职工每 90 天更换一次密码" in client.get(CHANGE).content.decode()
            change(client)
            assert client.get("/notices/").status_code == 200
