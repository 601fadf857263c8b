"""`manage.py restore_test [FOLDER]`: prove that a backup can be restored."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.errors import UserError
from operations.actions import newest_backup, try_restore


class Command(BaseCommand):
    """Restores into a database and a folder of its own, counts rows, verifies the trail, throws both away."""

    help = (
        "Restore the newest backup (or FOLDER) beside the running system, count its rows, verify its trail."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, nargs="?")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            folder = options["folder"] or newest_backup(settings.BACKUP_DIR)
            result = try_restore(folder)
        except UserError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{folder} can be restored: {result}")
