"""The ways through the desk."""

from config.navigation import DESK


def test_no_two_entries_have_the_same_key():
    keys = [entry.key for entry in DESK if entry.key]
    assert len(keys) == len(set(keys))
