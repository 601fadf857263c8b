"""Whether each part of the system is well, in words and with what to do."""

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import redis
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_celery_beat.models import PeriodicTask

from common.moments import spoken_span
from operations.apps import OperationsConfig
from operations.models import BackupRun, RunKind, SignOfLife
from processes.models import Incident, Job, JobState
from wechat import api as wechat
from wechat.queries import is_on as has_wechat

WELL, WATCH, STARTING, DOWN, OFF = "well", "watch", "starting", "down", "off"
_SILENT_AFTER = timedelta(minutes=3)
_STARTS_WITHIN = timedelta(seconds=90)
"""Beat asks for a sign of life every 30 seconds; a machine that just came up needs some more."""
_LATE_AFTER = timedelta(minutes=10)
_BACKUP_WITHIN, PROOF_WITHIN = timedelta(hours=30), timedelta(days=40)
_FREE_BYTES, _FREE_SHARE = 2 * 2**30, 0.1
_BROKER_SECONDS = 2
_WECHAT_SECONDS, _WECHAT_ASKED_EVERY = 2, 60
_WECHAT_SEEN = "operations.wechat"
_RUNS_OF_A_KIND = 5

Found = tuple[str, str]
"""How a part is, and what was seen of it."""


@dataclass(frozen=True)
class Asked:
    """What every check is told: the time, and the newest backups and trial restores."""

    now: datetime
    runs: Sequence[BackupRun]


@dataclass(frozen=True)
class Check:
    """One part of the system: how it is asked, and what to do when it is not well."""

    name: Promise
    icon: str
    ask: Callable[["Asked"], Found]
    advice: Promise


@dataclass(frozen=True)
class Part:
    """One line of the page."""

    name: str
    icon: str
    state: str
    seen: str
    advice: str


def newest_runs() -> list[BackupRun]:
    """The last few backups and the last few trial restores, newest first."""
    rank = Window(RowNumber(), partition_by=F("kind"), order_by=F("finished_at").desc())
    ranked = BackupRun.objects.annotate(rank=rank).filter(rank__lte=_RUNS_OF_A_KIND)
    return list(ranked.order_by("-finished_at"))


def parts(runs: Sequence[BackupRun]) -> list[Part]:
    """All parts of the system; one that cannot be asked is down. `runs` as `newest_runs` gives them."""
    asked = Asked(timezone.now(), runs)
    return [_part(check, asked) for check in CHECKS]


def is_ready() -> bool:
    """Whether this process can serve: its database answers and is migrated, and its broker answers."""
    try:
        _ping_broker()
        return not _missing_migrations()
    except (DatabaseError, redis.RedisError, OSError):
        return False


def _part(check: Check, asked: Asked) -> Part:
    try:
        state, seen = check.ask(asked)
    except (DatabaseError, redis.RedisError, OSError) as error:
        state, seen = DOWN, _("No answer (%(error)s)") % {"error": type(error).__name__}
    advice = str(check.advice) if state in (WATCH, DOWN) else ""
    return Part(str(check.name), check.icon, state, seen, advice)


def _database(_asked: Asked) -> Found:
    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    spent = (time.perf_counter() - started) * 1000
    if missing := _missing_migrations():
        return DOWN, _("%(count)d migrations are missing") % {"count": missing}
    return WELL, _("%(kind)s answers in %(ms).1f ms") % {"kind": connection.display_name, "ms": spent}


def _broker(_asked: Asked) -> Found:
    started = time.perf_counter()
    _ping_broker()
    return WELL, _("answers in %(ms).1f ms") % {"ms": (time.perf_counter() - started) * 1000}


def _workers(asked: Asked) -> Found:
    heard = SignOfLife.objects.filter(part="worker").values_list("at", flat=True).first()
    return _heard(heard, asked.now)


def _scheduler(asked: Asked) -> Found:
    runs = PeriodicTask.objects.filter(last_run_at__isnull=False).order_by("-last_run_at")
    return _heard(runs.values_list("last_run_at", flat=True).first(), asked.now)


def _work(asked: Asked) -> Found:
    late = Job.objects.filter(state=JobState.WAITING, run_at__lt=asked.now - _LATE_AFTER).count()
    waiting = Incident.objects.filter(solved_at=None).count()
    seen = _("%(late)d jobs are late, %(incidents)d incidents wait") % {"late": late, "incidents": waiting}
    return (WATCH if late or waiting else WELL), seen


def _disk(_asked: Asked) -> Found:
    usage = shutil.disk_usage(settings.VAR_DIR)
    scarce = usage.free < max(_FREE_BYTES, usage.total * _FREE_SHARE)
    sizes = {"free": usage.free / 2**30, "total": usage.total / 2**30}
    return (WATCH if scarce else WELL), _("%(free).1f of %(total).1f GB are free") % sizes


def _mail(_asked: Asked) -> Found:
    if settings.EMAIL_HOST in ("", "localhost"):
        return OFF, _("not set up")
    return WELL, _("sent through %(host)s") % {"host": settings.EMAIL_HOST}


