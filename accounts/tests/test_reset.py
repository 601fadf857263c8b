import datetime
import re
from smtplib import SMTPRecipientsRefused

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions import count_sign_in_failure
from accounts.models import User
from accounts.rules import can_try_password
from accounts.security import actions, post
from accounts.security.models import MailAddress, Outcome, ResetRequest, SecondStep, Session, SignIn
from accounts.security.totp import new_secret
from accounts.tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
ADDRESS = "xiaoyu@school.example.com"
NEW = "copper-Lantern-47"
RESET, CHOOSE = "/account/reset/", "/account/reset/new/"
LINK = re.compile(r"http://testserver(/account/\S+)")


@pytest.fixture
def known(graduate) -> User:
    actions.confirm_mail(actions.keep_mail(graduate, ADDRESS))
    return graduate


def ask(client, typed):
    answer = client.post(RESET, {"typed": typed})
    post.answer_reset_requests()
    return answer


def link() -> str:
    (found,) = LINK.findall(mail.outbox[-1].body)
    return found


def choose(client, new=NEW, again=NEW):
    return client.post(CHOOSE, {"new_password1": new, "new_password2": again})


class TestAsking:
    @pytest.mark.parametrize("typed", ["2023010101", ADDRESS, "  XiaoYu@School.example.com "])
    def test_link_goes_to_the_confirmed_address(self, client, known, typed):
        ask(client, typed)
        (sent,) = mail.outbox
        assert sent.to == [ADDRESS]
        assert known.name in sent.body

    def test_employer_is_found_by_the_sign_in_name(self, client):
        User.objects.create_user("hr@firm.example.com", "周经理", PASSWORD)
        ask(client, "HR@firm.example.com")
        assert mail.outbox[0].to == ["hr@firm.example.com"]

    @pytest.mark.parametrize("typed", ["nobody", "x@y.example.com", "T001"])
    def test_nobody_else_is_sent_anything(self, client, known, counselor, typed):
        ask(client, typed)
        assert mail.outbox == []

    def test_address_that_is_not_confirmed_is_sent_nothing(self, client, graduate):
        actions.keep_mail(graduate, ADDRESS)
        ask(client, graduate.username)
        ask(client, ADDRESS)
        assert mail.outbox == []

    def test_closed_account_is_sent_nothing(self, client, known):
        User.objects.filter(pk=known.pk).update(is_active=False)
        ask(client, known.username)
        assert mail.outbox == []

    def test_answer_is_the_same_for_known_and_unknown_names_to_the_last_statement(self, client, known):
        ask(client, "warm-up")
        told, asked = [], []
        for typed in (known.username, "nobody", ADDRESS):
            with CaptureQueriesContext(connection) as queries:
                answer = client.post(RESET, {"typed": typed})
            told.append(
                (answer.status_code, answer["Location"], client.get(answer["Location"]).content.decode())
            )
            asked.append([re.sub(r"'[^']*'", "?", query["sql"]) for query in queries])
        assert len({(status, where) for status, where, _page in told}) == 1
        assert len({re.sub(r'value="\w{64}"|content="\w{64}"', "", page) for *_, page in told}) == 1
        assert asked[0] == asked[1] == asked[2]

    def test_mailbox_is_not_flooded_and_the_answer_stays(self, client, known):
        answers = [ask(client, known.username)["Location"] for _ in range(5)]
        assert len(mail.outbox) == 3
        assert len(set(answers)) == 1

    def test_one_address_asks_ten_times_and_waits_then(self, client, db):
        answers = [client.post(RESET, {"typed": f"name{number}"}).status_code for number in range(11)]
        assert answers == [302] * 10 + [429]

    def test_name_is_forgotten_once_it_is_answered(self, client, db):
        ask(client, "nobody")
        assert (ResetRequest.objects.get().typed, ResetRequest.objects.get().user) == ("", None)

    def test_mail_that_fails_goes_out_the_next_time(self, client, known, monkeypatch):
        def fail(*_args):
            raise OSError("no route")

        with monkeypatch.context() as broken:
            broken.setattr(EmailBackend, "send_messages", fail)
            ask(client, known.username)
        assert post.answer_reset_requests() == 1
        assert post.answer_reset_requests() == 0
        assert len(mail.outbox) == 1

    def test_worker_is_asked_at_once(self, client, known, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            client.post(RESET, {"typed": known.username})
        assert len(mail.outbox) == 1


class TestChoosing:
    @pytest.fixture
    def came(self, client, known):
        """Followed the link."""
        ask(client, known.username)
        assert client.get(link())["Location"] == CHOOSE
        return client

    def test_new_password_opens_the_door_and_ends_everything_before(self, came, known):
        Client().post("/account/sign-in/", {"username": known.username, "password": PASSWORD})
        for _ in range(5):
            count_sign_in_failure(known.username, "127.0.0.1")
        assert Session.objects.filter(user=known).exists()
        assert choose(came)["Location"] == "/account/sign-in/"
        known.refresh_from_db()
        assert known.check_password(NEW)
        assert not Session.objects.filter(user=known).exists()
        assert can_try_password(known.username, "127.0.0.1")
        assert SignIn.objects.filter(user=known, outcome=Outcome.RESET).count() == 1

    def test_link_works_once(self, came, known):
        choose(came)
        other = Client()
        for asked in ResetRequest.objects.all():
            assert asked.used_at
        other.get(link())
        assert other.get(CHOOSE)["Location"] == f"{RESET}?over=1"

    def test_two_who_follow_it_at_once_set_one_password(self, came, known):
        asked = ResetRequest.objects.exclude(user=None).get()
        origin = actions.Origin("", "", "")
        assert [actions.use_reset(asked, each, origin) for each in (NEW, f"{NEW}-b")] == [True, False]
        known.refresh_from_db()
        assert known.check_password(NEW)

    def test_using_one_ends_the_others(self, came, known):
        first = link()
        ask(came, known.username)
        came.get(first)
        choose(came)
        late = Client()
        late.get(link())
        assert late.get(CHOOSE)["Location"] == f"{RESET}?over=1"

    def test_link_works_for_half_an_hour(self, came):
        now = timezone.now()
        with time_machine.travel(now + datetime.timedelta(minutes=29), tick=False):
            assert came.get(CHOOSE).status_code == 200
        with time_machine.travel(now + datetime.timedelta(minutes=31), tick=False):
            assert choose(came)["Location"] == f"{RESET}?over=1"

    @pytest.mark.parametrize("token", ["x", "0" * 64, "💥"])
    def test_made_up_link_opens_nothing(self, client, known, token):
        ask(client, known.username)
        client.get(f"{RESET}{token}/")
        assert client.get(CHOOSE)["Location"] == f"{RESET}?over=1"

    @pytest.mark.parametrize(("new", "again"), [("short", "short"), (NEW, f"{NEW}x"), (PASSWORD, PASSWORD)])
    def test_bad_password_is_told_and_the_link_stays(self, came, known, new, again):
        assert choose(came, new, again).status_code == 422
        assert choose(came).status_code == 302

    def test_who_is_signed_in_as_well_gets_through(self, came, known):
        came.force_login(known)
        came.get(link())
        with time_machine.travel(timezone.now() + datetime.timedelta(minutes=2)):
            assert choose(came)["Location"] == "/account/sign-in/"
        known.refresh_from_db()
        assert known.check_password(NEW)
        assert came.get("/notices/").status_code == 302

    def test_nothing_in_the_tables_opens_the_page(self, came, known):
        token = link().rstrip("/").rpartition("/")[2]
        sessions = [row.get_decoded() for row in Session.objects.all()]
        assert token not in repr([*sessions, *ResetRequest.objects.values()])
        late = Client()
        late.get(f"{RESET}{came.session['reset']}/")
        assert late.get(CHOOSE)["Location"] == f"{RESET}?over=1"

    def test_made_up_link_writes_no_session(self, client, known):
        client.get(f"{RESET}{'x' * 43}/")
        assert Session.objects.count() == 0

    @pytest.mark.parametrize("change", ["password", "another address", "no address"])
    def test_link_on_its_way_ends_when_the_owner_changes_the_door(self, came, known, change):
        if change == "password":
            actions.set_password(known, "silver-Wagon-58")
        elif change == "another address":
            actions.keep_mail(known, "new@school.example.com")
        else:
            actions.forget_mail(known)
        assert choose(came)["Location"] == f"{RESET}?over=1"
        known.refresh_from_db()
        assert not known.check_password(NEW)

    def test_second_step_stays(self, came, known):
        SecondStep.objects.create(user=known, secret=new_secret())
        choose(came)
        came.post("/account/sign-in/", {"username": known.username, "password": NEW})
        assert came.get("/notices/").headers["Location"].startswith("/account/sign-in/code/")


def test_log_of_a_mail_that_fails_does_not_say_whose(client, known, monkeypatch, caplog):
    def fail(*_args):
        raise SMTPRecipientsRefused({ADDRESS: (550, b"no such box")})

    monkeypatch.setattr(EmailBackend, "send_messages", fail)
    ask(client, known.username)
    assert "SMTPRecipientsRefused" in caplog.text
    assert ADDRESS not in caplog.text


class TestAddress:
    @pytest.fixture
    def inside(self, client, graduate):
        client.force_login(graduate)
        return client

    def give(self, client, address=ADDRESS, password=PASSWORD):
        return client.post("/account/security/mail/", {"address": address, "password": password})

    def test_link_in_the_mail_confirms_it(self, inside, graduate):
        assert self.give(inside).status_code == 302
        assert MailAddress.objects.get().confirmed_at is None
        assert inside.get(link()).status_code == 200
        assert MailAddress.objects.get().confirmed_at is None
        inside.post(link())
        assert MailAddress.objects.get().confirmed_at is not None

    def test_it_takes_the_password(self, inside):
        assert self.give(inside, password="wrong").status_code == 422
        assert not MailAddress.objects.exists()
        assert mail.outbox == []

    def test_link_of_somebody_else_confirms_nothing(self, inside, counselor):
        self.give(inside)
        other = Client()
        other.force_login(counselor)
        assert other.post(link()).status_code == 404
        assert MailAddress.objects.get().confirmed_at is None

    def test_link_of_an_earlier_address_confirms_nothing(self, inside):
        self.give(inside)
        early = link()
        self.give(inside, "other@school.example.com")
        assert inside.post(early).status_code == 404

    def test_who_confirms_an_address_takes_it_over(self, inside, graduate, counselor):
        actions.confirm_mail(actions.keep_mail(counselor, ADDRESS.upper()))
        self.give(inside)
        inside.post(link())
        assert MailAddress.objects.get().user == graduate

    def test_address_lies_encrypted(self, inside):
        self.give(inside)
        with connection.cursor() as cursor:
            cursor.execute("SELECT address FROM accounts_mailaddress")
            assert ADDRESS not in cursor.fetchone()[0]

    def test_mail_that_cannot_be_sent_is_told(self, inside, monkeypatch):
        def fail(*_args):
            raise OSError("no route")

        monkeypatch.setattr(EmailBackend, "send_messages", fail)
        assert self.give(inside).context["form"].non_field_errors()
