"""What an applicant reads in the history of a case, and what stays among staff."""

import pytest
from django.utils import translation

from approvals import parcel
from approvals.actions import (
    Actor,
    Decision,
    add_signer,
    comment,
    decide,
    delegate,
    give_back,
    reassign,
    remove_signer,
    suspend,
    transfer,
)
from approvals.tests.kit import RETURN, submitted
from processes.models import Task

SECRET = "只说给同事听的话"


@pytest.fixture
def task(flow):
    return submitted(flow, "1", "王一")


def read(task: Task) -> list[tuple[str, str]]:
    with translation.override("en"):
        return [(line.title, line.text) for line in parcel.history_line(task.process)]


def hand_on(flow, task):
    transfer(task.pk, flow.second_counselor.pk, Actor(flow.counselor), text=SECRET)


def ask_opinion(flow, task):
    delegate(task.pk, flow.second_counselor.pk, Actor(flow.counselor), text=SECRET)
    give_back(task.pk, Actor(flow.second_counselor), text=SECRET)


def remark(flow, task):
    comment(task.process_id, Actor(flow.counselor), SECRET)


def call_signers(flow, task):
    for place in ("before", "after"):
        add_signer(task.pk, flow.officer.pk, place, Actor(flow.counselor), text=SECRET)
        if place == "before":
            signer = Task.objects.get(host=task, finished=None)
            decide(signer.pk, Decision("object", text=SECRET), Actor(flow.officer))
    remove_signer(task.pk, flow.officer.pk, Actor(flow.counselor))


def give_to(flow, task):
    reassign(task.pk, Actor(flow.director), text=SECRET, person=flow.second_counselor.pk)


@pytest.mark.parametrize("do", [hand_on, ask_opinion, remark, call_signers, give_to])
def test_what_staff_say_to_each_other_is_not_in_the_history_of_the_applicant(flow, task, do):
    before = read(task)
    do(flow, task)
    assert read(task) == before


def test_what_is_meant_for_the_applicant_stays_in_the_history(flow, task):
    suspend(task.process_id, Actor(flow.director), text="等学院公章")
    assert read(task)[-1] == ("Suspended", "等学院公章")


def test_return_after_a_signer_was_asked_is_in_the_history(flow, task):
    call_signers(flow, task)
    decide(task.pk, RETURN, Actor(flow.counselor))
    assert read(task)[-1][1] == RETURN.text
