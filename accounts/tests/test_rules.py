import datetime

import pytest
import time_machine
from django.utils import timezone

from accounts.actions import count_sign_in_failure, forget_sign_in_failures
from accounts.models import SignInFailures
from accounts.rules import can_try_password

pytestmark = pytest.mark.django_db


def fail(times: int, username: str = "T001", ip: str = "10.0.0.1") -> None:
    for _ in range(times):
        count_sign_in_failure(username, ip)


def test_four_wrong_passwords_cost_nothing():
    fail(4)
    assert can_try_password("T001", "10.0.0.1")


def test_fifth_wrong_password_pauses_this_name_from_this_address():
    fail(5)
    verdict = can_try_password("T001", "10.0.0.1")
    assert not verdict
    assert "1" in str(verdict.reason)


def test_pause_locks_nobody_else_out():
    fail(9)
    assert can_try_password("T001", "10.0.0.2")
    assert can_try_password("T002", "10.0.0.1")


@pytest.mark.parametrize("failures", [5, 6, 40])
def test_pause_takes_a_quarter_of_an_hour(failures):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        fail(failures)
    with time_machine.travel(now + datetime.timedelta(minutes=14, seconds=59), tick=False):
        assert not can_try_password("T001", "10.0.0.1")
    with time_machine.travel(now + datetime.timedelta(minutes=15), tick=False):
        assert can_try_password("T001", "10.0.0.1")


def test_right_password_forgets_the_wrong_ones():
    fail(5)
    forget_sign_in_failures("T001", "10.0.0.1")
    assert can_try_password("T001", "10.0.0.1")


def test_counts_older_than_a_day_are_dropped():
    with time_machine.travel(timezone.now() - datetime.timedelta(hours=25)):
        fail(3)
    fail(1, username="T002")
    assert SignInFailures.objects.count() == 1


def test_count_names_neither_person_nor_address():
    fail(1)
    row = SignInFailures.objects.get()
    assert "T001" not in row.key
    assert "10.0.0.1" not in row.key
