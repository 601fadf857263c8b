"""`manage.py seat_officer`: the first system, security and audit administrators of a new school."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.queries import staff_accounts
from accounts.rights.officers import SEATS, seat
from accounts.roles import Role
from common.errors import UserError


class Command(BaseCommand):
    """Later ones are seated in the browser, by two people; what is done here stands in the record too."""

    help = (
        "Seat one of the three officers: sysadmin, secadmin, auditor, or system_and_security (SMALL_SCHOOL)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who, and which seat."""
        parser.add_argument("username", help="staff number of an account that exists")
        parser.add_argument("role", choices=[role.value for role in SEATS])
        parser.add_argument(
            "--risk-note", default="", help="why one person keeps the system and its security"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Seat the person, or say why not."""
        person = staff_accounts().filter(username=options["username"]).first()
        if person is None:
            raise CommandError(f"Nobody of the staff signs in as {options['username']}.")
        self.stdout.write(self._seat(person, Role(options["role"]), options["risk_note"]))

    def _seat(self, person: User, role: Role, risk_note: str) -> str:
        try:
            seat(person, role, None, risk_note=risk_note)
        except UserError as error:
            raise CommandError(str(error)) from error
        return f"{person.name}: {role.label}"
