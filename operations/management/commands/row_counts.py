"""`manage.py row_counts`: how many rows each table has, as JSON."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from operations.backup.contents import row_counts


class Command(BaseCommand):
    """Prints one JSON object, table by table."""

    help = "Print how many rows each table has, as JSON."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(row_counts(), indent=1))
