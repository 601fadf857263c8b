"""`manage.py load_demo`: the demo university, with an account for every role."""

import unicodedata
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.demo import PASSWORD, SignIn
from common.errors import UserError
from destinations.demo import load_demo


class Command(BaseCommand):
    """Safe to repeat; refuses in production."""

    help = "Load the demo university (graduates, employers, staff for every role) and print its sign-ins."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, then print the table of sign-ins."""
        try:
            sign_ins = load_demo()
        except UserError as error:
            raise CommandError(str(error)) from error
        for line in table(sign_ins):
            self.stdout.write(line)


def table(sign_ins: list[SignIn]) -> list[str]:
    """The sign-ins as lines of text, the password first."""
    rows = [(each.username, each.name, each.role, each.unit) for each in sign_ins]
    widths = [max(_width(row[column]) for row in rows) + 2 for column in range(3)] + [0]
    lines = [
        "".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
    return [f"Password of all demo accounts: {PASSWORD}", "", *lines]


def _width(text: str) -> int:
    """Columns in a terminal: Chinese characters take two."""
    return sum(1 + (unicodedata.east_asian_width(character) in "WF") for character in text)
