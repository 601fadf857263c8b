"""`manage.py restore FOLDER`: put a backup back into an empty database."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from common.errors import UserError
from operations.backup.contents import missing_rows, row_counts
from operations.backup.making import restore


class Command(BaseCommand):
    """Refuses a database that has tables and a folder that has files: nothing is written over."""

    help = "Restore a backup into the empty database and the empty folder of files that the settings name."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        files = Path(settings.MEDIA_ROOT)
        if connection.introspection.table_names():
            raise CommandError(
                "The database is not empty. Restore into a new one, then point DATABASE_URL at it."
            )
        if files.is_dir() and any(files.iterdir()):
            raise CommandError(f"{files} is not empty. Move it away first.")
        connection.close()
        try:
            manifest = restore(options["folder"], settings.DATABASES["default"], files)
        except UserError as error:
            raise CommandError(str(error)) from error
        if missing := missing_rows(manifest.rows, row_counts()):
            raise CommandError("Restored, but not complete: " + "; ".join(missing))
        self.stdout.write(f"Restored what was saved at {manifest.made}. Now run: manage.py verify_audit")
