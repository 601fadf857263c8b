import datetime

import pytest
import time_machine
from django.utils import timezone

from accounts.security import limits
from accounts.security.models import Count
from common.errors import TooMany

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def limit(monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "export", limits.Limit(3, 10))


def test_limit_is_reached_after_so_many_and_says_how_long_to_wait():
    for _ in range(3):
        limits.spend("export", "a")
    with pytest.raises(TooMany, match="10") as refused:
        limits.spend("export", "a")
    assert refused.value.status == 429
    assert Count.objects.get().number == 3


def test_limit_is_for_each_and_for_one_thing():
    for _ in range(3):
        limits.spend("export", "a")
    assert limits.may("export", "b")
    assert limits.may("look-up", "a")


def test_counting_begins_anew_when_the_span_is_over():
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        for _ in range(3):
            limits.count("export", "a")
    with time_machine.travel(now + datetime.timedelta(minutes=9, seconds=59), tick=False):
        assert not limits.may("export", "a")
    with time_machine.travel(now + datetime.timedelta(minutes=10), tick=False):
        assert limits.may("export", "a")
        limits.spend("export", "a")
        assert Count.objects.get().number == 1


def test_count_does_not_say_whose_it_is():
    limits.count("export", "10.0.0.1")
    assert "10.0.0.1" not in Count.objects.get().key


def test_addresses_of_one_network_are_one(db):
    for number in range(3):
        limits.count("export", f"2001:da8:1:2::{number}")
    assert not limits.may("export", "2001:da8:1:2:ffff::9")
    assert limits.may("export", "2001:da8:1:3::1")
