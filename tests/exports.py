"""Exports of the college's officer in the small university of the tests: one to take, one in review, one returned."""

from dataclasses import dataclass

from accounts.models import User
from approvals.actions import Actor, decide
from exports.flows.export import actions
from exports.flows.export.tests import kit
from exports.models import Export
from processes.engine.jobs import run
from processes.models import Job, Task
from processes.queries import open_tasks

WITH_NUMBERS = ["student_no", "name", "id_no"]


@dataclass
class Exports:
    """What the officer asked for, and the task of the one that is in review."""

    ready: Export
    waiting: Export
    returned: Export
    task: Task


def exports_of(asker: User, reviewer: User) -> Exports:
    """Ask for three lists; *reviewer* sends the last one back."""
    waiting, returned = (_ask(asker, columns=WITH_NUMBERS) for _number in range(2))
    decide(open_tasks(returned.case).get().pk, kit.RETURN, Actor(reviewer))
    ready = _ask(asker)
    for job in Job.objects.filter(case=ready.case):
        run(job.pk)
    return Exports(_again(ready), waiting, _again(returned), open_tasks(waiting.case).get())


def _ask(asker: User, **changes: list[str]) -> Export:
    return actions.ask(kit.wish(asker, **changes), Actor(asker))


def _again(export: Export) -> Export:
    return Export.objects.get(pk=export.pk)
