"""Moving the running cases of a version to another one: seen beforehand, then done by a job in batches."""

import datetime
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from common.bulk import insert_many, update_many
from common.errors import Refused
from common.retry import retrying
from common.workers import require_worker
from processes.engine.actor import Actor
from processes.engine.unit_of_work import UnitOfWork
from processes.evolve.batch import Moved, chunks, move_cases
from processes.evolve.mapping import Plan, plan
from processes.evolve.records import Migration, MigrationCase, MigrationState, MoveState
from processes.models import Case, DefinitionVersion

#: Cases in one transaction: few enough that a reviewer who decides one of them does not wait long.
BATCH_SIZE = 250
#: Cases looked at together beforehand.
LOOK_AHEAD = 1000
#: So many are moved while the person waits; more become a job.
AT_ONCE = 250
#: A running migration that has said nothing for this long has died with its worker.
STALLED_AFTER = datetime.timedelta(seconds=60)


@dataclass
class Preview:
    """What a migration would do: how many cases move, how many wait at which step (old, new), and why not."""

    total: int = 0
    moves: int = 0
    steps: Counter[tuple[str, str]] = field(default_factory=Counter)
    overdue: int = 0
    refused: list[Moved] = field(default_factory=list)

    @property
    def reasons(self) -> Counter[tuple[str, str]]:
        """How many cases cannot be moved, by reason and element."""
        return Counter((each.reason, each.node_id) for each in self.refused)


