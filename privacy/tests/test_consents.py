"""The notice before everything else, and consents that are given, shown and taken back."""

from dataclasses import replace

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.consents import purposes
from accounts.consents.actions import withdraw
from accounts.consents.models import Consent
from accounts.models import User
from destinations.tests.kit import make_student
from employers.flows.vetting.tests import kit as vetting
from privacy.consents.notice import NOTICE
from wechat.actions import BINDING, bind, unbind, write
from wechat.models import Binding, BindingEvent, Letter, Proof

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
PAGE, NOTICE_PAGE = "/me/consents/", "/me/notice/"


@pytest.fixture
def graduate() -> User:
    return make_student().user


def browser_of(user: User) -> Client:
    browser = Client(headers=ENGLISH)
    browser.force_login(user)
    return browser


def take_back(browser: Client, purpose: str = "wechat_binding"):
    return browser.post(reverse("consents:withdraw"), {"purpose": purpose}, follow=True)


class TestNotice:
    @pytest.fixture(autouse=True)
    def _shown(self, settings):
        settings.PRIVACY_NOTICE = True

    def test_comes_before_every_page_and_leads_on(self, graduate):
        browser = browser_of(graduate)
        answer = browser.get("/me/record/?x=1")
        assert answer["Location"] == "/me/notice/?next=%2Fme%2Frecord%2F%3Fx%3D1"
        page = browser.get(answer["Location"]).content.decode()
        assert "does not rest on your consent" in page
        assert browser.post(answer["Location"])["Location"] == "/me/record/?x=1"
        assert browser.get("/me/record/?x=1").status_code == 200
        seen = Consent.objects.get()
        assert (seen.user, seen.purpose, seen.text_version) == (graduate, "privacy_notice", "2026-11")
        assert (seen.channel, seen.withdrawn_at) == ("page", None)

    def test_part_of_a_page_is_led_there_as_a_whole(self, graduate):
        answer = browser_of(graduate).get("/notices/", headers={"HX-Request": "true"})
        assert answer["HX-Redirect"] == NOTICE_PAGE

    def test_who_has_read_it_is_not_asked_again_and_it_is_kept_once(self, graduate):
        for _time in range(2):
            browser = browser_of(graduate)
            browser.post(NOTICE_PAGE)
        assert browser_of(graduate).get("/me/record/").status_code == 200
        assert Consent.objects.count() == 1

    def test_new_wording_is_shown_at_the_next_sign_in_and_not_before(self, graduate, monkeypatch):
        browser = browser_of(graduate)
        browser.post(NOTICE_PAGE)
        texts = {**NOTICE.texts, "2027-09": lambda: "Other words."}
        newer = replace(NOTICE, texts=texts)
        monkeypatch.setattr("privacy.consents.views.NOTICE", newer)
        monkeypatch.setattr("privacy.consents.signals.NOTICE", newer)
        assert browser.get("/me/record/").status_code == 200
        again = browser_of(graduate)
        assert again.get("/me/record/")["Location"].startswith(NOTICE_PAGE)
        assert "Other words." in again.get(NOTICE_PAGE).content.decode()
        again.post(NOTICE_PAGE)
        assert again.get("/me/record/").status_code == 200
        assert list(Consent.objects.order_by("at").values_list("text_version", flat=True)) == [
            "2026-11",
            "2027-09",
        ]

    def test_signing_out_and_the_door_stay_open(self, graduate):
        browser = browser_of(graduate)
        assert browser.get(reverse("accounts:change_password")).status_code == 200
        assert browser.post(reverse("accounts:sign_out"))["Location"] == reverse("accounts:sign_in")

    def test_nobody_is_led_to_another_site(self, graduate):
        browser = browser_of(graduate)
        assert browser.post(f"{NOTICE_PAGE}?next=https://evil.example/")["Location"] == reverse("home")

    def test_cannot_be_withdrawn(self, graduate):
        browser = browser_of(graduate)
        browser.post(NOTICE_PAGE)
        assert take_back(browser, "privacy_notice").status_code == 404
        with pytest.raises(ValueError, match="nothing to withdraw"):
            withdraw(NOTICE, graduate)
        assert Consent.objects.get().withdrawn_at is None


