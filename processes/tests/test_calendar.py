"""The calendar as data: public holidays loaded, days changed by people, undone, reset, put down."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from common.errors import BadInput, Refused
from processes.calendar import actions, library
from processes.calendar.models import CalendarChange, CalendarDay, ChangeKind, DayState
from processes.calendar.queries import changes_touching, loaded_years
from processes.calendar.rules import can_undo, undoable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("changing_calendar")]
Day = datetime.date


@pytest.fixture
def officer() -> User:
    return User.objects.create_user("T9", "刘老师")


@pytest.fixture
def colleague() -> User:
    return User.objects.create_user("T8", "张老师")


def off(first: Day, last: Day, by: User, name: str = "寒假") -> CalendarChange:
    made = actions.change_days(first, last, is_workday=False, name=name, by=by)
    assert made is not None
    return made


def said(*days: Day) -> list[tuple[str, bool] | None]:
    """What the calendar says about each day: name and whether it is a workday."""
    rows = CalendarDay.objects.in_bulk(days, field_name="date")
    return [(rows[day].name, rows[day].is_workday) if day in rows else None for day in days]


def snapshot() -> list[tuple]:
    return list(CalendarDay.objects.values_list("date", "is_workday", "name", "name_en", "note", "is_local"))


# --- loading ---


def test_load_knows_holidays_and_the_weekends_worked_for_them():
    actions.load_holidays()
    days = Day(2026, 10, 1), Day(2026, 10, 4), Day(2026, 10, 8), Day(2026, 10, 10), Day(2026, 9, 20)
    assert said(*days) == [("国庆节", False), ("国庆节", False), None, ("国庆节", True), ("国庆节", True)]
    assert loaded_years() == library.known_years()
    assert CalendarDay.objects.get(date=days[0]).name_en == "National Day"


def test_load_of_some_years_leaves_the_others_alone():
    assert actions.load_holidays([2025]).added == len(library.days_of([2025]))
    actions.load_holidays([2026])
    assert loaded_years() == range(2025, 2027)


def test_loading_again_changes_nothing_and_writes_no_line():
    actions.load_holidays()
    before = snapshot()
    again = actions.load_holidays()
    assert (again.added, again.changed, again.removed) == (0, 0, 0)
    assert snapshot() == before
    assert CalendarChange.objects.count() == 1


def test_year_that_the_library_does_not_know_is_named():
    counts = actions.load_holidays([2026, 2099])
    assert counts.unknown == (2099,)
    assert counts.added == len(library.days_of([2026]))


def test_load_never_overwrites_what_the_school_changed(officer):
    off(Day(2026, 9, 30), Day(2026, 9, 30), officer, "校庆日")
    actions.change_days(Day(2026, 10, 7), Day(2026, 10, 7), is_workday=True, name="值班", by=officer)
    counts = actions.load_holidays([2026])
    assert counts.kept == 2
    assert said(Day(2026, 9, 30), Day(2026, 10, 6), Day(2026, 10, 7)) == [
        ("校庆日", False),
        ("国庆节", False),
        ("值班", True),
    ]


def test_load_follows_the_library_when_that_is_corrected(monkeypatch):
    many = actions.load_holidays([2026]).added
    day = Day(2026, 10, 1)
    corrected = {day: DayState(True, "国庆节", "National Day", "", is_local=False)}
    monkeypatch.setattr(library, "days_of", lambda _years: corrected)
    counts = actions.load_holidays([2026])
    assert (counts.added, counts.changed, counts.removed) == (0, 1, many - 1)
    assert [row[:2] for row in snapshot()] == [(day, True)]


def test_command_says_what_it_did_and_what_is_not_known(capsys):
    call_command("load_calendar", "--years", "2026", "2099")
    out = capsys.readouterr().out
    assert library.SOURCE in out
    assert f"{len(library.days_of([2026]))} added" in out
    assert "2099 is not known" in out


@pytest.mark.parametrize("year", ["next", "1999", "20260"])
def test_command_refuses_what_is_no_year_of_the_calendar(year):
    with pytest.raises(CommandError):
        call_command("load_calendar", "--years", year)
    assert snapshot() == []


# --- changing ---


def test_change_covers_every_day_from_the_first_to_the_last(officer):
    change = off(Day(2027, 1, 29), Day(2027, 2, 2), officer)
    days = [Day(2027, 1, 29), Day(2027, 1, 30), Day(2027, 1, 31), Day(2027, 2, 1), Day(2027, 2, 2)]
    assert said(*days) == [("寒假", False)] * 5
    assert (change.kind, change.by, change.first_day, change.last_day) == (
        ChangeKind.OFF,
        officer,
        days[0],
        days[-1],
    )
    assert CalendarDay.objects.count() == 5


def test_public_holiday_within_a_vacation_keeps_its_name_but_a_moved_workday_becomes_free(officer):
    actions.load_holidays([2026])
    off(Day(2026, 2, 13), Day(2026, 2, 28), officer)
    assert said(Day(2026, 2, 14), Day(2026, 2, 17), Day(2026, 2, 28)) == [
        ("寒假", False),
        ("春节", False),
        ("寒假", False),
    ]


def test_change_to_what_is_already_so_writes_nothing(officer):
    off(Day(2027, 1, 29), Day(2027, 2, 2), officer)
    again = actions.change_days(Day(2027, 1, 29), Day(2027, 2, 1), is_workday=False, name="寒假", by=officer)
    assert again is None
    assert CalendarChange.objects.count() == 1


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (Day(2027, 2, 2), Day(2027, 2, 1)),
        (Day(1999, 12, 31), Day(2000, 1, 1)),
        (Day(2100, 12, 31), Day(2101, 1, 1)),
        (Day(2027, 1, 1), Day(2028, 1, 2)),
    ],
)
def test_span_that_is_none_changes_nothing(officer, first, last):
    with pytest.raises(BadInput):
        off(first, last, officer)
    with pytest.raises(BadInput):
        actions.reset_days(first, last, by=officer)
    assert (snapshot(), CalendarChange.objects.count()) == ([], 0)


# --- resetting ---


def test_reset_brings_the_public_holidays_back_and_plain_days_besides(officer):
    actions.load_holidays([2026])
    before = snapshot()
    actions.change_days(Day(2026, 9, 28), Day(2026, 10, 8), is_workday=True, name="迎新", by=officer)
    assert said(Day(2026, 10, 1)) == [("迎新", True)]
    change = actions.reset_days(Day(2026, 9, 28), Day(2026, 10, 8), by=officer)
    assert snapshot() == before
    assert change.kind == ChangeKind.RESET


def test_reset_of_untouched_days_writes_nothing(officer):
    actions.load_holidays([2026])
    assert actions.reset_days(Day(2026, 9, 28), Day(2026, 10, 8), by=officer) is None


# --- undoing ---


def test_undo_brings_back_what_was_there_before(officer, colleague):
    actions.load_holidays([2026])
    off(Day(2026, 9, 30), Day(2026, 9, 30), officer, "校庆日")
    before = snapshot()
    change = actions.change_days(Day(2026, 9, 29), Day(2026, 10, 3), is_workday=True, name="迎新", by=officer)
    undone = actions.undo(change, by=colleague)
    assert snapshot() == before
    assert (undone.kind, undone.by, undone.undoes) == (ChangeKind.UNDO, colleague, change)


def test_undone_change_can_be_done_again_by_undoing_that(officer):
    change = off(Day(2027, 1, 29), Day(2027, 2, 2), officer)
    after = snapshot()
    actions.undo(actions.undo(change, by=officer), by=officer)
    assert snapshot() == after


def test_change_is_not_undone_twice(officer, colleague):
    change = off(Day(2027, 1, 29), Day(2027, 2, 2), officer)
    actions.undo(change, by=colleague)
    with pytest.raises(Refused, match="张老师"):
        actions.undo(change, by=officer)
    assert CalendarChange.objects.count() == 2


def test_change_under_a_later_one_is_not_undone_and_the_later_one_is_named(officer, colleague):
    change = off(Day(2027, 1, 29), Day(2027, 2, 2), officer)
    actions.change_days(Day(2027, 2, 2), Day(2027, 2, 2), is_workday=True, name="返校", by=colleague)
    before = snapshot()
    with pytest.raises(Refused, match="张老师"):
        actions.undo(change, by=officer)
    assert snapshot() == before


def test_change_beside_a_later_one_is_undone(officer, colleague):
    change = off(Day(2027, 1, 29), Day(2027, 2, 2), officer)
    off(Day(2027, 2, 3), Day(2027, 2, 3), colleague)
    actions.undo(change, by=officer)
    assert [row[0] for row in snapshot()] == [Day(2027, 2, 3)]


def test_loaded_holidays_are_not_undone(officer):
    actions.load_holidays([2026])
    load = CalendarChange.objects.get()
    assert not can_undo(load)
    with pytest.raises(Refused):
        actions.undo(load, by=officer)


def test_undoable_lines_cost_one_query(officer, django_assert_num_queries):
    changes = [off(Day(2027, 3, day), Day(2027, 3, day), officer) for day in range(1, 6)]
    off(Day(2027, 3, 5), Day(2027, 3, 5), officer, "另有安排")
    with django_assert_num_queries(1):
        assert undoable(changes) == {change.pk for change in changes[:4]}


# --- the log ---


def test_line_keeps_what_was_and_what_is(officer):
    off(Day(2027, 2, 2), Day(2027, 2, 2), officer)
    change = actions.change_days(
        Day(2027, 2, 2), Day(2027, 2, 2), is_workday=True, name="返校", note="校发〔2027〕3号", by=officer
    )
    change.refresh_from_db()
    assert change.states == {
        Day(2027, 2, 2): (
            DayState(False, "寒假", "", "", is_local=True),
            DayState(True, "返校", "", "校发〔2027〕3号", is_local=True),
        )
    }


def test_log_is_append_only(officer):
    change = off(Day(2027, 2, 2), Day(2027, 2, 2), officer)
    change.name = "别的"
    for write in (
        change.save,
        change.delete,
        lambda: CalendarChange.objects.update(name="别的"),
        CalendarChange.objects.all().delete,
    ):
        with pytest.raises(TypeError):
            write()
    assert CalendarChange.objects.get().name == "寒假"


def test_lines_of_a_year_are_those_that_touch_it(officer):
    inside = off(Day(2026, 12, 31), Day(2026, 12, 31), officer)
    across = off(Day(2026, 12, 30), Day(2027, 1, 3), officer, "元旦")
    off(Day(2027, 1, 4), Day(2027, 1, 4), officer)
    found = changes_touching(Day(2026, 1, 1), Day(2026, 12, 31)).order_by("id")
    assert list(found) == [inside, across]


# --- two people at once ---


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("years", [[2026], []], ids=["later", "the very first"])
def test_people_who_change_the_same_days_at_once_follow_each_other(officer, years):
    actions.load_holidays(years)

    def change(number: int) -> None:
        try:
            off(Day(2027, 3, 1), Day(2027, 3, 20), officer, f"第{number}次")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as people:
        list(people.map(change, range(16)))
    lines = list(CalendarChange.objects.exclude(by=None))
    assert len(lines) == 16
    names = [None if before is None else before.name for line in lines for before, _ in line.states.values()]
    assert {name: names.count(name) for name in names} == dict.fromkeys({None, *names}, 20)
    last = ({line.name for line in lines} - set(names)).pop()
    assert {row.name for row in CalendarDay.objects.filter(is_local=True)} == {last}
