"""Deadlines and reasons in words."""

import datetime

import pytest
from django.utils import timezone, translation

from accounts.models import User
from accounts.posts import reach_of
from approvals import words
from approvals.tests.kit import submitted

WEDNESDAY = datetime.datetime.fromisoformat("2027-06-02T09:00+08:00")


def after(**span):
    return WEDNESDAY + datetime.timedelta(**span)


@pytest.mark.parametrize(
    ("due_at", "tone", "text"),
    [
        (after(days=2), "neutral", "2 workdays left"),
        (after(days=1), "neutral", "1 workday left"),
        (after(hours=23, minutes=59), "warn", "23 hours left"),
        (after(minutes=5), "warn", "5 minutes left"),
        (after(minutes=-20), "bad", "20 minutes overdue"),
        (after(days=-1, hours=-3), "bad", "1 workday overdue"),
        # Monday 09:00: Saturday and Sunday do not count.
        (after(days=5), "neutral", "3 workdays left"),
        # Saturday 09:00, as far away as Friday's midnight.
        (after(days=3), "neutral", "2 workdays left"),
    ],
)
def test_deadline_counts_working_time(due_at, tone, text):
    with translation.override("en"):
        said = words.deadline(due_at, WEDNESDAY)
    assert (said.tone, said.words) == (tone, text)


def test_deadline_missed_on_a_weekend_is_overdue_though_no_working_time_has_passed():
    saturday = datetime.datetime.fromisoformat("2027-06-05T09:00+08:00")
    with translation.override("en"):
        said = words.deadline(saturday, saturday + datetime.timedelta(hours=5))
    assert (said.tone, said.words) == ("bad", "1 minute overdue")


def test_why_names_role_and_unit_of_the_appointment(flow):
    task = submitted(flow, "20230001", now=timezone.now())
    with translation.override("en"):
        said = words.why_here(reach_of(flow.counselor).posts[0], task)
    assert said == "You are Counselor of 软件2301."


def test_why_names_the_pool_when_the_appointment_is_above_it(flow):
    dean = flow.person("t9", "赵老师", "counselor", flow.college)
    task = submitted(flow, "20230001", now=timezone.now())
    with translation.override("en"):
        said = words.why_here(reach_of(dean).posts[0], task)
    assert said == "You are Counselor of 软件学院, which 软件2301 belongs to."


@pytest.mark.parametrize(
    ("people", "said"),
    [(1, "甲0"), (3, "甲0, 甲1, 甲2"), (5, "甲0, 甲1, 甲2 and 2 more")],
)
def test_many_people_are_named_in_part(people, said):
    with translation.override("en"):
        assert words.names([User(name=f"甲{number}") for number in range(people)]) == said
