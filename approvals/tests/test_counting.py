"""An inbox that holds too much to be counted with its page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actions import add_unit, appoint
from accounts.models import Unit, UnitKind
from accounts.posts import pools_of
from accounts.roles import Role
from approvals import queries, saved_views
from approvals.actions import Actor, claim
from approvals.filters import Filters
from approvals.queries import counting
from approvals.queries.inbox import waiting_count
from approvals.tests.kit import CLASS_STEP, COLLEGE_STEP, NOW, approved, submitted, waiting
from processes.models import Task
from processes.tests.kit import KEY

pytestmark = pytest.mark.django_db
ALL = Filters()
LIMIT = 60


@pytest.fixture(autouse=True)
def _limit(monkeypatch):
    monkeypatch.setattr(counting, "MOST_COUNTED", LIMIT)


@pytest.fixture
def large(flow):
    """More tasks at the counselor's than are counted at once, by three of them."""
    return waiting(flow, LIMIT + 3)


def counts(found):
    return {step.key: step.count for step in found.steps}


def elsewhere(task, **changes):
    """Let *task* wait in another pool or step."""
    Task.objects.filter(pk=task.pk).update(**changes)


def test_as_many_as_are_counted_are_told_at_once(flow):
    waiting(flow, LIMIT)
    found = queries.inbox(flow.counselor, ALL, NOW)
    assert (found.is_uncounted, found.total, counts(found)) == (False, LIMIT, {CLASS_STEP: LIMIT})


def test_one_more_is_told_as_more_than_that_and_counted_afterwards(flow):
    waiting(flow, LIMIT + 1)
    found = queries.inbox(flow.counselor, ALL, NOW)
    assert (found.is_uncounted, found.total, found.least, counts(found)) == (
        True,
        None,
        LIMIT,
        {CLASS_STEP: None},
    )
    exact = queries.counts(flow.counselor, ALL, NOW)
    assert (exact.is_uncounted, exact.total, counts(exact)) == (False, LIMIT + 1, {CLASS_STEP: LIMIT + 1})


def test_rows_are_those_of_a_counted_inbox(flow, large, monkeypatch):
    first = queries.inbox(flow.counselor, ALL, NOW)
    second = queries.inbox(flow.counselor, ALL, NOW, after=first.next, under=first.last_step)
    monkeypatch.setattr(counting, "MOST_COUNTED", 1000)
    counted_first = queries.inbox(flow.counselor, ALL, NOW)
    counted_second = queries.inbox(flow.counselor, ALL, NOW, after=first.next, under=first.last_step)
    for found, counted in ((first, counted_first), (second, counted_second)):
        assert found.next == counted.next
        assert [section.continued for section in found.sections] == [
            section.continued for section in counted.sections
        ]
        assert [section.tasks for section in found.sections] == [
            section.tasks for section in counted.sections
        ]


def test_steps_behind_the_limit_are_listed(flow, large):
    appoint(flow.counselor, Role.COLLEGE_OFFICER, flow.college)
    for task in large[:2]:
        approved(task, flow.second_counselor)
    elsewhere(large[2], node_id="university_review")
    elsewhere(large[3], node_id="file")
    found = queries.inbox(flow.counselor, ALL, NOW)
    assert found.is_uncounted
    assert [node(step) for step in found.steps] == ["class_review", "college_review", "file"]
    assert all(step.title for step in found.steps)
    exact = queries.counts(flow.counselor, ALL, NOW)
    assert [(node(step), step.count) for step in exact.steps] == [
        ("class_review", LIMIT - 1),
        ("college_review", 2),
        ("file", 1),
        ("university_review", 1),
    ]


def node(step):
    return step.key.partition(".")[2]


def test_it_is_looked_before_between_and_behind_the_known_steps():
    gaps = [gap[1:] for gap in counting.gaps_between([f"{KEY}.b", f"{KEY}.a"]) if gap[0] == KEY]
    assert gaps == [(None, "a"), ("a", "b"), ("b", None)]


