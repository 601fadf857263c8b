"""`manage.py verify_access_log [--head NUMBER:HASH]`: prove that nobody changed the access log."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.access.verify import verify_log


class Command(BaseCommand):
    """Prints how much was checked; exit 1 names the first bad line."""

    help = "Verify the access log; --head checks that an end noted earlier is still part of it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--head", default="", metavar="NUMBER:HASH")

    def handle(self, *args: Any, **options: Any) -> None:
        report = verify_log(options["head"])
        self.stdout.write(f"checked {report.lines} lines, {report.seals} seals")
        if report.fault:
            self.stderr.write(f"NOT INTACT: {report.fault}")
            raise SystemExit(1)
        self.stdout.write(f"intact; note this end outside the system: {report.head or 'none yet'}")
