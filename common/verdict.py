"""Answers of `rules.py`: may X do Y now, and if not, why."""

from typing import NamedTuple

from django.utils.functional import Promise

from common.errors import Refused


class Verdict(NamedTuple):
    """True or False with the reason, in the user's language, and where to go on instead."""

    allowed: bool
    reason: str | Promise = ""
    link: str = ""

    def __bool__(self) -> bool:
        return self.allowed

    def require(self) -> None:
        """Raise Refused with the reason when the answer is no."""
        if not self.allowed:
            raise Refused(self.reason, link=self.link)


ALLOWED = Verdict(True)


def refused(reason: str | Promise, *, link: str = "") -> Verdict:
    """A no with its reason, and the path of the page where one goes on."""
    return Verdict(False, reason, link)
