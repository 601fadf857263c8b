"""What somebody gave to colleagues is found again, with who has it now."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from approvals.actions import (
    Actor,
    Decision,
    add_signer,
    decide,
    delegate,
    give_back,
    reassign,
    release,
    remove_signer,
    transfer,
    withdraw,
)
from approvals.actions.passing import transfer_chunk
from approvals.models import PassedOn
from approvals.queries import given
from approvals.tests.kit import submitted
from approvals.words import whereabouts
from common.paging import PAGE_SIZE
from processes.models import Task

APPROVE = Decision("approve")
WHY = "这个班我不熟悉，请您看"
GIVEN = reverse("approvals:given")


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def away(user: User, text: str = "") -> list[tuple[str, str, str]]:
    """What *user* gave away: the case, how, and where it is now."""
    lines = given(User.objects.get(pk=user.pk), text).lines
    return [(line.task.process.title, line.row.get_way_display(), whereabouts(line)) for line in lines]


def test_task_handed_on_is_with_whoever_has_it_until_it_is_decided(flow):
    task = submitted(flow, "1", "王一")
    transfer(task.pk, flow.second_counselor.pk, Actor(flow.counselor), text=WHY)
    assert away(flow.counselor) == [("王一", "handed on", "with 孙老师")]
    transfer(task.pk, flow.officer.pk, Actor(flow.second_counselor), text=WHY)
    assert away(flow.counselor) == [("王一", "handed on", "with 李老师")]
    assert away(flow.second_counselor) == [("王一", "handed on", "with 李老师")]
    decide(task.pk, APPROVE, Actor(flow.officer))
    assert away(flow.counselor) == [("王一", "handed on", "李老师: approved")]
    assert away(flow.officer) == []


def test_task_handed_on_that_was_put_back_is_with_nobody_or_with_who_gave_it(flow):
    task = submitted(flow, "1", "王一")
    transfer(task.pk, flow.second_counselor.pk, Actor(flow.counselor), text=WHY)
    release(task.pk, Actor(flow.second_counselor))
    assert away(flow.counselor) == [("王一", "handed on", "nobody has taken it")]
    reassign(task.pk, Actor(flow.director), text="仍由原辅导员办理", person=flow.counselor.pk)
    assert away(flow.counselor) == [("王一", "handed on", "with you again")]


def test_task_lent_for_an_opinion_is_with_the_colleague_until_it_comes_back(flow):
    task = submitted(flow, "1", "王一")
    delegate(task.pk, flow.officer.pk, Actor(flow.counselor), text=WHY)
    assert away(flow.counselor) == [("王一", "for an opinion", "with 李老师")]
    give_back(task.pk, Actor(flow.officer), text="可以算签约就业")
    assert away(flow.counselor) == [("王一", "for an opinion", "with you again")]


@pytest.mark.parametrize("place", ["beside", "after"])
def test_signature_is_followed_from_asking_to_the_answer(flow, place):
    task = submitted(flow, "1", "王一")
    add_signer(task.pk, flow.officer.pk, place, Actor(flow.counselor), text=WHY)
    if place == "after":
        assert away(flow.counselor) == [("王一", "to sign", "李老师 is asked once you have decided")]
        decide(task.pk, APPROVE, Actor(flow.counselor))
    assert away(flow.counselor) == [("王一", "to sign", "with 李老师")]
    decide(Task.objects.get(host=task).pk, APPROVE, Actor(flow.officer))
    assert away(flow.counselor) == [("王一", "to sign", "李老师: approved")]


@pytest.mark.parametrize(
    ("place", "left"), [("beside", "not needed any more"), ("after", "李老师 is not asked any more")]
)
def test_signer_who_is_done_without_is_not_waited_for(flow, place, left):
    task = submitted(flow, "1", "王一")
    add_signer(task.pk, flow.officer.pk, place, Actor(flow.counselor), text=WHY)
    remove_signer(task.pk, flow.officer.pk, Actor(flow.counselor))
    assert away(flow.counselor) == [("王一", "to sign", left)]


def test_task_of_a_case_that_went_another_way_is_not_needed_any_more(flow):
    task = submitted(flow, "1", "王一")
    transfer(task.pk, flow.second_counselor.pk, Actor(flow.counselor), text=WHY)
    Task.objects.filter(pk=task.pk).update(owner=None)
    withdraw(task.process_id, Actor(task.process.initiator))
    assert away(flow.counselor) == [("王一", "handed on", "not needed any more")]


def test_refused_hand_over_is_in_no_list(flow):
    one, other = submitted(flow, "1", "王一"), submitted(flow, "2", "王二")
    delegate(other.pk, flow.officer.pk, Actor(flow.counselor), text=WHY)
    transfer_chunk([one.pk, other.pk], flow.second_counselor.pk, Actor(flow.counselor), text=WHY)
    assert [line[:2] for line in away(flow.counselor)] == [("王一", "handed on"), ("王二", "for an opinion")]


def test_list_is_searched_as_the_inbox_is(flow):
    for number, name in (("20230001", "王一"), ("20230002", "王二")):
        task = submitted(flow, number, name)
        transfer(task.pk, flow.second_counselor.pk, Actor(flow.counselor), text=WHY)
    assert [line[0] for line in away(flow.counselor, "20230002")] == ["王二"]


@pytest.fixture
def browser(client, flow):
    client.force_login(flow.counselor)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def test_page_leads_to_the_task_only_while_the_reader_may_open_it(browser, flow):
    task = submitted(flow, "1", "王一")
    transfer(task.pk, flow.second_counselor.pk, Actor(flow.counselor), text=WHY)
    link = f'href="{reverse("approvals:task", args=[task.pk])}"'
    assert link in browser.get(GIVEN).content.decode()
    flow.counselor.appointments.all().delete()
    flow.counselor.appointments.create(role="college_officer", unit=flow.college)
    page = browser.get(GIVEN).content.decode()
    assert ("with 孙老师" in page, link in page) == (True, False)


def test_pages_follow_each_other_and_cost_the_same(browser, flow):
    task = submitted(flow, "1", "王一")
    rows = [
        PassedOn(task=task, giver=flow.counselor, receiver=flow.officer, way="signer")
        for _number in range(PAGE_SIZE + 1)
    ]
    PassedOn.objects.bulk_create(rows)
    with CaptureQueriesContext(connection) as asked:
        first = browser.get(GIVEN)
    assert len(asked) <= 12
    assert len(first.context["given"].lines) == PAGE_SIZE
    second = browser.get(GIVEN, {"after": first.context["given"].next}, headers={"HX-Request": "true"})
    assert len(second.context["given"].lines) == 1
    assert browser.get(GIVEN, {"after": "???"}).status_code == 404
