"""What the inbox finds, and what it costs."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions import add_unit, appoint
from accounts.models import Unit, UnitKind, User
from accounts.posts import pools_of
from accounts.roles import Role
from approvals import queries
from approvals.actions import Actor, Decision, decide, start_case, submit
from approvals.filters import Filters
from approvals.tests.kit import CLASS_STEP, COLLEGE_STEP, NOW, RETURN, approved, open_task, submitted, waiting
from common.paging import BadCursor
from processes.models import Case, Task
from processes.tests.kit import KEY

ALL = Filters()


def names(found):
    return [task.process.title for section in found.sections for task in section.tasks]


def walk(user, filters=ALL):
    """Every row of the inbox, page by page."""
    pages, after, under = [], "", ""
    while True:
        found = queries.inbox(user, filters, NOW, after=after, under=under)
        pages.append(found)
        after, under = found.next, found.last_step
        if not after:
            return pages


def test_inbox_shows_the_pools_open_tasks_by_deadline(flow):
    submitted(flow, "1", "后来", now=NOW + datetime.timedelta(hours=1))
    submitted(flow, "2", "先来")
    found = queries.inbox(flow.counselor, ALL, NOW)
    assert names(found) == ["先来", "后来"]
    assert [(step.key, step.count, step.batch) for step in found.steps] == [(CLASS_STEP, 2, True)]


def test_inbox_of_somebody_without_appointment_is_empty(flow):
    submitted(flow, "1")
    assert queries.inbox(flow.person("s9", "路人"), ALL, NOW).steps == []


def test_inbox_leaves_out_what_lies_in_other_pools(flow):
    submitted(flow, "1")
    assert queries.inbox(flow.officer, ALL, NOW).total == 0


def test_inbox_of_somebody_with_two_roles_shows_both_steps_in_sections(flow):
    appoint(flow.counselor, Role.COLLEGE_OFFICER, flow.college)
    submitted(flow, "1", "在班级")
    approved(submitted(flow, "2", "在学院"), flow.second_counselor)
    found = queries.inbox(flow.counselor, ALL, NOW)
    assert [section.step.key for section in found.sections] == [CLASS_STEP, COLLEGE_STEP]
    assert names(found) == ["在班级", "在学院"]
    assert found.total == 2


def test_step_that_is_not_chosen_is_still_named_and_counted(flow):
    appoint(flow.counselor, Role.COLLEGE_OFFICER, flow.college)
    submitted(flow, "1", "在班级")
    approved(submitted(flow, "2", "在学院"), flow.second_counselor)
    found = queries.inbox(flow.counselor, Filters(step=COLLEGE_STEP), NOW)
    assert names(found) == ["在学院"]
    assert [(step.key, step.count) for step in found.steps] == [(CLASS_STEP, 1), (COLLEGE_STEP, 1)]
    assert all(step.title for step in found.steps)


def test_step_counts_what_waits_in_all_pools_of_the_person(flow):
    submitted(flow, "1", "本班")
    task = submitted(flow, "2", "邻班")
    other = add_unit(Unit.objects.get(kind=UnitKind.MAJOR), UnitKind.CLASS, "软件2302")
    appoint(flow.counselor, Role.COUNSELOR, other)
    Task.objects.filter(pk=task.pk).update(unit=other)
    found = queries.inbox(flow.counselor, ALL, NOW)
    assert [(step.key, step.count) for step in found.steps] == [(CLASS_STEP, 2)]


def test_inbox_does_not_mix_the_units_of_two_roles(flow):
    """Counselor of one class and officer of another college: not counselor of that college's classes."""
    other = add_unit(flow.university, UnitKind.COLLEGE, "外语学院")
    other_class = add_unit(add_unit(other, UnitKind.MAJOR, "英语"), UnitKind.CLASS, "英语2301")
    person = flow.person("t8", "周老师", Role.COUNSELOR, other_class)
    appoint(person, Role.COLLEGE_OFFICER, flow.college)
    submitted(flow, "1", "在班级")
    approved(submitted(flow, "2", "在学院"), flow.counselor)
    assert names(queries.inbox(person, ALL, NOW)) == ["在学院"]


