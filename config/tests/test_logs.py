"""What the log says, and what it never says."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from celery.app.trace import build_tracer
from django.db import IntegrityError
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.log import log_response

from accounts.models import User
from accounts.tasks import change_units
from common.ids import uuid7
from config.celery import _hand_on_request, app
from config.logs import line_formatter, logging_settings
from config.tests.test_hardening import KEYS, manage

NUMBER, PHONE, NAME = "330106200001011234", "13912345678", "欧阳知远"
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What has been written so far, as production writes it, down to level DEBUG."""
    written, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(written), root.level
    handler.setFormatter(line_formatter(production=True))
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.setLevel(level)
    root.removeHandler(handler)


def one(found: list[dict[str, Any]], event: str) -> dict[str, Any]:
    (line,) = [line for line in found if line["event"] == event]
    return line


@pytest.mark.django_db
def test_request_is_one_line_with_route_and_key_of_the_user(client: Client, lines: Lines) -> None:
    user = User.objects.create_user("t1", name=NAME)
    client.force_login(user)
    answer = client.get(reverse("accounts:appointments"), {"q": NUMBER})
    line = one(lines(), "request")
    assert line.pop("ms") > 0
    assert line.pop("timestamp")
    assert line == {
        "event": "request",
        "level": "info",
        "logger": "config.middleware",
        "request": answer.headers["X-Request-ID"],
        "route": "accounts:appointments",
        "user": str(user.pk),
        "method": "GET",
        "status": 200,
    }


@pytest.mark.django_db
def test_address_that_is_none_is_not_repeated(client: Client, lines: Lines) -> None:
    assert client.get(f"/students/{NAME}/{NUMBER}").status_code == 404
    client.get("/account/sign-in/", headers={"Host": f"{NAME}.example"})
    said = json.dumps(lines(), ensure_ascii=False)
    assert NAME not in said
    assert NUMBER not in said
    assert [(line["event"], line.get("status")) for line in lines()] == [
        ("request", 404),
        ("DisallowedHost", None),
        ("request", 400),
    ]


@pytest.mark.django_db
@pytest.mark.django_db
def test_request_carries_nothing_of_what_its_thread_did_before(client: Client, lines: Lines) -> None:
    structlog.contextvars.bind_contextvars(task="an earlier one")
    client.get(reverse("accounts:sign_in"))
    assert "task" not in one(lines(), "request")


def test_path_that_django_logs_becomes_the_route(lines: Lines, rf: Any) -> None:
    request = rf.get(f"/students/{NAME}/{NUMBER}")
    request.resolver_match = None
    log_response("%s: %s", "Gone wrong", request.path, response=HttpResponse(status=500), request=request)
    assert [line["event"] for line in lines()] == ["Gone wrong: ?"]


def test_error_is_told_by_its_kind_and_place(
    client: Client, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_any: object) -> None:
        try:
            raise IntegrityError(f"Duplicate entry '{NUMBER}' of {NAME}")
        except IntegrityError as error:
            raise ValueError(f"call {PHONE}") from error

    monkeypatch.setattr("operations.views.is_ready", breaks)
    client.raise_request_exception = False
    assert client.get("/readyz").status_code == 500
    line = one(lines(), "Internal Server Error: operations:ready")
    assert [each["kind"] for each in line["error"]] == ["ValueError", "IntegrityError"]
    assert "test_logs.py" in line["error"][0]["at"][-1]
    assert line["request"] == one(lines(), "request")["request"]
    said = json.dumps(lines(), ensure_ascii=False)
    assert [text for text in (NUMBER, PHONE, NAME) if text in said] == []


def test_words_of_errors_and_long_numbers_are_left_out_of_our_own_lines(lines: Lines) -> None:
    log = logging.getLogger("approvals.actions")
    log.warning("No broker: %s", OSError(NAME))
    log.warning("the filing of %s, %sX and %s", NUMBER, NUMBER[:17], PHONE)
    key = str(uuid7())
    log.warning("case %s in 2027", key)
    assert [line["event"] for line in lines()] == [
        "No broker: OSError",
        "the filing of ******, ****** and ******",
        f"case {key} in 2027",
    ]


def test_fields_nobody_allowed_are_left_out(lines: Lines) -> None:
    logging.getLogger("students").warning("looked", extra={"name_of_student": NAME, "route": "a:b"})
    (line,) = lines()
    assert NAME not in json.dumps(line, ensure_ascii=False)
    assert line["route"] == "a:b"


def run_as_worker(**headers: Any) -> None:
    """As a worker runs a job: by the tracer that Celery builds for it."""
    trace = build_tracer(change_units.name, change_units, app=app)
    trace("job-1", (), {}, headers | {"is_eager": False})


@pytest.mark.django_db
def test_job_is_one_line_that_names_the_request_behind_it(lines: Lines) -> None:
    run_as_worker(qicheng_request="request-1")
    line = one(lines(), "task")
    assert (line["task"], line["job"], line["request"]) == (
        "accounts.tasks.change_units",
        "job-1",
        "request-1",
    )
    assert (line["state"], line["ms"] > 0) == ("SUCCESS", True)


def test_job_that_breaks_tells_no_words_and_no_arguments(
    lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks() -> None:
        logging.getLogger("accounts").warning("in the middle")
        raise ValueError(f"{NAME} {NUMBER} {PHONE}")

    monkeypatch.setattr(change_units, "run", breaks)
    run_as_worker(args=[NAME], kwargs={"no": NUMBER})
    found = lines()
    said = json.dumps(found, ensure_ascii=False)
    assert [text for text in (NUMBER, PHONE, NAME) if text in said] == []
    assert one(found, "in the middle")["job"] == "job-1"
    (failure,) = [line for line in found if line["level"] == "error"]
    assert failure["error"][0]["kind"] == "ValueError"
    assert one(found, "task")["state"] == "FAILURE"


def test_request_is_handed_on_to_its_jobs(lines: Lines) -> None:
    headers: dict[str, Any] = {}
    with structlog.contextvars.bound_contextvars(request="request-1"):
        _hand_on_request(headers=headers)
    assert headers == {"qicheng_request": "request-1"}


def test_production_writes_json_and_development_readable_lines_with_words(tmp_path: Any) -> None:
    code = (
        "import logging\n"
        "try:\n    raise ValueError('name of somebody')\n"
        "except ValueError:\n    logging.getLogger('x').exception('broken')\n"
    )
    hidden = manage(tmp_path, "shell", "--no-imports", "-c", code, ALLOWED_HOSTS="a.example", **KEYS)
    (line,) = [json.loads(line) for line in hidden.stderr.splitlines() if '"broken"' in line]
    assert (line["level"], line["error"][0]["kind"]) == ("error", "ValueError")
    assert "somebody" not in hidden.stderr
    shown = manage(tmp_path, "shell", "--no-imports", "-c", code, PRODUCTION="False")
    assert "ValueError: name of somebody" in shown.stderr
    assert "{" not in shown.stderr


def test_what_debug_would_show_of_statements_pages_and_addresses_stays_out() -> None:
    loggers = logging_settings(production=True, level="DEBUG")["loggers"]
    assert (loggers["django"]["level"], loggers["urllib3"]["level"]) == ("INFO", "WARNING")
