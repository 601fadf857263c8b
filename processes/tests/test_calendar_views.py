"""The pages of the calendar: a year, the form, undoing."""

import datetime
import re
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.actions import add_unit, appoint
from accounts.models import UnitKind, User
from accounts.roles import STAFF, Role
from processes.calendar import actions
from processes.calendar.models import CalendarChange, CalendarDay, ChangeKind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("changing_calendar")]
Day = datetime.date
PAGE, CHANGE = "/manage/calendar/", "/manage/calendar/change/"
HX = {"HX-Request": "true"}


@pytest.fixture
def officer(client) -> User:
    person = User.objects.create_user("T9", "刘老师")
    appoint(person, Role.UNIVERSITY_OFFICER, add_unit(None, UnitKind.UNIVERSITY, "启程大学"))
    client.force_login(person)
    return person


def sent(**more: str) -> dict[str, str]:
    return {"first": "2027-01-18", "last": "2027-02-21", "kind": "off", "name": "寒假"} | more


def page(client, url: str = f"{PAGE}?year=2026", language: str = "en") -> str:
    client.cookies["django_language"] = language
    return client.get(url).content.decode()


def cell(text: str, day: str) -> str:
    """The link of a day, in one line."""
    return re.search(rf'<a class="[^"]*"[^>]*data-day="{day}".*?</a>', text)[0]


# --- the year ---


def test_year_shows_each_kind_of_day_with_its_word_and_its_name(client, officer):
    actions.load_holidays([2026])
    actions.change_days(Day(2026, 9, 18), Day(2026, 9, 18), is_workday=False, name="校庆日", by=officer)
    text = page(client)
    for day, look, mark, name in [
        ("2026-10-01", "holiday", "off", "Thursday, 1 October: public holiday, National Day"),
        ("2026-10-10", "moved", "work", "Saturday, 10 October: workday moved for National Day"),
        ("2026-09-18", "own", "off", "Friday, 18 September: the school&#x27;s own day off, 校庆日"),
        ("2026-10-08", "workday", "", "Thursday, 8 October: workday"),
        ("2026-10-11", "weekend", "", "Sunday, 11 October: weekend"),
    ]:
        found = cell(text, day)
        assert f"cal-{look}" in found
        assert f'aria-label="{name}"' in found
        assert ("cal-mark" in found) == bool(mark)
        assert mark in found


def test_year_counts_workdays_and_days_of_each_kind(client, officer):
    actions.load_holidays([2026])
    context = client.get(f"{PAGE}?year=2026").context
    assert context["year"].workdays == 248
    assert [number for _look, number in context["year"].legend] == [33, 6, 0]
    assert [month.workdays for month in context["year"].months][9] == 18


def test_days_in_a_row_are_told_once_a_month_and_lead_to_all_of_them(client, officer):
    actions.change_days(Day(2027, 1, 18), Day(2027, 2, 21), is_workday=False, name="寒假", by=officer)
    january, february = client.get(f"{PAGE}?year=2027").context["year"].months[:2]
    assert [stretch.numbers for stretch in january.stretches] == ["18–31"]
    assert [stretch.numbers for stretch in february.stretches] == ["1–21"]
    assert january.stretches[0].whole == february.stretches[0].whole == (Day(2027, 1, 18), Day(2027, 2, 21))


def test_page_says_which_years_are_known_and_from_where(client, officer):
    actions.load_holidays([2025, 2026])
    known = page(client)
    assert "The public holidays of 2026 are known: chinesecalendar" in known
    assert "has 2025 to 2026" in known
    unknown = page(client, f"{PAGE}?year=2027")
    assert "The public holidays of 2027 are not known yet" in unknown
    assert "Monday to Friday are workdays" in unknown


@pytest.mark.parametrize("year", ["2026", "2027"])
def test_page_says_that_deadlines_stay(client, officer, year):
    actions.load_holidays([2026])
    assert "Deadlines that are already set do not move." in page(client, f"{PAGE}?year={year}")
    assert "已经定下的期限不会变动" in page(client, f"{PAGE}?year={year}", "zh-hans")


def test_empty_calendar_is_shown_with_a_way_on(client, officer):
    text = page(client)
    assert "The public holidays of 2026 are not known yet" in text
    assert "Nobody has changed anything yet" in text


@pytest.mark.parametrize(
    ("asked", "shown"), [("", None), ("x", None), ("²⁰²⁶", None), ("1", None), ("1066", 2000), ("9999", 2100)]
)
def test_year_that_is_none_shows_the_nearest_or_this_one(client, officer, asked, shown):
    year = client.get(f"{PAGE}?year={asked}").context["year"].number
    assert year == (shown or datetime.date.today().year)


# --- changing ---


def test_sent_form_changes_the_days_and_leads_back_to_where_it_can_be_undone(client, officer):
    answer = client.post(CHANGE, sent(note="校发〔2026〕9号"))
    made = CalendarChange.objects.get()
    assert answer.headers["Location"] == f"{PAGE}?year=2027&changed={made.pk}"
    assert CalendarDay.objects.filter(name="寒假", note="校发〔2026〕9号", is_local=True).count() == 35
    text = page(client, answer.headers["Location"])
    assert "18 January – 21 February: day off, “寒假”" in text
    assert reverse("processes:calendar_undo", args=[made.pk]) in text


def test_dialog_is_told_where_to_go(client, officer):
    answer = client.post(CHANGE, sent(), headers=HX)
    assert answer.headers["HX-Redirect"].startswith(f"{PAGE}?year=2027&changed=")


def test_reset_needs_no_name(client, officer):
    client.post(CHANGE, sent())
    client.post(CHANGE, sent(kind="reset", name=""))
    assert not CalendarDay.objects.exists()
    assert CalendarChange.objects.latest("id").kind == ChangeKind.RESET


