"""What can be wrong with a single value: a stable code, and words for the person who typed it."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class FieldError(NamedTuple):
    """One fault or warning at one field."""

    code: str
    message: str | Promise

    def __str__(self) -> str:
        return str(self.message)


class Invalid(ValueError):
    """A value that cannot be used; carries the FieldError."""

    def __init__(self, code: str, message: str | Promise) -> None:
        super().__init__(code)
        self.error = FieldError(code, message)


REQUIRED = "V-REQ"
TEXT = "V-TEXT"
NAME = "V-NAME"
CODE = "V-CODE"
REGION = "V-REGION"
DATE = "V-DATE"
TIME = "V-TIME"
INTEGER = "V-INT"
MONEY = "V-MONEY"
CHOICE = "V-BOOL"
PHONE = "V-PHONE"
MAIL = "V-MAIL"
URL = "V-URL"
USCC = "V-USCC"
POSTCODE = "V-POST"
FILES = "V-FILE"

FILL_IN = _("Please fill in “%(label)s”.")
CHOOSE = _("Please choose “%(label)s”.")
CONFIRM = _("Please tick “%(label)s”.")
ADD_FILES = _("Please add “%(label)s”.")


def invalid(code: str, message: str | Promise, **values: object) -> Invalid:
    """An Invalid whose message is filled with *values* when it is read."""
    return Invalid(code, str(message) % values if values else message)