def test_step_that_waits_in_another_pool_alone_is_listed(flow, large):
    other = add_unit(Unit.objects.get(kind=UnitKind.MAJOR), UnitKind.CLASS, "软件2302")
    appoint(flow.counselor, Role.COUNSELOR, other)
    elsewhere(large[0], unit=other, node_id="university_review")
    found = queries.inbox(flow.counselor, ALL, NOW)
    assert [step.key.partition(".")[2] for step in found.steps] == ["class_review", "university_review"]


def test_step_of_somebody_elses_pool_is_not_listed(flow, large):
    approved(large[0], flow.second_counselor)
    assert [step.key for step in queries.inbox(flow.counselor, ALL, NOW).steps] == [CLASS_STEP]
    assert counts(queries.counts(flow.counselor, ALL, NOW)) == {CLASS_STEP: LIMIT + 2}


def test_what_the_person_took_is_listed_and_counted(flow, large):
    task = approved(large[0], flow.counselor)
    claim(task.pk, Actor(flow.officer))
    Task.objects.filter(pk=task.pk).update(owner=flow.counselor)
    found = queries.inbox(flow.counselor, ALL, NOW)
    assert [step.key for step in found.steps] == [CLASS_STEP, COLLEGE_STEP]
    assert counts(queries.counts(flow.counselor, ALL, NOW)) == {CLASS_STEP: LIMIT + 2, COLLEGE_STEP: 1}


def test_chosen_step_shows_its_rows_and_the_other_steps(flow, large):
    appoint(flow.counselor, Role.COLLEGE_OFFICER, flow.college)
    task = approved(large[0], flow.second_counselor)
    found = queries.inbox(flow.counselor, Filters(step=COLLEGE_STEP), NOW)
    assert [row.pk for section in found.sections for row in section.tasks] == [task.pk]
    assert counts(found) == {CLASS_STEP: None, COLLEGE_STEP: None}
    exact = queries.counts(flow.counselor, Filters(step=COLLEGE_STEP), NOW)
    assert counts(exact) == {CLASS_STEP: LIMIT + 2, COLLEGE_STEP: 1}


def test_search_with_few_matches_tells_their_number_at_once(flow, large):
    found = queries.inbox(flow.counselor, Filters(q=large[5].process.number), NOW)
    assert (found.total, counts(found)) == (1, {CLASS_STEP: 1})


def test_chosen_step_without_a_task_still_counts_the_only_other_one(flow):
    submitted(flow, "1")
    assert counts(queries.inbox(flow.counselor, Filters(step=COLLEGE_STEP), NOW)) == {CLASS_STEP: 1}


def test_search_without_a_match_says_so(flow, large):
    found = queries.inbox(flow.counselor, Filters(q="无此人"), NOW)
    assert (found.total, found.steps, found.sections) == (0, [], [])


def test_search_with_many_matches_tells_no_number_that_is_not_sure(flow, large):
    found = queries.inbox(flow.counselor, Filters(q="s0"), NOW)
    assert (found.total, found.least, counts(found)) == (None, 0, {CLASS_STEP: None})
    assert queries.counts(flow.counselor, Filters(q="s0"), NOW).total == LIMIT + 3


def test_notices_and_the_page_of_a_person_count_to_the_last_one(flow, large):
    assert waiting_count(flow.counselor) == LIMIT + 3


def statements(flow):
    pools_of(flow.counselor)  # looked up once a request
    with CaptureQueriesContext(connection) as captured:
        queries.inbox(flow.counselor, ALL, NOW)
    return [query["sql"] for query in captured]


def test_large_inbox_takes_the_same_queries_however_much_waits(flow, large):
    few = statements(flow)
    flow.students = lambda count: [flow.person(f"x{n}", "学生") for n in range(count)]
    waiting(flow, 300)
    assert len(statements(flow)) == len(few) == 5


