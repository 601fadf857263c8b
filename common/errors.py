"""Errors that are shown to people: what happened, why, and what to do next."""

from django.utils.functional import Promise


class UserError(Exception):
    """Base of every error with a message for the user, already translated or lazy."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class Refused(UserError):
    """A rule said no; nothing was changed."""


class Stale(UserError):
    """Somebody else was faster; nothing was changed."""


class BadInput(UserError):
    """What was sent cannot be used; nothing was changed."""
