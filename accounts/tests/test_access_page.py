"""The auditor's page: who may open it, what the filters find, what can be taken away."""

import datetime
import io

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from accounts.access.actions import log_access
from accounts.access.models import AccessLog
from accounts.models import Unit, User
from accounts.roles import Role
from accounts.security import limits
from accounts.tests.rights_kit import hold
from common.paging import PAGE_SIZE

pytestmark = pytest.mark.django_db
PAGE = "/audit/access/"


@pytest.fixture
def auditor(college) -> Client:
    return _signed_in(_appointed("A001", Role.AUDITOR, Unit.objects.get(depth=1)))


def _appointed(username: str, role: str, unit: Unit) -> User:
    user = User.objects.create_user(username, f"审计{username}")
    hold(user, role, unit)
    return user


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def found(client: Client, query: str = "") -> list[str]:
    return [line.detail for line in client.get(PAGE + query).context["lines"]]


def test_nobody_but_the_schools_auditor_sees_the_page(auditor, counselor, college):
    others = [
        counselor,
        _appointed("D1", Role.CAREER_CENTER_DIRECTOR, Unit.objects.get(depth=1)),
        _appointed("A2", Role.SECADMIN, Unit.objects.get(depth=1)),
        User.objects.create_superuser("dev", "开发者", "x"),
    ]
    assert auditor.get(PAGE).status_code == 200
    for user in others:
        assert [_signed_in(user).get(url).status_code for url in (PAGE, PAGE + "export/")] == [404, 404]
    assert Client().get(PAGE).status_code == 302


def test_filters_are_in_the_address(auditor, counselor, graduate):
    log_access(counselor, "view", graduate, detail="a")
    log_access(counselor, "reveal", graduate, detail="b")
    log_access(graduate, "sign_in", graduate, detail="c", channel="wechat")
    today, tomorrow = timezone.localdate(), timezone.localdate() + datetime.timedelta(days=1)
    for query, expected in {
        "": ["c", "b", "a"],
        "?who=T001": ["b", "a"],
        "?who=王晓雨": ["c"],
        "?who=王": [],
        "?action=reveal": ["b"],
        "?action=nonsense": ["c", "b", "a"],
        "?channel=wechat": ["c"],
        f"?since={today}&until={today}": ["c", "b", "a"],
        f"?until={today - datetime.timedelta(days=1)}": [],
        f"?since={tomorrow}": ["c", "b", "a"],
        f"?about=accounts.user:{graduate.pk}&action=view": ["a"],
        "?about=x": [],
    }.items():
        assert found(auditor, query) == expected, query


def test_pages_follow_each_other(auditor, counselor):
    for number in range(PAGE_SIZE + 1):
        log_access(counselor, "view", counselor, detail=str(number))
    first = auditor.get(PAGE, {"who": "T001"})
    second = auditor.get(PAGE + first.context["next_url"])
    assert [line.detail for line in second.context["lines"]] == ["0"]
    assert (second.context["first_url"], second.context["next_url"]) == ("?who=T001", "")
    assert auditor.get(PAGE + "?after=x").status_code == 404


def test_export_holds_the_filtered_lines_and_leaves_one_itself(auditor, counselor, graduate):
    log_access(counselor, "view", graduate, detail="a")
    log_access(graduate, "sign_in", graduate, detail="=c", words="家访", purpose="contact")
    answer = auditor.get(PAGE + "export/?who=王晓雨")
    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert (rows[0][0], len(rows), rows[1][1], rows[1][8], rows[1][9]) == (
        "时间", 2, "王晓雨", "=c", "联系本人：家访",
    )  # fmt: skip
    line = AccessLog.objects.get(action="export")
    assert (line.user.username, line.channel, line.detail) == (
        "A001",
        "export",
        "who=%E7%8E%8B%E6%99%93%E9%9B%A8",
    )


def test_empty_log_says_what_will_appear(auditor):
    assert "还没有记录" in auditor.get(PAGE).content.decode()


def test_exports_have_a_limit(auditor, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "export", limits.Limit(1, 10))
    assert [auditor.get(f"{PAGE}export/").status_code for _ in range(2)] == [200, 429]