def test_inbox_pages_give_each_row_once_and_continue_a_section_without_its_head(flow):
    waiting(flow, 120)
    pages = walk(flow.counselor)
    assert [len(names(page)) for page in pages] == [50, 50, 20]
    assert len({name for page in pages for name in names(page)}) == 120
    assert [page.sections[0].continued for page in pages] == [False, True, True]
    assert {page.total for page in pages} == {120}


def test_inbox_refuses_a_cursor_that_was_made_up(flow):
    with pytest.raises(BadCursor):
        queries.inbox(flow.counselor, ALL, NOW, after="xyz")


def test_step_filter_shows_one_step_and_still_counts_the_others(flow):
    appoint(flow.counselor, Role.COLLEGE_OFFICER, flow.college)
    submitted(flow, "1", "在班级")
    approved(submitted(flow, "2", "在学院"), flow.second_counselor)
    found = queries.inbox(flow.counselor, Filters(step=COLLEGE_STEP), NOW)
    assert names(found) == ["在学院"]
    assert {step.key: step.count for step in found.steps} == {CLASS_STEP: 1, COLLEGE_STEP: 1}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("王晓雨", 1),
        ("晓雨", 1),
        ("20230017", 1),
        ("wangxiaoyu", 1),
        ("WXY", 1),
        ("wxy 0017", 1),
        ("wxy 0018", 0),
        ("%", 0),
        ("_", 0),
    ],
)
def test_search_finds_by_name_number_pinyin_and_initials(flow, text, found):
    task = submitted(flow, "20230017")
    Case.objects.filter(pk=task.process_id).update(search_text="王晓雨 20230017 wangxiaoyu wxy")
    assert queries.inbox(flow.counselor, Filters(q=text), NOW).total == found


def test_search_finds_by_case_number(flow):
    task = submitted(flow, "1", "这一件")
    submitted(flow, "2", "另一件")
    number = task.process.number
    assert names(queries.inbox(flow.counselor, Filters(q=number), NOW)) == ["这一件"]
    assert names(queries.inbox(flow.counselor, Filters(q=number[-6:]), NOW)) == ["这一件"]
    assert names(queries.inbox(flow.counselor, Filters(q="2027"), NOW)) == []


def test_unit_filter_takes_everything_under_the_unit(flow):
    submitted(flow, "1")
    elsewhere = add_unit(flow.university, UnitKind.COLLEGE, "外语学院")
    appoint(flow.counselor, Role.COUNSELOR, flow.university)
    assert queries.inbox(flow.counselor, Filters(unit=str(flow.college.pk)), NOW).total == 1
    assert queries.inbox(flow.counselor, Filters(unit=str(elsewhere.pk)), NOW).total == 0


def test_unit_filter_outside_the_persons_scope_finds_nothing(flow):
    submitted(flow, "1")
    assert queries.inbox(flow.counselor, Filters(unit=str(flow.college.pk)), NOW).total == 0


def test_brief_filter_looks_at_the_line_under_the_name(flow):
    task = submitted(flow, "1")
    Case.objects.filter(pk=task.process_id).update(brief="软件2301 · 签就业协议形式就业 · 海康威视")
    assert queries.inbox(flow.counselor, Filters(brief="海康"), NOW).total == 1
    assert queries.inbox(flow.counselor, Filters(brief="自由职业"), NOW).total == 0


def test_returned_filter_shows_cases_that_came_back(flow):
    again = submitted(flow, "1", "又来")
    submitted(flow, "2", "初来")
    decide(again.pk, RETURN, Actor(flow.counselor))
    submit(open_task(again.process_id).pk, Actor(User.objects.get(username="1")))
    found = queries.inbox(flow.counselor, Filters(returned="1"), NOW)
    assert names(found) == ["又来"]
    assert found.sections[0].tasks[0].returned


def test_overdue_filter_shows_what_is_past_its_deadline(flow):
    submitted(flow, "1", "早就该办", now=NOW - datetime.timedelta(days=9))
    submitted(flow, "2", "还有时间")
    assert names(queries.inbox(flow.counselor, Filters(overdue="1"), NOW)) == ["早就该办"]


def test_matching_keys_are_those_of_the_list_in_order(flow):
    waiting(flow, 7)
    rows = [task.pk for task in queries.inbox(flow.counselor, ALL, NOW).sections[0].tasks]
    assert queries.matching_keys(flow.counselor, ALL, NOW, 5) == rows[:5]


