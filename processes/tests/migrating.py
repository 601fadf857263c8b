"""What tests of migrations share: a second version, and the rows of a case as they stand."""

from typing import Any

from accounts.models import User
from processes.actions import publish
from processes.engine.actor import Actor
from processes.evolve.mapping import Plan, plan
from processes.evolve.migration import start_migration
from processes.evolve.records import Migration, MigrationCase
from processes.models import Case, DefinitionVersion, Job, JobState, Task
from processes.tests.kit import KEY, ScratchFlow


def next_version(text: str, by_hand: dict[str, str] | None = None, given_up: tuple[str, ...] = ()) -> Plan:
    """Publish *text* and plan the way there from the version before it."""
    target = publish(KEY, text)
    source = DefinitionVersion.objects.select_related("definition").get(
        definition__key=KEY, number=target.number - 1
    )
    return plan(source, target, by_hand, given_up)


def migrate(flow: ScratchFlow, wanted: Plan, by: User | None = None) -> Migration:
    """Move every running case at once."""
    return start_migration(wanted, Actor(by or flow.director))


def result(migration: Migration, case: Case) -> MigrationCase:
    """What became of a case."""
    return migration.items.get(case=case)


def rows(case: Case) -> list[dict[str, Any]]:
    """Every task of a case with everything in it, as stored."""
    return list(Task.objects.filter(process=case).order_by("pk").values())


def waiting_jobs(case: Case) -> list[tuple[Any, ...]]:
    """What is put down to be done, without its key."""
    found = Job.objects.filter(case=case, state=JobState.WAITING).order_by("kind", "node_id", "run_at")
    return list(found.values_list("kind", "node_id", "run_at", "repeat"))
