"""Building the cases, waiting for the survivors, and counting what happened."""

import os
import time

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.chaos.settings"
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import Error, connection  # noqa: E402
from django.db.models import Count  # noqa: E402

from accounts.actions import add_unit, appoint  # noqa: E402
from accounts.models import UnitKind, User  # noqa: E402
from accounts.roles import Role  # noqa: E402
from approvals.actions import Actor, start_many  # noqa: E402
from processes.actions import publish  # noqa: E402
from processes.audit.verify import verify_trail  # noqa: E402
from processes.engine import runtime  # noqa: E402
from processes.engine.context import Decision  # noqa: E402
from processes.engine.unit_of_work import UnitOfWork  # noqa: E402
from processes.models import Case, CaseState, Event, Job, JobState, Task  # noqa: E402
from tests.chaos.flow import KEY, TEXT  # noqa: E402
from tests.chaos.models import Effect  # noqa: E402


def build(cases: int) -> None:
    """A database with *cases* just handed in; their automatic tasks wait in the outbox."""
    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(Effect)
    university = add_unit(None, UnitKind.UNIVERSITY, "启程大学")
    college = add_unit(university, UnitKind.COLLEGE, "软件学院")
    major = add_unit(college, UnitKind.MAJOR, "软件工程")
    counselor = User.objects.create_user("t1", "陈老师")
    appoint(counselor, Role.COUNSELOR, add_unit(major, UnitKind.CLASS, "软件2301"))
    publish(KEY, TEXT)
    students = [User(username=f"s{n:05d}", name=f"学生{n}", password="!") for n in range(cases)]
    students = User.objects.bulk_create(students)
    start_many(KEY, [(student, student) for student in students], Actor(counselor))
    with UnitOfWork(Actor(counselor)) as unit:
        for task in Task.objects.filter(finished=None).select_related("process"):
            unit.cases[task.process_id] = task.process
            unit.live.adopt(task)
            with unit.attempt(task.process):
                runtime.complete(task, Decision("submit"))
    print(f"{cases} cases handed in", flush=True)


def wait_until_done(patience: float) -> None:
    """Until every case is finished. Failures wait for minutes by design; they are brought forward."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        try:
            left = Case.objects.filter(finished=None).count()
            Job.objects.filter(state=JobState.WAITING, attempts__gt=0, lease_until=None).update(
                run_at=django.utils.timezone.now()
            )
        except Error:
            connection.close()
            left = -1
        if left == 0:
            return
        time.sleep(1)
    print(f"not finished in {patience:.0f} s: {left} cases are still open")


def report() -> int:
    """Print what is wrong, or that nothing is; gives 1 when anything is."""
    wrong = dict(_faults())
    effects, asked = Effect.objects.count(), sum(Effect.objects.values_list("asked", flat=True))
    print(f"{Case.objects.count()} cases, {Event.objects.count()} events, {effects} effects outside")
    print(f"asked for {asked} times; with the same key the {asked - effects} repetitions changed nothing")
    for what, count in wrong.items():
        print(f"WRONG: {what}: {count}")
    print("FAILED" if wrong else "nothing was lost, nothing happened twice, the trail is intact")
    return 1 if wrong else 0


def _faults() -> "list[tuple[str, object]]":
    users = User.objects.filter(username__startswith="s")
    decided = Event.objects.filter(kind="approved").values("task_id").annotate(times=Count("id"))
    cases = Case.objects.count()
    found: list[tuple[str, object]] = [
        ("cases not approved", Case.objects.exclude(state=CaseState.APPROVED).count()),
        ("tasks left open", Task.objects.filter(finished=None).count()),
        ("names without exactly one mark", users.exclude(name__regex="^[^✓]+✓$").count()),
        ("tasks decided twice", decided.filter(times__gt=1).count()),
        ("effects outside missing or too many", abs(Effect.objects.count() - cases)),
        ("decisions missing", abs(decided.count() - 2 * cases)),
        ("incidents", Job.objects.filter(state=JobState.INCIDENT).count()),
        ("jobs left", Job.objects.filter(state=JobState.WAITING).count()),
        ("fault in the trail", verify_trail().fault),
    ]
    return [(what, count) for what, count in found if count]
