"""Errors that are shown to people: what happened, why, and what to do next."""

from django.utils.functional import Promise


class UserError(Exception):
    """Base of every error with a message for the user, already translated or lazy.

    *link* is the path of a page of ours on which one goes on, such as the open case that stands in the way.
    """

    status = 409

    def __init__(self, message: str | Promise, *, link: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.link = link

    def __str__(self) -> str:
        return str(self.message)


class Refused(UserError):
    """A rule said no; nothing was changed."""


class Stale(UserError):
    """Somebody else was faster; nothing was changed."""


class BadInput(UserError):
    """What was sent cannot be used; nothing was changed."""


class TooMany(UserError):
    """Somebody did it too often in a short time; nothing was changed."""

    status = 429
