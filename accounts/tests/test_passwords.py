import io
import urllib.error
import urllib.request

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation

from accounts.models import User
from accounts.security import passwords
from accounts.security.actions import set_password

GOOD = "copper-Lantern-47-violin"
PERSON = User(username="2023010101", name="王晓雨")


def codes_of(password, user=PERSON) -> set[str]:
    try:
        validate_password(password, user)
    except ValidationError as error:
        return {each.code for each in error.error_list}
    return set()


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("aB3-x", "password_too_short"),
        ("copperlanternviolin", "password_kinds"),
        ("copperlantern47", "password_kinds"),
        ("Password123!", "password_weak"),
        ("1qaz2wsx!QAZ", "password_weak"),
        ("Aa123456!!", "password_weak"),
        ("Woaini1314!", "password_weak"),
        ("Wangxiaoyu#1", "password_weak"),
        ("Wxy@2023010101", "password_weak"),
    ],
)
def test_password_that_is_guessed_is_refused(password, code):
    assert code in codes_of(password)


def test_short_password_is_refused_in_the_language_of_the_reader():
    with translation.override("zh-hans"), pytest.raises(ValidationError) as refused:
        validate_password("aB3-x", PERSON)
    assert refused.value.messages[0] == "太短了，至少要 10 位。"


@pytest.mark.parametrize("password", [GOOD, "correct-horse-7", "三棵树下-Kite-19", GOOD * 20])
def test_good_password_passes(password):
    assert codes_of(password) == set()


@pytest.mark.django_db
class TestHistory:
    def test_last_five_passwords_do_not_come_back_and_older_ones_may(self, graduate):
        used = [f"{GOOD}-{number}" for number in range(7)]
        for each in used:
            set_password(graduate, each)
        refused = ["password_before" in codes_of(each, graduate) for each in used]
        assert refused == [False, False, True, True, True, True, True]

    def test_no_more_hashes_are_kept_than_compared(self, graduate):
        for number in range(9):
            set_password(graduate, f"{GOOD}-{number}")
        assert graduate.old_passwords.count() == passwords.REMEMBERED

    def test_one_time_password_of_somebody_else_is_not_remembered(self, graduate):
        set_password(graduate, GOOD, given=True)
        before = graduate.old_passwords.count()
        set_password(graduate, f"{GOOD}-own")
        assert graduate.old_passwords.count() == before


class TestBreach:
    #: SHA-1 of GOOD begins with the first five signs that are asked for.
    @pytest.fixture
    def asked(self, settings, monkeypatch):
        settings.BREACH_SERVICE = "https://known.example/range"
        seen = []

        def answer(request, timeout):
            seen.append((request.full_url, timeout))
            digest = passwords.hashlib.sha1(GOOD.encode()).hexdigest().upper()
            return io.BytesIO(f"{'0' * 35}:4\r\n{digest[5:]}:{self.times}\r\n".encode())

        monkeypatch.setattr(urllib.request, "urlopen", answer)
        return seen

    times = 3

    def test_known_password_is_refused_and_only_five_signs_of_its_hash_are_sent(self, asked):
        assert codes_of(GOOD) == {"password_breached"}
        ((address, timeout),) = asked
        assert address.startswith("https://known.example/range/")
        assert len(address.rpartition("/")[2]) == 5
        assert timeout <= 2

    def test_padding_counts_as_unknown(self, asked, monkeypatch):
        monkeypatch.setattr(TestBreach, "times", 0)
        assert codes_of(GOOD) == set()

    def test_silence_of_the_service_lets_the_password_pass(self, settings, monkeypatch):
        settings.BREACH_SERVICE = "https://known.example/range"

        def fail(*_args, **_kwargs):
            raise urllib.error.URLError("no route")

        monkeypatch.setattr(urllib.request, "urlopen", fail)
        assert codes_of(GOOD) == set()

    @pytest.mark.parametrize("address", ["", "http://known.example/range", "file:///etc"])
    def test_nothing_else_is_asked(self, settings, monkeypatch, address):
        settings.BREACH_SERVICE = address
        monkeypatch.setattr(urllib.request, "urlopen", lambda *_a, **_k: pytest.fail("asked"))
        assert codes_of(GOOD) == set()
