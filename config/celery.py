"""The Celery application; its settings are the `CELERY_*` names in `config.settings`."""

import logging
import os
import time
from typing import Any

import structlog
from celery import Celery, Task, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("qicheng")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

_REQUEST, _STARTED = "qicheng_request", "qicheng_started"
_log = logging.getLogger(__name__)


@signals.setup_logging.connect
def _leave_logging_alone(**_signal: Any) -> None:
    """Django has set it up; without this Celery would do so anew."""


@signals.before_task_publish.connect
def _hand_on_request(headers: dict[str, Any], **_signal: Any) -> None:
    """Lines of a job carry the id of the request that asked for it."""
    headers[_REQUEST] = structlog.contextvars.get_contextvars().get("request")


@signals.task_prerun.connect
def _begin(task_id: str, task: "Task[Any, Any]", **_signal: Any) -> None:
    if task.request.is_eager:
        return  # a part of what called it
    structlog.contextvars.clear_contextvars()
    request = getattr(task.request, _REQUEST, None)
    structlog.contextvars.bind_contextvars(
        task=task.name, job=task_id, **({"request": request} if request else {})
    )
    setattr(task.request, _STARTED, time.perf_counter())


@signals.task_postrun.connect
def _end(task: "Task[Any, Any]", state: str | None = None, **_signal: Any) -> None:
    if task.request.is_eager:
        return
    ms = round((time.perf_counter() - getattr(task.request, _STARTED)) * 1000, 1)
    _log.info("task", extra={"state": state, "ms": ms})
    structlog.contextvars.clear_contextvars()
