"""Workdays and the time that counts."""

import datetime
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from processes.calendar import library
from processes.calendar.actions import load_holidays
from processes.calendar.models import CalendarChange, CalendarDay
from processes.engine import workdays
from processes.engine.workdays import WorkdayTable, add_workdays, working_time

pytestmark = pytest.mark.usefixtures("django_db_setup")  # which loads the calendar without holidays

HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")

Days = Mapping[datetime.date, bool]


def at(text: str) -> datetime.datetime:
    """A moment in the school's time zone; 2027-06-04 is a Friday."""
    return datetime.datetime.fromisoformat(f"{text}+08:00")


@contextmanager
def calendar_of(days: Days) -> Iterator[None]:
    """Counting over a calendar that says *days*."""
    kept = workdays._Cache.table
    workdays._Cache.table = WorkdayTable({day.toordinal(): is_workday for day, is_workday in days.items()})
    try:
        yield
    finally:
        workdays._Cache.table = kept


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


def test_working_time_follows_the_schools_clock_whatever_zone_a_moment_is_written_in():
    late_sunday_in_london = datetime.datetime.fromisoformat("2027-06-06T20:00+00:00")
    assert working_time(at("2027-06-06 00:00"), late_sunday_in_london) == 4 * HOUR


def test_reader_elsewhere_reads_the_same_deadlines_and_times():
    sunday_evening_in_new_york = at("2027-06-07 08:00")
    with timezone.override("America/New_York"):
        assert add_workdays(sunday_evening_in_new_york, 1) == at("2027-06-08 08:00")
        assert working_time(at("2027-06-07 00:00"), sunday_evening_in_new_york) == 8 * HOUR


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2027-06-04 10:00", 1, "2027-06-07 10:00"),
        ("2027-06-04 10:00", 5, "2027-06-11 10:00"),
        ("2027-06-07 10:00", -1, "2027-06-04 10:00"),
        ("2027-06-07 10:00", 0, "2027-06-07 10:00"),
    ],
)
def test_deadline_has_the_time_of_day_of_its_start(start, days, end):
    assert add_workdays(at(start), days) == at(end)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2027-06-05 10:00", 1, "2027-06-08 00:00"),
        ("2027-06-05 10:00", 4, "2027-06-11 00:00"),
        ("2027-06-06 23:00", 5, "2027-06-14 00:00"),
        ("2027-06-05 10:00", 0, "2027-06-07 00:00"),
    ],
)
def test_what_starts_on_a_day_off_has_the_whole_of_the_next_workday(start, days, end):
    assert add_workdays(at(start), days) == at(end)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        # National Day 2026: 1 to 7 October off, worked on Sunday, 20 September, and Saturday, 10 October.
        ("2026-09-30 15:00", 1, "2026-10-08 15:00"),
        ("2026-09-30 15:00", 3, "2026-10-10 15:00"),
        ("2026-10-02 11:00", 1, "2026-10-09 00:00"),
        ("2026-09-18 15:00", 1, "2026-09-20 15:00"),
        ("2026-10-12 15:00", -1, "2026-10-10 15:00"),
    ],
)
def test_holiday_week_moves_deadlines(start, days, end):
    official = library.days_of([2026])
    with calendar_of({day: state.is_workday for day, state in official.items()}):
        assert add_workdays(at(start), days) == at(end)


# --- properties ---

FIRST, LAST = datetime.date(2026, 1, 1), datetime.date(2027, 12, 31)
RUNS = st.tuples(st.dates(FIRST, LAST), st.integers(1, 40), st.booleans())
CALENDARS = st.lists(RUNS, max_size=6).map(
    lambda runs: {
        day + number * DAY: is_workday for day, length, is_workday in runs for number in range(length)
    }
)
MOMENTS = st.datetimes(
    datetime.datetime(2025, 6, 1),
    datetime.datetime(2028, 6, 1),
    timezones=st.sampled_from([SHANGHAI, datetime.UTC, ZoneInfo("America/New_York")]),
    allow_imaginary=False,
)
COUNTS = st.integers(-60, 120)


def is_workday(day: datetime.date, days: Days) -> bool:
    return days.get(day, day.weekday() < 5)


def midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), SHANGHAI)


def naive_add(start: datetime.datetime, count: int, days: Days) -> datetime.datetime:
    """Day by day, as somebody does with a finger on a paper calendar."""
    local = start.astimezone(SHANGHAI)
    while not is_workday(local.date(), days):
        local = midnight(local.date() + DAY)
    step = DAY if count > 0 else -DAY
    for _each in range(abs(count)):
        local += step
        while not is_workday(local.date(), days):
            local += step
    return local


