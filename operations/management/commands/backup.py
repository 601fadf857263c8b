"""`manage.py backup [--to FOLDER] [--keys-to FILE]`: database and files, sealed, into a new folder."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.errors import UserError
from operations.actions import back_up
from operations.backup.making import write_keys


class Command(BaseCommand):
    """Prints the folder; ends with 1 and words when something failed."""

    help = "Back up database and files, sealed with DATA_KEY. The keys are written only where --keys-to says."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, metavar="FOLDER", default=settings.BACKUP_DIR)
        parser.add_argument("--keep", type=int, metavar="N", default=settings.BACKUP_KEEP)
        parser.add_argument("--keys-to", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            folder = back_up(options["to"], keep=options["keep"], copy_to=settings.BACKUP_COPY_DIR)
            if options["keys_to"]:
                write_keys(options["keys_to"], options["to"])
        except UserError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(str(folder))
        if not options["keys_to"]:
            self.stdout.write("The keys are not in it. Keep DATA_KEY and AUDIT_KEY somewhere else.")
