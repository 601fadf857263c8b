"""Take over the MD5 hashes of an earlier system, so that everybody can sign in once with the old password."""

import csv
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.security.actions import import_old_passwords


class Command(BaseCommand):
    """Reads CSV lines of sign-in name, MD5 and, where it had one, the salt before the password."""

    help = "Takes over MD5 hashes (CSV: sign-in name, MD5, salt); people change the password at once."

    def add_arguments(self, parser: CommandParser) -> None:
        """One file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Load all lines or none."""
        try:
            with options["file"].open(encoding="utf-8-sig", newline="") as file:
                rows = [[cell.strip() for cell in row] for row in csv.reader(file) if any(row)]
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise CommandError(f"The file cannot be read: {error}") from error
        taken, faults = import_old_passwords(rows)
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} lines are wrong; nothing was changed.")
        self.stdout.write(f"{taken} people can sign in once with the password of the earlier system.")
