"""The scratch review as stock Viewflow would run it: its own models, nodes and activations."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest
from viewflow import this
from viewflow.workflow import flow
from viewflow.workflow.base import Flow
from viewflow.workflow.models import Process, Task


class StockReview(Flow):
    """Three levels with one gateway, like `processes.tests.kit.REVIEW`."""

    process_class = Process
    task_class = Task

    start = flow.StartHandle().Next(this.class_review)
    class_review = flow.View(None).Next(this.is_short)
    is_short = (
        flow.Switch()
        .Case(this.end, lambda activation: activation.process.data.get("short"))
        .Default(this.college_review)
    )
    college_review = flow.View(None).Next(this.university_review)
    university_review = flow.View(None).Next(this.end)
    end = flow.End()


def start() -> Any:
    """A process that waits at the first level; returns its open task."""
    process = StockReview.start.run(_process_data={"short": False})
    return process.task_set.get(finished=None)


def decide(task_id: Any, user: Any) -> None:
    """Assign, start and finish a task the way Viewflow's own view does, in one transaction."""
    with transaction.atomic():
        task = Task.objects.select_related("process").get(pk=task_id)
        with task.activation() as activation:
            activation.assign(user)
            activation.start(HttpRequest())
            activation.execute()