def running_cases(version: DefinitionVersion) -> list[UUID]:
    """The keys of the cases that are under way on a version, oldest first."""
    rows = Case.objects.filter(version=version, finished=None)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def preview(
    wanted: Plan,
    by: Actor,
    case_ids: Iterable[UUID] | None = None,
    now: datetime.datetime | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Preview:
    """What would become of *case_ids* (default: all that are under way); nothing is written.

    *progress* is told how many of how many have been looked at, every thousand.
    """
    keys = running_cases(wanted.source) if case_ids is None else list(case_ids)
    result, done = Preview(total=len(keys)), 0
    for some in chunks(keys, LOOK_AHEAD):
        with UnitOfWork(by, dry_run=True, now=now) as unit:
            for moved in move_cases(unit, wanted, some):
                if moved.reason:
                    result.refused.append(moved)
                    continue
                result.moves += 1
                result.steps.update(moved.steps)
                result.overdue += moved.overdue
        done += len(some)
        if progress is not None:
            progress(done, len(keys))
    return result


def start_migration(wanted: Plan, by: Actor, case_ids: Iterable[UUID] | None = None) -> Migration:
    """Begin to move *case_ids* (default: all that are under way): at once when they are few, else as a job.

    Raises Refused when nobody is there to do the job, or another migration from this version is at work.
    """
    keys = running_cases(wanted.source) if case_ids is None else list(dict.fromkeys(case_ids))
    if len(keys) > AT_ONCE:
        require_worker()
    with transaction.atomic():
        _require_alone(wanted)
        migration = Migration.objects.create(
            source=wanted.source,
            target=wanted.target,
            owner=by.user,
            mapping=wanted.mapping,
            ip=by.ip,
            language=get_language() or "",
            total=len(keys),
        )
        insert_many(MigrationCase, [{"migration_id": migration.pk, "case_id": key} for key in keys])
        if len(keys) > AT_ONCE:
            transaction.on_commit(partial(queue, migration))
    return migration if len(keys) > AT_ONCE else work_off(migration)


def queue(migration: Migration) -> None:
    """Ask a worker to do what is left of a migration, there or back."""
    from processes.tasks import migrate_cases

    migrate_cases.delay(migration.pk.hex)


def carry_on(migration: Migration) -> Migration:
    """Go on with a migration whose worker died, from where it stopped. Raises Refused while it is at work."""
    require_worker()
    with transaction.atomic():
        row = Migration.objects.select_for_update().get(pk=migration.pk)
        if not is_stalled(row):
            raise Refused(_("This migration is at work."))
        row.state = MigrationState.BACK_WAITING if row.goes_back else MigrationState.WAITING
        row.progress_at = timezone.now()
        row.save(update_fields=["state", "progress_at"])
        transaction.on_commit(partial(queue, row))
    return row


def is_stalled(migration: Migration) -> bool:
    """Whether nothing has been heard of a running migration for a while."""
    last = migration.progress_at or migration.created_at
    return migration.is_running and timezone.now() - last > STALLED_AFTER


def work_off(migration: Migration, *, now: datetime.datetime | None = None) -> Migration:
    """Do what is left of a migration; two workers never do it both.

    Results are told in the language of the person who asked.
    """
    if not begin(migration, MigrationState.WAITING, MigrationState.RUNNING):
        return migration
    wanted = plan_of(migration)
    with override(migration.language or get_language()):
        while _chunk(migration, wanted, now):
            pass
    return end(migration, MigrationState.RUNNING, MigrationState.DONE)


def plan_of(migration: Migration) -> Plan:
    """The mapping that a migration was started with."""
    versions = DefinitionVersion.objects.select_related("definition")
    source, target = versions.get(pk=migration.source_id), versions.get(pk=migration.target_id)
    return plan(source, target, migration.mapping["by_hand"], migration.mapping["given_up"])


def actor_of(migration: Migration) -> Actor:
    """Who asked for it, or asked for it to be taken back."""
    return Actor(migration.taken_back_by or migration.owner, ip=migration.ip)


def begin(migration: Migration, expected: MigrationState, state: MigrationState) -> bool:
    """Take a migration up; False when somebody else has, or it is not there yet."""
    rows = Migration.objects.filter(pk=migration.pk, state=expected)
    return bool(rows.update(state=state, progress_at=timezone.now()))


def end(migration: Migration, expected: MigrationState, state: MigrationState) -> Migration:
    """Note that nothing is left to do."""
    rows = Migration.objects.filter(pk=migration.pk, state=expected)
    rows.update(state=state, finished_at=timezone.now())
    migration.refresh_from_db()
    return migration


def take_chunk(
    migration: Migration, expected: MigrationState, state: MoveState
) -> list[MigrationCase] | None:
    """The next cases in *state*, the migration locked; None when it is not *expected* to go on."""
    row = Migration.objects.select_for_update().get(pk=migration.pk)
    if row.state != expected:
        return None
    return list(row.items.filter(state=state).order_by("id")[:BATCH_SIZE])


@retrying
def _chunk(migration: Migration, wanted: Plan, now: datetime.datetime | None) -> bool:
    """One transaction of a migration, with results; False when nothing was left."""
    with UnitOfWork(actor_of(migration), now=now) as unit:
        items = take_chunk(migration, MigrationState.RUNNING, MoveState.WAITING)
        if not items:
            return False
        results = move_cases(unit, wanted, [item.case_id for item in items], migration.pk.hex)
        pairs = list(zip(items, results, strict=True))
        update_many(MigrationCase, [(item.pk, _outcome(moved)) for item, moved in pairs])
        good = sum(not moved.reason for moved in results)
        count(migration, moved=good, refused=len(results) - good)
    return True


def count(migration: Migration, **more: int) -> None:
    """Add to the counts of a migration that is locked."""
    row = Migration.objects.get(pk=migration.pk)
    for name, number in more.items():
        setattr(row, name, getattr(row, name) + number)
    row.progress_at = timezone.now()
    row.save(update_fields=[*more, "progress_at"])


def _outcome(moved: Moved) -> dict[str, object]:
    if moved.reason or moved.case is None:
        told = {"reason": moved.reason, "node_id": moved.node_id, "message": moved.message}
        return {"state": MoveState.REFUSED, **told}
    return {"state": MoveState.MOVED, "event_count": moved.case.event_count, "before": moved.before}


def _require_alone(wanted: Plan) -> None:
    """Two migrations of the same cases would only find that the other one was there."""
    DefinitionVersion.objects.select_for_update().get(pk=wanted.source.pk)
    over = (MigrationState.DONE, MigrationState.BACK)
    if Migration.objects.filter(source=wanted.source).exclude(state__in=over).exists():
        raise Refused(_("Another migration from this version is at work. Wait until it is done."))
