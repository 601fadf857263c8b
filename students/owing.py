"""What every graduate of a year is expected to hand in; the rooms above name it from their `ready()`."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists, Q
from django.utils.functional import Promise

from messaging.kinds import NoticeKind


@dataclass(frozen=True, slots=True)
class Owed:
    """Something a graduate owes until it is handed in: the list of students is filtered by who owes it.

    *handed_in* says so of a student, as a subquery; *reminder* leads to the page named *page*.
    """

    key: str
    label: Promise
    handed_in: Callable[[], Exists]
    reminder: NoticeKind
    page: str

    @property
    def is_owed(self) -> Q:
        """Students who have not handed it in, or got it back."""
        return Q(~self.handed_in())


OWED: dict[str, Owed] = {}


def register(owed: Owed) -> None:
    """Make it known; again changes nothing."""
    OWED[owed.key] = owed
