"""The page of incidents: who sees what, filters, one by one and together, what is told afterwards."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import add_unit
from accounts.models import UnitKind
from accounts.roles import Role
from approvals.actions import Actor, retry, suspend
from approvals.incident_page import why_of
from approvals.queries import IncidentFilters
from approvals.tests.kit import submitted
from processes.engine import incidents
from processes.engine.actor import SYSTEM
from processes.engine.unit_of_work import UnitOfWork
from processes.models import Incident, Job, JobKind, JobState
from processes.tests.kit import KEY

PAGE = reverse("incidents:list")
WHY = "接口已由信息中心修复"


def broken(task, *, kind: str = JobKind.REMIND, error: str = "OSError: no route", hours: int = 0) -> Incident:
    """A job of *task* that failed for good *hours* ago."""
    moment = timezone.now() - datetime.timedelta(hours=hours)
    job = Job.objects.create(
        case=task and task.process,
        task=task,
        kind=kind,
        flow_key=KEY,
        node_id=task.node_id if task else "start",
        run_at=moment,
        attempts=6,
        state=JobState.INCIDENT,
        error=error,
        data={incidents.FIRST_FAILURE: (moment - datetime.timedelta(hours=15)).isoformat()},
    )
    with UnitOfWork(SYSTEM, now=moment) as unit:
        return incidents.report(unit, job, task and task.process)


@pytest.fixture
def task(flow):
    return submitted(flow, "1", "王一")


@pytest.fixture
def page(client, flow):
    client.force_login(flow.director)

    def get(**query: str) -> str:
        answer = client.get(PAGE, query)
        assert answer.status_code == 200
        return answer.content.decode()

    return get


def titles(html: str) -> list[str]:
    return re.findall(r'<div class="inc-name">\s*<a[^>]*>([^<]*)</a>', html)


def do(client, name: str, *chosen: Incident, **said: str):
    return client.post(
        reverse("incidents:do", args=[name]), {"incident": [str(each.pk) for each in chosen], **said}
    )


def test_empty_page_says_that_all_is_well(page):
    assert "一切正常" in page()
    assert "还没有处理过故障" in page(state="solved")


def test_row_says_what_failed_of_whom_how_often_and_why(page, task):
    broken(task)
    html = page()
    for words in (
        "王一",
        task.process.number,
        "班级审核",
        "提醒没能发出",
        "连接不上对方系统",
        "已试 6 次",
        "OSError: no route",
    ):
        assert words in html
    assert html.count("首次失败") == 1


def test_filters_stand_in_the_address_and_count(page, flow, task):
    other = submitted(flow, "2", "李二")
    broken(task, hours=30)
    broken(other)
    assert titles(page()) == ["王一", "李二"]
    assert titles(page(age="day")) == ["王一"]
    assert titles(page(flow=KEY, step=f"{KEY}.class_review")) == ["王一", "李二"]
    assert titles(page(step=f"{KEY}.college_review")) == []
    assert "没有符合筛选条件的故障" in page(flow="nothing")
    html = page(flow=KEY, step=f"{KEY}.class_review", age="hour")
    assert titles(html) == ["王一"]
    assert html.count(" selected>") == 3
    assert "班级审核 (1)" in html


@pytest.mark.parametrize(
    ("sent", "query"),
    [
        ({}, "state=open"),
        ({"state": "x", "age": "y", "step": "z"}, "flow=z&state=open"),
        ({"flow": "a", "step": "b.c"}, "flow=a&state=open"),
        ({"step": "b.c", "state": "solved", "age": "week"}, "flow=b&step=b.c&age=week&state=solved"),
        ({"flow": "x" * 500}, f"flow={'x' * 80}&state=open"),
    ],
)
def test_address_that_makes_no_sense_is_read_as_not_said(sent, query):
    assert IncidentFilters.read(sent).query == query


def test_navigation_counts_what_waits(page, task):
    assert 'class="count"' not in page()
    broken(task)
    assert re.search(r'class="count">.*?1</span>', page())


def test_chosen_ones_are_tried_again_and_each_has_its_result(client, page, flow, task):
    other = submitted(flow, "2", "李二")
    first, second = broken(task), broken(other)
    suspend(other.process_id, Actor(flow.director), text=WHY)
    answer = do(client, "retry", first, second, back="age=&flow=scratch_review")
    assert answer["Location"] == f"{PAGE}?flow=scratch_review&state=open&result=1"
    html = client.get(answer["Location"]).content.decode()
    assert "1 项已重试" in html
    assert re.search(r'batch-bad.*?李二.*?batch-why">[^<]*暂停', html, re.S)
    assert "正在执行" in html
    assert titles(html) == ["李二"]
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.solution, second.solution) == ("retried", "")
    history = page(state="solved")
    assert ("王老师" in history, "王一" in history, "李二" in history) == (True, True, False)


def test_skip_and_reroute_ask_for_a_reason_first(client, page, flow, task):
    incident = broken(task)
    for name in ("skip", "reroute"):
        ask = client.post(
            reverse("incidents:ask", args=[name]), {"only": str(incident.pk), "back": "age=hour"}
        )
        html = ask.content.decode()
        assert (ask.status_code, "王一" in html) == (200, True)
        assert 'value="age=hour&amp;state=open"' in html
    assert 'value="college_review"' in html
    assert 'value="is_short"' not in html
    short = do(client, "reroute", incident, target="college_review", text="短")
    assert (short.status_code, "短</textarea>" in short.content.decode()) == (422, True)
    assert Incident.objects.get().is_open
    done = do(client, "reroute", incident, target="college_review", text=WHY)
    assert done.status_code == 302
    history = page(state="solved")
    assert all(words in history for words in (WHY, "王老师", "已转环节", "学院审核"))


def test_form_names_those_that_cannot(client, page, flow, task):
    start, stuck = broken(None, kind=JobKind.START), broken(task, kind=JobKind.STUCK)
    html = client.post(
        reverse("incidents:ask", args=["skip"]), {"incident": [str(start.pk), str(stuck.pk)]}
    ).content.decode()
    assert "1 项可以跳过" in html
    assert "无可跳过" in html
    html = client.post(reverse("incidents:ask", args=["reroute"]), {"only": str(start.pk)}).content.decode()
    assert "无法转环节" in html
    assert "<textarea" not in html


def test_timed_start_is_tried_again_without_a_case(client, page, flow):
    start = broken(None, kind=JobKind.START)
    assert "不属于任何一件" in page()
    retry(start.pk, Actor(flow.director))
    assert Job.objects.get().state == JobState.WAITING
    assert "正在执行" in page(state="solved")


def test_nothing_chosen_says_so(client, page):
    answer = client.post(reverse("incidents:do", args=["retry"]), {"back": "state=open"}, follow=True)
    assert "请至少选择一项故障" in answer.content.decode()


def test_what_is_out_of_scope_is_not_found(client, flow, task):
    incident, start = broken(task), broken(None, kind=JobKind.START)
    away = add_unit(flow.university, UnitKind.COLLEGE, "外国语学院")
    stranger = flow.person("t8", "外院老师", Role.UNIVERSITY_OFFICER, away)
    client.force_login(stranger)
    assert "一切正常" in client.get(PAGE).content.decode()
    for name in ("retry", "skip", "reroute"):
        for each in (incident, start):
            assert do(client, name, each, text=WHY, target="college_review").status_code == 404
            ask = reverse("incidents:ask", args=[name])
            assert client.post(ask, {"only": str(each.pk)}).status_code == 404
    assert do(client, "burn", incident).status_code == 404
    client.force_login(flow.officer)
    assert client.get(PAGE).status_code == 404
    assert Incident.objects.filter(solved_at=None).count() == 2


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("ConnectionRefusedError: [Errno 111]", "连接不上对方系统"),
        ("TimeoutError: slow", "没有及时响应"),
        ("Refused: 学信网维护到周一。", "学信网维护到周一。"),
        ("HandlerGone: 下一步是自动工作“grant”。", "下一步是自动工作“grant”。"),
        ("KeyError: 'x'", "错误原文可供管理员"),
        ("", "错误原文可供管理员"),
    ],
)
def test_error_is_said_in_plain_words(error, words):
    assert words in why_of(error)