def test_change_to_what_is_already_so_says_so(client, officer):
    client.post(CHANGE, sent())
    answer = client.post(CHANGE, sent(), follow=True)
    assert [str(message) for message in answer.context["messages"]] == ["这几天本来就是这样，没有任何改动。"]
    assert CalendarChange.objects.count() == 1


@pytest.mark.parametrize("headers", [{}, HX], ids=["page", "dialog"])
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"first": ""}, "first"),
        ({"last": "2027-02-30"}, "last"),
        ({"last": "2027-01-17"}, "last"),
        ({"last": "2028-02-01"}, "last"),
        ({"first": "1999-01-01", "last": "1999-01-01"}, "last"),
        ({"kind": ""}, "kind"),
        ({"kind": "load"}, "kind"),
        ({"name": "  "}, "name"),
        ({"name": "字" * 61}, "name"),
        ({"note": "字" * 201}, "note"),
    ],
)
def test_wrong_form_is_marked_and_changes_nothing(client, officer, given, field, headers):
    answer = client.post(CHANGE, sent(**given), headers=headers)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not CalendarDay.objects.exists()
    assert not CalendarChange.objects.exists()


@pytest.mark.parametrize(
    ("query", "initial"),
    [
        ("first=2026-10-01", {"first": Day(2026, 10, 1), "last": Day(2026, 10, 1), "kind": "work"}),
        ("first=2026-10-10", {"first": Day(2026, 10, 10), "last": Day(2026, 10, 10), "kind": "off"}),
        ("first=2026-10-11", {"first": Day(2026, 10, 11), "last": Day(2026, 10, 11), "kind": "work"}),
        (
            "first=2026-10-12&last=2026-10-14",
            {"first": Day(2026, 10, 12), "last": Day(2026, 10, 14), "kind": "off"},
        ),
        (
            "first=2026-10-14&last=2026-10-12",
            {"first": Day(2026, 10, 14), "last": Day(2026, 10, 14), "kind": "off"},
        ),
        (
            "first=2026-09-18",
            {
                "first": Day(2026, 9, 18),
                "last": Day(2026, 9, 18),
                "kind": "off",
                "name": "校庆日",
                "note": "",
            },
        ),
    ],
)
def test_form_proposes_the_other_way_round_and_shows_what_the_school_chose(client, officer, query, initial):
    actions.load_holidays([2026])
    actions.change_days(Day(2026, 9, 18), Day(2026, 9, 18), is_workday=False, name="校庆日", by=officer)
    assert client.get(f"{CHANGE}?{query}").context["form"].initial == initial


def test_form_says_what_the_days_are_now(client, officer):
    actions.load_holidays([2026])
    one = page(client, f"{CHANGE}?first=2026-10-01")
    assert "Now: Thursday, 1 October: public holiday, National Day" in one
    many = page(client, f"{CHANGE}?first=2026-09-28&last=2026-10-08")
    assert "Now: 11 days, 4 of them workdays" in many


def test_form_without_a_day_begins_with_today(client, officer):
    for query in ("", "?first=soon", "?first=0001-01-01"):
        assert client.get(f"{CHANGE}{query}").status_code == 200
    assert client.get(CHANGE).context["form"].initial["first"] == datetime.date.today()


# --- undoing ---


def test_undo_button_takes_the_change_back_and_says_so(client, officer):
    client.post(CHANGE, sent())
    answer = client.post(reverse("processes:calendar_undo", args=[CalendarChange.objects.get().pk]))
    assert not CalendarDay.objects.exists()
    assert "18 January – 21 February: undone, “寒假”" in page(client, answer.headers["Location"])


def test_refused_undo_says_why(client, officer):
    client.post(CHANGE, sent())
    first = CalendarChange.objects.get()
    client.post(CHANGE, sent(name="冬假"))
    answer = client.post(reverse("processes:calendar_undo", args=[first.pk]), follow=True)
    assert "刘老师" in str(next(iter(answer.context["messages"])))
    assert set(CalendarDay.objects.values_list("name", flat=True)) == {"冬假"}


def test_undo_of_an_unknown_change_is_not_found(client, officer):
    assert client.post(reverse("processes:calendar_undo", args=[uuid4()])).status_code == 404


def test_log_is_paged_and_only_lines_that_can_be_undone_have_the_button(client, officer):
    for day in range(1, 26):
        actions.change_days(
            Day(2027, 3, day), Day(2027, 3, day), is_workday=False, name=f"第{day}天", by=officer
        )
    actions.change_days(Day(2027, 3, 25), Day(2027, 3, 25), is_workday=True, name="补课", by=officer)
    first = client.get(f"{PAGE}?year=2027").context
    assert [line.can_undo for line in first["lines"]] == [True, False] + [True] * 18
    older = client.get(f"{PAGE}{first['older_url']}").context
    assert [line.change.name for line in older["lines"]] == [
        "第6天",
        "第5天",
        "第4天",
        "第3天",
        "第2天",
        "第1天",
    ]
    assert client.get(f"{PAGE}?year=2027&after=nonsense").status_code == 404


# --- who ---


@pytest.mark.parametrize("role", sorted(STAFF))
def test_calendar_is_kept_by_the_career_center_alone(client, officer, role):
    officer.appointments.update(role=role)
    allowed = role in (Role.UNIVERSITY_OFFICER, Role.CAREER_CENTER_DIRECTOR)
    assert client.get(PAGE).status_code == (200 if allowed else 404)
    assert client.post(CHANGE, sent()).status_code == (302 if allowed else 404)
    assert CalendarDay.objects.exists() == allowed
