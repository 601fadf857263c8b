"""Tasks as the list of the inbox draws them.

A page has fifty rows, so what a row says is worked out here in plain Python and its template only puts it in
place: words that all rows share are translated once, addresses are made once.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from uuid import UUID

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.posts import reach_of
from approvals import words
from common.templatetags.ui import icon
from processes.models import Task

#: Stands in an address for the task's key.
_SOME_TASK = UUID(int=0)
Pick = Literal["box", "own", "taken", ""]


@dataclass(frozen=True, slots=True)
class Row:
    """One task in the list; *pick* is what stands at its head: a box, or why there is none.

    *select* is the name of the box, *due* the deadline as drawn, empty when there is none.
    """

    key: str
    step: str
    url: str
    title: str
    brief: str
    pick: Pick
    select: str
    is_taken: bool
    due: SafeString
    returned: bool
    marks: list[words.Mark]


def rows_of(
    tasks: Iterable[Task], step: str, user: User, now: datetime.datetime, *, batch: bool, query: str = ""
) -> list[Row]:
    """The rows of *tasks* of one *step*; *batch*: they may be selected, *query*: the filters to keep."""
    mine, select = {user.pk, *reach_of(user).covered}, _("Select %(name)s")
    address = reverse("approvals:task", args=[_SOME_TASK]) + (f"?{query}" if query else "")
    rows = []
    for task in tasks:
        case, key = task.process, str(task.pk)
        is_taken = task.owner_id is not None and task.owner_id not in mine
        pick = _pick(is_own=case.initiator_id == user.pk, is_taken=is_taken, batch=batch)
        row = Row(
            key=key,
            step=step,
            url=address.replace(str(_SOME_TASK), key, 1),
            title=case.title,
            brief=case.brief,
            pick=pick,
            select=select % {"name": case.title} if pick == "box" else "",
            is_taken=is_taken,
            due=due(task.due_at, now) if task.due_at else SafeString(""),
            returned=getattr(task, "returned", False),
            marks=words.marks(task, user),
        )
        rows.append(row)
    return rows


def due(due_at: datetime.datetime, now: datetime.datetime) -> SafeString:
    """The time left until a deadline, with icon and colour; the moment itself as its title."""
    left = words.deadline(due_at, now)
    moment = _moment(due_at, get_language() or "")
    return format_html(
        '<time class="due due-{}" {}>{} {}</time>', left.tone, moment, icon(left.icon), left.words
    )


@lru_cache(maxsize=10_000)
def _moment(due_at: datetime.datetime, _language: str) -> SafeString:
    """A moment as attributes; the rows of a list are mostly those of its last look."""
    local = timezone.localtime(due_at)
    said = formats.date_format(local, "DATETIME_FORMAT")
    return format_html('datetime="{}" title="{}"', local.isoformat(), said)


def _pick(*, is_own: bool, is_taken: bool, batch: bool) -> Pick:
    if is_own:
        return "own"
    if is_taken:
        return "taken"
    return "box" if batch else ""