def _wechat(_asked: Asked) -> Found:
    if not has_wechat():
        return OFF, _("not set up")
    if (found := cache.get(_WECHAT_SEEN)) is None:
        cache.set(_WECHAT_SEEN, found := _probe_wechat(), _WECHAT_ASKED_EVERY)
    code, spent = found
    if code is None:
        return WELL, _("answers in %(ms).1f ms") % {"ms": spent}
    if code == wechat.UNREACHABLE:
        return DOWN, _("No answer within %(seconds)d seconds") % {"seconds": _WECHAT_SECONDS}
    return DOWN, _("refuses this account (code %(code)d)") % {"code": code}


def _probe_wechat() -> tuple[int | None, float]:
    """WeChat's error code, None when all is well, and how long it took in ms."""
    started, code = time.perf_counter(), None
    try:
        wechat.probe(_WECHAT_SECONDS)
    except wechat.ApiError as error:
        code = error.code
    return code, (time.perf_counter() - started) * 1000


def _backup(asked: Asked) -> Found:
    return _last_run(RunKind.BACKUP, asked, _BACKUP_WITHIN)


def _trial(asked: Asked) -> Found:
    return _last_run(RunKind.RESTORE_TEST, asked, PROOF_WITHIN)


def _heard(at: datetime | None, now: datetime) -> Found:
    """What was not heard of lately is starting as long as the machine may be."""
    if at is not None and now - at < _SILENT_AFTER:
        return WELL, _("heard of %(span)s ago") % {"span": spoken_span(now - at)}
    age = now - OperationsConfig.started_at
    if age < _STARTS_WITHIN:
        return STARTING, _("not heard of yet; the web started %(span)s ago") % {"span": spoken_span(age)}
    if at is None:
        return DOWN, _("never heard of")
    return DOWN, _("heard of %(span)s ago") % {"span": spoken_span(now - at)}


def _last_run(kind: RunKind, asked: Asked, within: timedelta) -> Found:
    last = next((run for run in asked.runs if run.kind == kind), None)
    if last is None:
        return (WATCH if settings.PRODUCTION else OFF), _("none yet")
    age = asked.now - last.finished_at
    said = {"span": spoken_span(age), "words": last.words}
    if not last.good:
        return DOWN, _("failed %(span)s ago: %(words)s") % said
    return (WELL if age < within else WATCH), _("%(span)s ago: %(words)s") % said


def _ping_broker() -> None:
    if current_app.conf.task_always_eager:
        return  # nothing is queued, so there is nobody to ask
    address = settings.REDIS_URL.replace("redis+socket://", "unix://")
    limits = {"socket_connect_timeout": _BROKER_SECONDS, "socket_timeout": _BROKER_SECONDS}
    with redis.from_url(address, **limits) as client:
        client.ping()


def _missing_migrations() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


_START_DATABASE = gettext_lazy("See that the database server runs; run manage.py migrate after an update.")
CHECKS = (
    Check(name=gettext_lazy("Database"), icon="database", ask=_database, advice=_START_DATABASE),
    Check(
        name=gettext_lazy("Broker"),
        icon="arrows-exchange",
        ask=_broker,
        advice=gettext_lazy("Start Redis. What was queued stands in the database as well; nothing is lost."),
    ),
    Check(
        name=gettext_lazy("Workers"),
        icon="users-group",
        ask=_workers,
        advice=gettext_lazy("Start the unit “worker”. What waits for it is kept."),
    ),
    Check(
        name=gettext_lazy("Scheduler"),
        icon="clock",
        ask=_scheduler,
        advice=gettext_lazy("Start the unit “beat”; exactly one must run."),
    ),
    Check(
        name=gettext_lazy("Automatic work"),
        icon="settings-automation",
        ask=_work,
        advice=gettext_lazy("Look whether the workers keep up, and decide about the incidents."),
    ),
    Check(
        name=gettext_lazy("Disk"),
        icon="device-floppy",
        ask=_disk,
        advice=gettext_lazy("Make room: old backups and logs first."),
    ),
    Check(
        name=gettext_lazy("Mail"),
        icon="mail",
        ask=_mail,
        advice=gettext_lazy("Look at the settings of mail."),
    ),
    Check(
        name=gettext_lazy("WeChat"),
        icon="brand-wechat",
        ask=_wechat,
        advice=gettext_lazy(
            "Look at WECHAT_APPID and WECHAT_SECRET, at the list of addresses in WeChat's console, and "
            "whether this server reaches WeChat. People sign in with their passwords meanwhile."
        ),
    ),
    Check(
        name=gettext_lazy("Backup"),
        icon="archive",
        ask=_backup,
        advice=gettext_lazy("Run “make backup”, and see that workers and scheduler run at night."),
    ),
    Check(
        name=gettext_lazy("Trial restore"),
        icon="refresh",
        ask=_trial,
        advice=gettext_lazy("Run “make restore-test”."),
    ),
)
