"""Keys that sort by time."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor

from common.ids import _Clock, uuid7, uuid7s


def test_keys_made_together_rise_and_never_repeat():
    keys = uuid7s(10_000)
    assert keys == sorted(set(keys))
    assert len(keys) == 10_000


def test_keys_made_together_are_of_version_7_and_of_now(monkeypatch):
    monkeypatch.setattr(_Clock, "last", 0)
    before = time.time_ns() // 1_000_000
    keys = uuid7s(3)
    after = time.time_ns() // 1_000_000
    assert {(key.version, key.variant) for key in keys} == {(7, uuid.RFC_4122)}
    assert all(before <= key.int >> 80 <= after for key in keys)


def test_keys_of_different_calls_differ_in_more_than_the_counter():
    one, other = (
        {key.int & ((1 << 62) - 1) for key in uuid7s(100)},
        {key.int & ((1 << 62) - 1) for key in uuid7s(100)},
    )
    assert len(one | other) == 200


def test_no_keys_are_no_keys():
    assert uuid7s(0) == []


def test_single_key_is_of_version_7():
    assert uuid7().version == 7


def test_keys_made_one_after_the_other_rise_within_a_millisecond(monkeypatch):
    now = time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: now)
    keys = [uuid7(), *uuid7s(5), uuid7(), *uuid7s(5000), uuid7()]
    assert keys == sorted(set(keys))


def test_clock_that_is_set_back_makes_no_earlier_keys(monkeypatch):
    before = uuid7()
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    assert uuid7() > before


def test_threads_never_make_the_same_key():
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _number: uuid7s(50), range(200)))
    assert len({key.int >> 64 for keys in made for key in keys}) == 10_000
