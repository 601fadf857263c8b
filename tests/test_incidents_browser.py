"""Incidents mended in a browser: by keys, all of them at once, on a phone, with a result for each."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.queries import university
from accounts.roles import Role
from approvals.actions import Actor, suspend
from approvals.tests.test_incidents import WHY
from destinations.flows.filing.tests import kit
from processes.engine import incidents
from processes.engine.actor import SYSTEM
from processes.engine.unit_of_work import UnitOfWork
from processes.models import Incident, Job, JobKind, JobState, Task
from tests.desk import open_desk
from tests.looking import look

PATH = "/manage/incidents/"


@pytest.fixture
def operator(counselor) -> User:
    return kit.reviewer(Role.UNIVERSITY_OFFICER, university())


@pytest.fixture
def outage(operator, file_many) -> list[Incident]:
    """Three reminders that a broken mail server kept back; one of the cases is suspended."""
    filings = file_many(3)
    made = [_broken(kit.open_task(each), hours) for hours, each in zip((30, 3, 1), filings, strict=True)]
    suspend(made[1].case_id, Actor(operator), text=WHY)
    return made


def _broken(task: Task, hours: int) -> Incident:
    moment = timezone.now() - datetime.timedelta(hours=hours)
    job = Job.objects.create(
        case=task.process,
        task=task,
        kind=JobKind.REMIND,
        flow_key=task.flow_key,
        node_id=task.node_id,
        run_at=moment,
        attempts=6,
        state=JobState.INCIDENT,
        error="ConnectionRefusedError: [Errno 111] mail.example.edu.cn:25",
    )
    with UnitOfWork(SYSTEM, now=moment) as unit:
        return incidents.report(unit, job, task.process)


def waiting() -> int:
    return Incident.objects.filter(solved_at=None).count()


def badge(page: Page):
    return page.locator(".desk-links a[aria-current=page] .count")


def test_operator_chooses_all_by_key_tries_them_again_and_reads_each_result(
    desktop, live_server, operator, outage
):
    open_desk(desktop, live_server, operator, PATH)
    expect(badge(desktop)).to_contain_text("3")
    again = desktop.get_by_role("button", name="重试").first
    expect(again).to_be_disabled()
    look(desktop, "incidents")
    desktop.keyboard.press("j")
    desktop.keyboard.press("Space")
    expect(desktop.locator("[data-check-count]")).to_have_text("1")
    desktop.keyboard.press("a")
    expect(desktop.locator("[data-check-count]")).to_have_text("3")
    look(desktop, "incidents-chosen")
    desktop.keyboard.press("r")
    result = desktop.get_by_role("status").filter(has_text="2 项已重试")
    expect(result.locator("li")).to_have_count(3)
    expect(result.locator(".batch-bad")).to_contain_text("暂停")
    expect(badge(desktop)).to_contain_text("1")
    look(desktop, "incidents-result")
    assert waiting() == 1
    desktop.keyboard.press("h")
    expect(desktop.locator(".inc-solved")).to_have_count(2)
    expect(desktop.locator(".inc-solved").first).to_contain_text(operator.name)
    look(desktop, "incidents-history")


def test_phone_moves_a_case_and_filters_stay_after_a_reload(phone, live_server, operator, outage):
    open_desk(phone, live_server, operator, PATH)
    look(phone, "incidents-phone")
    phone.get_by_label("故障时间").select_option("day")
    expect(phone.locator(".inc-row")).to_have_count(1)
    phone.reload()
    expect(phone.get_by_label("故障时间")).to_have_value("day")
    expect(phone.locator(".inc-row")).to_have_count(1)
    phone.locator(".inc-own").get_by_role("button", name="转环节").click()
    phone.get_by_label("从哪个环节继续").select_option(index=2)
    phone.get_by_label("原因").fill(WHY)
    look(phone, "incidents-phone-move")
    phone.locator(".inc-form .btn-primary").click()
    expect(phone.get_by_role("status").filter(has_text="1 件已转到别的环节")).to_be_visible()
    expect(phone).to_have_url(f"{live_server.url}{PATH}?age=day&state=open&result=1")
    look(phone, "incidents-phone-result")
    assert waiting() == 2