def naive_time(start: datetime.datetime, end: datetime.datetime, days: Days) -> datetime.timedelta:
    if end < start:
        return -naive_time(end, start, days)
    total, day = datetime.timedelta(), start.astimezone(SHANGHAI).date()
    while midnight(day) < end:
        if is_workday(day, days):
            total += min(end, midnight(day + DAY)) - max(start, midnight(day))
        day += DAY
    return total


@given(days=CALENDARS, start=MOMENTS, count=COUNTS)
@settings(max_examples=400, deadline=None)
def test_adding_equals_counting_on_the_fingers(days, start, count):
    with calendar_of(days):
        assert add_workdays(start, count) == naive_add(start, count, days)


@given(days=CALENDARS, start=MOMENTS, end=MOMENTS)
@settings(max_examples=200, deadline=None)
def test_measuring_equals_adding_up_day_by_day(days, start, end):
    with calendar_of(days):
        assert working_time(start, end) == naive_time(start, end, days)


@given(days=CALENDARS, start=MOMENTS, count=COUNTS)
@settings(max_examples=400, deadline=None)
def test_adding_and_measuring_gives_the_days_back(days, start, count):
    with calendar_of(days):
        due = add_workdays(start, count)
        assert working_time(start, due) == count * DAY
        assert is_workday(due.astimezone(SHANGHAI).date(), days)


@given(days=CALENDARS, moments=st.tuples(MOMENTS, MOMENTS), counts=st.tuples(COUNTS, COUNTS))
@settings(max_examples=400, deadline=None)
def test_what_starts_later_or_gets_more_days_is_never_due_earlier(days, moments, counts):
    (early, late), (few, many) = sorted(moments), sorted(counts)
    with calendar_of(days):
        assert add_workdays(early, few) <= add_workdays(late, few)
        assert add_workdays(early, few) <= add_workdays(early, many)


@given(days=CALENDARS, start=MOMENTS, count=st.integers(0, 60), data=st.data())
@settings(max_examples=200, deadline=None)
def test_day_taken_off_moves_a_deadline_behind_it_and_no_other(days, start, count, data):
    with calendar_of(days):
        due = add_workdays(start, count)
    day = data.draw(st.dates(FIRST, LAST).filter(lambda day: is_workday(day, days)))
    with calendar_of({**days, day: False}):
        moved = add_workdays(start, count)
    first, last = (moment.astimezone(SHANGHAI).date() for moment in (start, due))
    if day > last or day < first:
        assert moved == due
    else:
        assert moved > due


@given(days=CALENDARS, day=st.dates(datetime.date(1, 2, 1), datetime.date(9999, 11, 30)))
@settings(max_examples=200, deadline=None)
def test_table_knows_every_day_of_every_year(days, day):
    table, ordinal = (
        WorkdayTable({day.toordinal(): works for day, works in days.items()}),
        day.toordinal(),
    )
    assert table.is_workday(ordinal) == is_workday(day, days)
    if table.is_workday(ordinal):
        assert table.workday(table.before(ordinal)) == ordinal


# --- the copy in memory ---


def note(day: str, *, works: bool) -> None:
    """What another process would write, of which this one hears nothing."""
    CalendarDay.objects.create(date=day, is_workday=works, name="校庆日", is_local=True)
    CalendarChange(kind="off", first_day=day, last_day=day, days={}).save()


def test_copy_is_asked_once_a_minute_whether_it_is_current(
    changing_calendar, monkeypatch, django_assert_num_queries
):
    clock = [1000.0]
    monkeypatch.setattr(workdays, "RECHECK_SECONDS", 60.0)
    monkeypatch.setattr(workdays.time, "monotonic", lambda: clock[0])
    friday, monday = at("2027-06-04 10:00"), at("2027-06-07 10:00")
    with django_assert_num_queries(2):
        assert add_workdays(friday, 1) == monday
    note("2027-06-07", works=False)
    clock[0] += 59
    with django_assert_num_queries(0):
        assert add_workdays(friday, 1) == monday
    clock[0] += 2
    with django_assert_num_queries(2):
        assert add_workdays(friday, 1) == monday + DAY
    clock[0] += 61
    with django_assert_num_queries(1):
        assert add_workdays(friday, 1) == monday + DAY


def test_own_edit_shows_as_soon_as_it_is_committed(changing_calendar, django_capture_on_commit_callbacks):
    before = add_workdays(at("2026-09-30 15:00"), 1)
    with django_capture_on_commit_callbacks(execute=True):
        load_holidays([2026])
    assert (before, add_workdays(at("2026-09-30 15:00"), 1)) == (
        at("2026-10-01 15:00"),
        at("2026-10-08 15:00"),
    )


def test_own_edit_shows_nothing_while_it_may_still_be_rolled_back(
    changing_calendar, django_capture_on_commit_callbacks
):
    before = add_workdays(at("2026-09-30 15:00"), 1)
    with django_capture_on_commit_callbacks():
        load_holidays([2026])
        assert add_workdays(at("2026-09-30 15:00"), 1) == before
