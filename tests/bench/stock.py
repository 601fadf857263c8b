"""The scratch review as stock Viewflow would run it: its own models, nodes and activations."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from viewflow import this
from viewflow.workflow import flow
from viewflow.workflow.base import Flow
from viewflow.workflow.models import Process, Task
from viewflow.workflow.status import STATUS


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

    def has_view_permission(self, user: Any, obj: Any = None) -> bool:
        """Everybody's: what permissions cost is not what we compare."""
        return True


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


def assign(user: Any, count: int) -> None:
    """*count* processes that wait at the first level, assigned to *user*, as Viewflow's inbox lists them."""
    sample = Task.objects.select_related("process").get(pk=start().pk)
    processes = Process.objects.bulk_create(
        [Process(flow_class=StockReview, data={"short": False}, status=STATUS.NEW) for _ in range(count)],
        batch_size=5000,
    )
    tasks = [
        Task(
            process=process,
            flow_task=sample.flow_task,
            flow_task_type=sample.flow_task_type,
            status=STATUS.ASSIGNED,
            owner=user,
            assigned=timezone.now(),
        )
        for process in processes
    ]
    Task.objects.bulk_create(tasks, batch_size=5000)
