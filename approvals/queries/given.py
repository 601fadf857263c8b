"""What a person gave to colleagues, and who has it by now."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from accounts.models import User
from accounts.posts import reach_of
from approvals.models import PassedOn, Way
from approvals.queries.inbox import found_by
from common.paging import page_of_keys
from processes.models import Task

NEWEST_FIRST = ("-created_at", "-id")


@dataclass(frozen=True)
class Given:
    """A task given to somebody: *asked* is what that person has to answer, None for a signer who is not asked
    yet, or not any more; *seen* whether the giver may still open it.
    """

    row: PassedOn
    asked: Task | None
    seen: bool

    @property
    def task(self) -> Task:
        """The task that was given, or to be signed."""
        return self.row.task

    @property
    def comes_later(self) -> bool:
        """Whether the signer is asked only once the task is decided."""
        later = {each["user"] for each in self.task.data.get("signers_after", [])}
        return self.asked is None and self.task.is_open and self.row.receiver_id.hex in later

    @property
    def is_back(self) -> bool:
        """Whether the giver has it again."""
        return self.asked is not None and self.asked.owner_id == self.row.giver_id


@dataclass(frozen=True)
class GivenPage:
    """One page of what a person gave away, newest first."""

    lines: list[Given]
    next: str


def given(user: User, text: str = "", *, after: str = "") -> GivenPage:
    """What *user* gave to colleagues, searchable, a page behind the cursor *after*. Raises BadCursor."""
    rows = PassedOn.objects.filter(found_by(text, "task__"), giver=user)
    page = page_of_keys(rows, NEWEST_FIRST, after=after)
    joined = ("receiver", "task__process", "task__owner", "task__decided_by", "task__unit")
    found = PassedOn.objects.select_related(*joined).in_bulk(page.keys)
    shown = [found[key] for key in page.keys if key in found]
    signers, reach = _signers(shown), reach_of(user)
    return GivenPage(
        [
            Given(
                row,
                signers.get((row.task_id, row.receiver_id)) if row.way == Way.SIGNER else row.task,
                user.pk in (row.task.owner_id, row.task.decided_by_id)
                or reach.post_for(row.task.role, row.task.unit) is not None,
            )
            for row in shown
        ],
        page.next,
    )


def _signers(rows: Iterable[PassedOn]) -> dict[tuple[UUID, UUID], Task]:
    """The tasks of the signers among *rows*, by what they sign and who they are; the last if asked twice."""
    hosts = [row.task_id for row in rows if row.way == Way.SIGNER]
    found = (
        Task.objects.filter(host__in=hosts).select_related("owner", "decided_by").order_by("created", "pk")
    )
    return {(task.host_id, task.owner_id): task for task in found if task.host_id and task.owner_id}