def test_large_inbox_is_never_counted_with_its_page(flow, large):
    assert not [sql for sql in statements(flow) if "COUNT(" in sql]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="MariaDB reads a small table as a whole")
def test_every_read_of_a_large_inbox_starts_at_an_index(flow, large):
    for sql in statements(flow):
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            plan = [row[3] for row in cursor.fetchall()]
        assert not [line for line in plan if line.startswith("SCAN processes_task")], sql


@pytest.fixture
def page(client, flow, large):
    """Ask for a page of the inbox as the counselor; its text."""
    client.force_login(flow.counselor)

    def asked(name, **query):
        return client.get(
            reverse(f"approvals:{name}"), query, headers={"HX-Request": "true"}
        ).content.decode()

    return asked


def test_large_page_with_all_that_can_be_asked_of_it_takes_at_most_twelve_queries(client, flow, large):
    other = add_unit(Unit.objects.get(kind=UnitKind.MAJOR), UnitKind.CLASS, "软件2302")
    appoint(flow.counselor, Role.COUNSELOR, other)
    appoint(flow.counselor, Role.COLLEGE_OFFICER, flow.college)
    view = saved_views.save_view(flow.officer, "全院", Filters(unit=str(flow.college.pk)))
    for task, step in zip(large, ("file", "university_review", "end", "gate", "wait"), strict=False):
        elsewhere(task, unit=other, node_id="class_review" if step in ("end", "gate", "wait") else step)
    claim(large[6].pk, Actor(flow.counselor))
    client.force_login(flow.counselor)
    query = {"view": view.pk, "unit": flow.college.pk, "held": "1"}
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(reverse("approvals:inbox"), query)
    assert answer.context["inbox"].is_uncounted
    assert len(captured) <= 12


def test_page_says_more_than_it_counted_and_asks_for_the_numbers(page):
    text = page("inbox")
    assert f"data-total>{LIMIT}+</span>" in text
    assert f'data-count="{CLASS_STEP}"></span>' in text
    assert "选择“班级审核”的全部" in text
    assert text.count(f'hx-get="{reverse("approvals:counts")}?"') == 1


def test_numbers_come_for_every_place_they_stand_in(page):
    text = page("counts")
    assert f"data-total>{LIMIT + 3}</span>" in text
    assert f'data-count="{CLASS_STEP}">{LIMIT + 3}</span>' in text
    assert f"""hx-swap-oob="innerHTML:[data-count='{CLASS_STEP}']">{LIMIT + 3}</span>""" in text


def test_numbers_keep_to_the_filters(page, large):
    text = page("counts", q=large[0].process.number)
    assert "1 件符合条件" in text
    assert "data-total>1</span>" in text


def test_matches_that_are_not_counted_are_told_without_a_number(page):
    text = page("inbox", q="s0")
    assert f"{LIMIT}+" not in text
    assert f"{reverse('approvals:counts')}?q=s0" in text


def test_page_of_rows_asks_for_numbers_only_when_it_begins_a_step(page, flow, large):
    first = queries.inbox(flow.counselor, ALL, NOW)
    assert "data-counts" not in page("inbox", after=first.next, under=first.last_step)
    appoint(flow.counselor, Role.COLLEGE_OFFICER, flow.college)
    approved(large[-1], flow.second_counselor)
    assert page("inbox", after=first.next, under=first.last_step).count("data-counts") == 1


def test_numbers_are_those_of_the_reader_alone(client, flow, large):
    other = flow.person("t9", "外人", Role.COUNSELOR, add_unit(flow.college, UnitKind.MAJOR, "别的专业"))
    client.force_login(other)
    text = client.get(reverse("approvals:counts")).content.decode()
    assert "data-total>0</span>" in text
    assert CLASS_STEP not in text


def test_counted_page_asks_for_nothing_more(client, flow):
    submitted(flow, "1")
    client.force_login(flow.counselor)
    text = client.get(reverse("approvals:inbox")).content.decode()
    assert "data-counts" not in text
    assert "inbox-tabs" not in text
