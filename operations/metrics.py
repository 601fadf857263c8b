"""Figures for Prometheus: what the web did (kept by django-prometheus) and how much work there is now."""

import os
from collections.abc import Iterator

from django.db.models import Count, QuerySet
from django.utils import timezone
from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from operations.models import BackupRun
from processes.models import Case, Incident, Job, JobState, Task, TaskType


class Work(Collector):
    """How much there is to do, counted when asked."""

    def collect(self) -> Iterator[Metric]:
        """Gauges of open tasks and cases by flow, of jobs, incidents and backups."""
        yield _by_flow("qicheng_open_tasks", "Tasks that wait for a person", _open_tasks())
        yield _by_flow("qicheng_open_cases", "Cases under way", _counted(Case.objects.filter(finished=None)))
        now, waiting = timezone.now(), Job.objects.filter(state=JobState.WAITING)
        yield GaugeMetricFamily(
            "qicheng_jobs_due", "Jobs that are due", waiting.filter(run_at__lte=now).count()
        )
        yield GaugeMetricFamily(
            "qicheng_incidents_open", "Incidents that wait", Incident.objects.filter(solved_at=None).count()
        )
        good = BackupRun.objects.filter(good=True).order_by("kind", "finished_at")
        last = GaugeMetricFamily(
            "qicheng_last_good_run_seconds", "Unix time of the last good run", labels=["kind"]
        )
        for kind, at in dict(good.values_list("kind", "finished_at")).items():
            last.add_metric([kind], at.timestamp())
        yield last


def registry() -> CollectorRegistry:
    """All figures of this machine: with `PROMETHEUS_MULTIPROC_DIR` those of all its web processes."""
    found = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(found)
    else:
        found.register(REGISTRY)
    found.register(Work())
    return found


def _open_tasks() -> dict[str, int]:
    return _counted(Task.objects.filter(finished=None, flow_task_type=TaskType.HUMAN))


def _counted(rows: QuerySet[Case] | QuerySet[Task]) -> dict[str, int]:
    return dict(rows.order_by().values_list("flow_key").annotate(count=Count("*")))


def _by_flow(name: str, words: str, counts: dict[str, int]) -> Metric:
    metric = GaugeMetricFamily(name, words, labels=["flow"])
    for flow, count in counts.items():
        metric.add_metric([flow], count)
    return metric