def test_neighbours_follow_the_order_of_the_list(flow):
    waiting(flow, 3)
    first, second, third = queries.inbox(flow.counselor, ALL, NOW).sections[0].tasks

    def neighbour(task, back):
        return queries.neighbour(flow.counselor, ALL, task, NOW, back=back)

    assert [neighbour(task, back=False) for task in (first, second, third)] == [second.pk, third.pk, None]
    assert [neighbour(task, back=True) for task in (first, second, third)] == [None, first.pk, second.pk]


def test_neighbour_is_found_though_the_task_itself_is_done(flow):
    waiting(flow, 3)
    _first, second, third = queries.inbox(flow.counselor, ALL, NOW).sections[0].tasks
    decide(second.pk, Decision("approve"), Actor(flow.counselor))
    assert queries.neighbour(flow.counselor, ALL, second, NOW, back=False) == third.pk


def test_done_shows_own_decisions_newest_first(flow):
    older = submitted(flow, "20230001", "先办")
    newer = submitted(flow, "20230002", "后办")
    others = submitted(flow, "20230003", "别人办")
    decide(newer.pk, RETURN, Actor(flow.counselor), now=NOW + datetime.timedelta(hours=2))
    decide(older.pk, Decision("approve"), Actor(flow.counselor), now=NOW + datetime.timedelta(hours=1))
    decide(others.pk, Decision("approve"), Actor(flow.second_counselor))
    assert [task.process.title for task in queries.done(flow.counselor).tasks] == ["后办", "先办"]
    assert [task.pk for task in queries.done(flow.counselor, outcome="approve").tasks] == [older.pk]
    assert [task.pk for task in queries.done(flow.counselor, "20230002").tasks] == [newer.pk]


def test_done_leaves_out_what_a_person_submitted(flow):
    student = flow.person("1", "学生")
    case = start_case(KEY, student, Actor(student))
    submit(open_task(case).pk, Actor(student))
    assert queries.done(student).tasks == []


def test_done_goes_on_behind_its_first_page(flow):
    for task in waiting(flow, 53):
        decide(task.pk, Decision("approve"), Actor(flow.counselor))
    first = queries.done(flow.counselor)
    second = queries.done(flow.counselor, after=first.next)
    assert (len(first.tasks), len(second.tasks), second.next) == (50, 3, "")
    assert len({task.pk for task in first.tasks + second.tasks}) == 53


def test_case_is_seen_by_pool_decider_and_nobody_else(flow):
    task = submitted(flow, "1")
    decide(task.pk, Decision("approve"), Actor(flow.counselor))
    stranger = flow.person("t9", "外人", Role.COUNSELOR, add_unit(flow.college, UnitKind.MAJOR, "别的专业"))
    case_id = task.process_id
    assert queries.may_see_case(flow.counselor, case_id)
    assert queries.may_see_case(flow.second_counselor, case_id)
    assert queries.may_see_case(flow.officer, case_id)
    assert queries.may_see_case(flow.director, case_id)  # operates every case
    assert not queries.may_see_case(stranger, case_id)


def cost(flow, filters=ALL):
    pools_of(flow.counselor)  # looked up once a request
    with CaptureQueriesContext(connection) as captured:
        queries.inbox(flow.counselor, filters, NOW)
    return len(captured)


def test_inbox_takes_the_same_queries_at_3_and_at_300_rows(flow):
    waiting(flow, 3)
    few = cost(flow)
    flow.students = lambda count: [flow.person(f"x{n}", "学生") for n in range(count)]
    waiting(flow, 297)
    assert Task.objects.filter(finished=None).count() == 300
    assert cost(flow) == few == 4


def test_pool_is_counted_and_paged_by_its_index_alone(flow):
    """The plan, not the clock: a million other tasks are never looked at."""
    waiting(flow, 3)
    with CaptureQueriesContext(connection) as captured:
        queries.inbox(flow.counselor, ALL, NOW)
    limit, grouped, page = (query["sql"] for query in captured.captured_queries[2:5])
    assert "OFFSET" in limit
    assert "GROUP BY" in grouped
    for sql in (limit, grouped, page):
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{sql}")
            plan = " ".join(str(cell) for row in cursor.fetchall() for cell in row)
        if connection.vendor == "sqlite":
            assert "USING COVERING INDEX task_pool" in plan
        else:
            assert "task_pool" in plan
            assert "Using index" in plan
