"""What a row of the inbox says and where it leads."""

import datetime

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from accounts.actions import be_away
from accounts.models import User
from approvals.rows import due, rows_of
from approvals.tests.kit import CLASS_STEP, NOW, submitted
from processes.models import Task


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def task(flow):
    return submitted(flow, "20230001", "王晓雨")


def row_of(task, reader, **options):
    return rows_of([task], CLASS_STEP, reader, NOW, **{"batch": True} | options)[0]


def drawn(row):
    return render_to_string("approvals/parts/task_rows.html", {"rows": [row]})


def test_row_can_be_selected_by_the_name_of_its_case(flow, task):
    row = row_of(task, flow.counselor)
    assert (row.pick, row.select, row.is_taken) == ("box", "Select 王晓雨", False)
    assert f'name="task" value="{task.pk}" aria-label="Select 王晓雨"' in drawn(row)


def test_step_decided_one_by_one_has_no_box(flow, task):
    row = row_of(task, flow.counselor, batch=False)
    assert (row.pick, row.select) == ("", "")
    assert "checkbox" not in drawn(row)


def test_row_a_colleague_has_taken_says_so_instead(flow, task):
    task.owner = flow.second_counselor
    row = row_of(task, flow.counselor)
    assert (row.pick, row.is_taken) == ("taken", True)
    assert "A colleague has taken it." in drawn(row)
    assert "is-taken" in drawn(row)
    assert row_of(task, flow.second_counselor).pick == "box"


def test_what_somebody_away_holds_is_the_substitutes_to_decide(flow, task):
    today = timezone.localdate()
    task.owner = flow.second_counselor
    be_away(flow.second_counselor, today, today, flow.counselor)
    row = row_of(task, User.objects.get(pk=flow.counselor.pk))
    assert (row.pick, row.is_taken) == ("box", False)


def test_own_case_waits_for_a_colleague(task):
    row = row_of(task, task.process.initiator)
    assert row.pick == "own"
    assert "Your own case waits for a colleague." in drawn(row)


def test_row_leads_to_its_task_and_back_to_the_same_filters(flow, task):
    address = reverse("approvals:task", args=[task.pk])
    assert row_of(task, flow.counselor).url == address
    assert row_of(task, flow.counselor, query="q=a&step=b").url == f"{address}?q=a&step=b"
    assert f'href="{address}?q=a&amp;step=b"' in drawn(row_of(task, flow.counselor, query="q=a&step=b"))


def test_what_people_wrote_is_never_markup(flow, task):
    task.process.title, task.process.brief = "<b>王", '"><i>'
    said = drawn(row_of(task, flow.counselor))
    assert "<b>" not in said
    assert "<i>" not in said
    assert 'aria-label="Select &lt;b&gt;王"' in said


def test_deadline_names_moment_and_colour():
    said = due(NOW + datetime.timedelta(hours=5), NOW)
    assert 'class="due due-warn" datetime="2027-06-02T14:00:00+08:00" title="2 June 2027, 14:00"' in said
    assert "5 hours left</time>" in said
    assert "due-bad" in due(NOW - datetime.timedelta(hours=5), NOW)


def test_row_without_deadline_leaves_its_place_empty(flow, task):
    task.due_at = None
    assert '<span class="task-due"></span>' in drawn(row_of(task, flow.counselor))


def test_rows_ask_the_database_nothing(flow, django_assert_num_queries):
    submitted(flow, "1")
    submitted(flow, "2")
    tasks = list(Task.objects.filter(finished=None).select_related("process", "owner"))
    row_of(tasks[0], flow.counselor)  # who is away is asked once per reader, the calendar once a minute
    with django_assert_num_queries(0):
        assert len(rows_of(tasks, CLASS_STEP, flow.counselor, NOW, batch=True)) == 2
