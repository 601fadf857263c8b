"""What machines and administrators are told about the state of the system."""

import socket
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
import redis
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.roles import Role
from approvals.actions import Actor, start_many
from operations import health
from operations.actions import sign_of_life
from operations.apps import OperationsConfig
from operations.models import BackupRun, RunKind, SignOfLife
from processes.tests.kit import KEY, ScratchFlow, scratch_flow
from scripts.wechat_server.server import WeChatServer

pytestmark = pytest.mark.django_db
STABLE = "/cgi-bin/stable_token"


@pytest.fixture
def flow(db: None) -> Iterator[ScratchFlow]:
    """A flow with its people."""
    with scratch_flow() as scratch:
        yield scratch


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that answers; the real one is asked in the story of `make run`."""
    monkeypatch.setattr(health, "_ping_broker", lambda: None)


@pytest.fixture(autouse=True)
def _long_ago(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The system came up an hour ago and WeChat was not asked yet."""
    monkeypatch.setattr(OperationsConfig, "started_at", timezone.now() - timedelta(hours=1))
    cache.clear()
    yield
    cache.clear()


def part(icon: str) -> health.Part:
    with translation.override("en"):
        return next(each for each in health.parts(health.newest_runs()) if each.icon == icon)


def test_web_answers_without_asking_anybody(client: Client, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.usefixtures("broker")
def test_ready_when_database_and_broker_answer(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


def test_not_ready_without_broker(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent() -> None:
        raise redis.ConnectionError("secret-host:6379 refused")

    monkeypatch.setattr(health, "_ping_broker", silent)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "not ready"})
    assert part("arrows-exchange").state == health.DOWN
    assert "secret-host" not in part("arrows-exchange").seen


@pytest.mark.usefixtures("broker")
def test_not_ready_while_migrations_are_missing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_missing_migrations", lambda: 2)
    assert client.get("/readyz").status_code == 503
    assert part("database").seen == "2 migrations are missing"


def test_worker_that_fell_silent_is_down_with_advice() -> None:
    assert part("users-group").seen == "never heard of"
    sign_of_life("worker")
    assert part("users-group").state == health.WELL
    SignOfLife.objects.update(at=timezone.now() - timedelta(minutes=20))
    found = part("users-group")
    assert (found.state, found.seen) == (health.DOWN, "heard of 20 minutes ago")
    assert "Start the unit" in found.advice


def test_who_was_not_heard_of_yet_is_starting_for_90_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    SignOfLife.objects.create(part="worker", at=timezone.now() - timedelta(hours=9))
    for icon in ("users-group", "clock"):
        monkeypatch.setattr(OperationsConfig, "started_at", timezone.now() - timedelta(seconds=80))
        found = part(icon)
        assert (found.state, found.advice) == (health.STARTING, "")
        assert found.seen == "not heard of yet; the web started 1 minute ago"
        monkeypatch.setattr(OperationsConfig, "started_at", timezone.now() - timedelta(seconds=91))
        assert part(icon).state == health.DOWN
    monkeypatch.setattr(OperationsConfig, "started_at", timezone.now())
    sign_of_life("worker")
    assert part("users-group").state == health.WELL


def test_page_of_a_system_that_comes_up_says_so(
    client: Client, flow: ScratchFlow, monkeypatch: pytest.MonkeyPatch, wechat: WeChatServer
) -> None:
    monkeypatch.setattr(OperationsConfig, "started_at", timezone.now())
    monkeypatch.setattr(health, "_work", lambda _asked: (health.WELL, ""))
    monkeypatch.setattr(health, "_disk", lambda _asked: (health.WELL, ""))
    client.force_login(flow.person("u9", "周老师", Role.UNIVERSITY_OFFICER, flow.university))
    answer = client.get(reverse("operations:state"), headers={"Accept-Language": "en"})
    assert "Something is still starting" in answer.content.decode()


def test_wechat_that_answers_is_well_and_asked_once_a_minute(wechat: WeChatServer) -> None:
    assert part("brand-wechat").state == health.WELL
    assert part("brand-wechat").seen.startswith("answers in ")
    assert wechat.account.calls[STABLE] == 1
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert part("brand-wechat").state == health.WELL
    assert wechat.account.calls[STABLE] == 2
    assert wechat.account.forced == 0


def test_wechat_that_refuses_is_named_with_its_code(wechat: WeChatServer) -> None:
    wechat.account.failures[STABLE] = [40164]
    found = part("brand-wechat")
    assert (found.state, found.seen) == (health.DOWN, "refuses this account (code 40164)")
    assert "list of addresses" in found.advice


def test_wechat_that_does_not_answer_costs_two_seconds(settings: object) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.WECHAT_API_URL = f"http://127.0.0.1:{silent.getsockname()[1]}"  # type: ignore[attr-defined]
        began = time.perf_counter()
        found = part("brand-wechat")
        assert time.perf_counter() - began < 4
        assert (found.state, found.seen) == (health.DOWN, "No answer within 2 seconds")
        began = time.perf_counter()
        assert part("brand-wechat").state == health.DOWN
        assert time.perf_counter() - began < 1


def test_wechat_that_a_school_has_not_is_off(settings: object) -> None:
    settings.WECHAT_APPID = ""  # type: ignore[attr-defined]
    assert (part("brand-wechat").state, part("brand-wechat").seen) == (health.OFF, "not set up")


def test_backup_that_failed_or_is_old_shows(settings: object) -> None:
    assert part("archive").state == health.OFF
    settings.PRODUCTION = True  # type: ignore[attr-defined]
    assert part("archive").state == health.WATCH
    now = timezone.now()
    run = BackupRun.objects.create(kind=RunKind.BACKUP, folder="x", started_at=now, good=True, words="9 rows")
    assert part("archive").state == health.WELL
    BackupRun.objects.update(finished_at=now - timedelta(hours=31))
    assert part("archive").state == health.WATCH
    run.good, run.words = False, "disk full"
    run.save()
    assert part("archive").state == health.DOWN
    assert "disk full" in part("archive").seen


def test_figures_are_there_for_who_knows_the_token(
    client: Client, settings: object, flow: ScratchFlow
) -> None:
    assert client.get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "t" * 32  # type: ignore[attr-defined]
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    (student,) = flow.students(1)
    start_many(KEY, [(student, student)], Actor(flow.counselor))
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {'t' * 32}"})
    assert answer.status_code == 200
    assert 'qicheng_open_tasks{flow="' + KEY + '"} 1.0' in answer.content.decode()


def test_page_says_how_every_part_is(client: Client, flow: ScratchFlow) -> None:
    officer = flow.person("u9", "周老师", Role.UNIVERSITY_OFFICER, flow.university)
    client.force_login(officer)
    page = client.get(reverse("operations:state")).content.decode()
    for check in health.CHECKS:
        with translation.override("zh-hans"):
            assert str(check.name) in page
