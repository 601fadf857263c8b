"""`manage.py sweep_retention [--now TIME] [--dry-run]`: end what has served its time."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from common.commands import moment_option
from privacy.retention.sweep import rehearse, sweep


class Command(BaseCommand):
    """Says for each class of data how many records ended and which stayed; exit 1 when one failed."""

    help = "Erase what has been kept long enough, by the table of periods; beat does so every night."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--now", metavar="TIME", help="as if it were this time (ISO 8601)")
        parser.add_argument("--dry-run", action="store_true", help="only count; nothing is erased")

    def handle(self, *args: Any, **options: Any) -> None:
        do = rehearse if options["dry_run"] else sweep
        found = do(moment_option(options["now"]))
        verb = "due" if options["dry_run"] else "erased"
        for each in found:
            if each.erased or each.stayed or each.fault:
                stayed = "".join(f", {number} stay: {words}" for words, number in each.stayed)
                failed = f", FAILED: {each.fault}" if each.fault else ""
                self.stdout.write(f"{each.row.key}: {each.erased} {verb}{stayed}{failed}")
        self.stdout.write(f"{sum(each.erased for each in found)} records {verb}, {len(found)} classes")
        if any(each.fault for each in found):
            raise SystemExit(1)
