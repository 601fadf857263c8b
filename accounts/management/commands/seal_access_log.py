"""`manage.py seal_access_log`: chain and sign what was written since the last seal."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.access.seals import seal_all


class Command(BaseCommand):
    """Prints how many lines were sealed."""

    help = "Seal the lines of the access log that were written since the last seal."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"sealed {seal_all()} lines")