class TestWithdrawing:
    def test_binding_is_a_consent_with_wording_and_channel(self, graduate):
        bind(graduate, "o1", Proof.SIGNED_IN)
        given = Consent.objects.get()
        assert (given.purpose, given.text_version, given.withdrawn_at) == (BINDING.key, "2026-11", None)
        page = browser_of(graduate).get(PAGE).content.decode()
        assert "stands for your WeChat, encrypted" in page
        assert "no messages go there any more" in page

    def test_wechat_opens_nothing_any_more_and_what_waits_is_not_sent(self, graduate):
        bind(graduate, "o1", Proof.SIGNED_IN)
        write("o1", "Your filing was returned.")
        to_another = write("o2", "Yours was approved.")
        page = take_back(browser_of(graduate)).content.decode()
        assert "Your WeChat is unbound" in page
        assert Binding.objects.count() == 0
        assert list(Letter.objects.all()) == [to_another]
        assert Consent.objects.get().withdrawn_at is not None
        assert BindingEvent.objects.latest("at").kind == "unbound"

    def test_twice_changes_nothing(self, graduate):
        bind(graduate, "o1", Proof.SIGNED_IN)
        with time_machine.travel("2027-03-01T12:00:00+08:00", tick=False):
            take_back(browser_of(graduate))
        first, events = Consent.objects.get().withdrawn_at, BindingEvent.objects.count()
        browser = browser_of(graduate)
        assert "nothing left to withdraw" in take_back(browser).content.decode()
        assert (Consent.objects.get().withdrawn_at, BindingEvent.objects.count()) == (first, events)
        bind(graduate, "o1", Proof.SIGNED_IN)  # agreed anew: the old record stays as it ended
        take_back(browser)
        rows = list(Consent.objects.order_by("at", "id").values_list("withdrawn_at", flat=True))
        assert (rows.count(None), len(rows), first in rows, len(set(rows))) == (0, 2, True, 2)

    def test_unbinding_on_the_own_page_takes_the_consent_back(self, graduate):
        bind(graduate, "o1", Proof.SIGNED_IN)
        unbind(graduate, graduate)
        assert Consent.objects.get().withdrawn_at is not None

    def test_unbinding_by_the_school_is_no_withdrawal(self, graduate):
        bind(graduate, "o1", Proof.SIGNED_IN)
        unbind(graduate, User.objects.create_user("T1", "陈老师"), reason="手机被盗，已核实")
        assert Consent.objects.get().withdrawn_at is None

    @pytest.mark.parametrize("purpose", ["", "nonsense", "privacy_notice"])
    def test_what_nobody_can_agree_to_is_not_there(self, graduate, purpose):
        assert take_back(browser_of(graduate), purpose).status_code == 404

    def test_others_keep_theirs(self, graduate):
        other = make_student("李明").user
        for number, user in enumerate((graduate, other)):
            bind(user, f"o{number}", Proof.SIGNED_IN)
        take_back(browser_of(graduate))
        assert Consent.objects.get(withdrawn_at=None).user == other


def test_every_purpose_says_what_it_is_and_what_follows():
    for purpose in purposes._purposes.values():
        assert purpose.text()
        assert purpose.is_notice or purpose.follows


def test_person_of_an_employer_keeps_their_own_bar():
    owner = vetting.submit().people.get().user
    for page in (PAGE, NOTICE_PAGE, "/me/data/"):
        content = browser_of(owner).get(page).content.decode()
        assert f'href="{reverse("employers:home")}"' in content, page
        assert f'href="{reverse("students:record")}"' not in content, page
