"""Workdays and the time that counts."""

import datetime

import pytest

from processes.engine.workdays import add_workdays, working_time

HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)


def at(text):
    """A moment in the school's time zone; 2027-06-04 is a Friday."""
    return datetime.datetime.fromisoformat(f"{text}+08:00")


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2027-06-02 09:00", "2027-06-02 11:30", 2.5 * HOUR),
        ("2027-06-04 22:00", "2027-06-07 02:00", 4 * HOUR),
        ("2027-06-05 10:00", "2027-06-06 23:00", 0 * HOUR),
        ("2027-06-05 10:00", "2027-06-07 10:00", 10 * HOUR),
        ("2027-06-02 09:00", "2027-06-16 09:00", 10 * DAY),
        ("2027-06-07 02:00", "2027-06-04 22:00", -4 * HOUR),
    ],
)
def test_working_time_leaves_out_the_weekend(start, end, expected):
    assert working_time(at(start), at(end)) == expected


@pytest.mark.parametrize("days", [0, 1, 2, 5, 7, 23])
def test_working_time_to_a_deadline_is_the_workdays_given(days):
    start = at("2027-06-03 17:20")
    assert working_time(start, add_workdays(start, days)) == days * DAY


def test_working_time_follows_the_schools_clock_whatever_zone_a_moment_is_written_in():
    late_sunday_in_london = datetime.datetime.fromisoformat("2027-06-06T20:00+00:00")
    assert working_time(at("2027-06-06 00:00"), late_sunday_in_london) == 4 * HOUR


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2027-06-05 10:00", 1, "2027-06-07 10:00"),
        ("2027-06-05 10:00", 4, "2027-06-10 10:00"),
        ("2027-06-06 10:00", 5, "2027-06-11 10:00"),
        ("2027-06-04 10:00", 5, "2027-06-11 10:00"),
    ],
)
def test_what_starts_on_a_weekend_counts_from_friday(start, days, end):
    assert add_workdays(at(start), days) == at(end)
