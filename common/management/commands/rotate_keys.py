"""`manage.py rotate_keys [--resume | --dry-run]`: a new data key, and everything encrypted under it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from common import keyring
from common.rotation import Column, count_old, encrypted_columns, rotate


class Command(BaseCommand):
    """Prints its progress; exit 1 when values could not be read."""

    help = "Make a new data key and encrypt all personal values under it; work may go on meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument(
            "--resume",
            action="store_true",
            help="go on with the newest key, make none; binds values to their columns",
        )
        how.add_argument("--dry-run", action="store_true", help="only count what would be encrypted anew")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (options["resume"] or options["dry_run"]):
            keyring.make_key()
        keyring.forget()
        key = keyring.current()
        self.stdout.write(f"key {key.number}, {key.algorithm}")
        if options["dry_run"]:
            self._count()
            return
        unreadable = [f"{column} {key}" for column in encrypted_columns() for key in self._rotate(column)]
        for each in unreadable:
            self.stderr.write(f"cannot be read: {each}")
        if unreadable:
            raise SystemExit(1)
        self.stdout.write("everything is under this key; older keys stay, for copies and files made before")

    def _count(self) -> None:
        for column in encrypted_columns():
            if count := count_old(column):
                self.stdout.write(f"{column}: {count} to be encrypted anew")

    def _rotate(self, column: Column) -> list[str]:
        return rotate(column, self._say)

    def _say(self, column: Column, done: int, total: int) -> None:
        self.stdout.write(f"{column}: {done} of {max(done, total)}")
