"""`manage.py load_calendar`: public holidays and moved workdays for the school's calendar."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from processes.calendar.actions import load_holidays
from processes.calendar.library import SOURCE
from processes.calendar.rules import FIRST_YEAR, LAST_YEAR


class Command(BaseCommand):
    """Safe to repeat; keeps what the school changed."""

    help = "Load public holidays into the calendar. Safe to repeat; days that the school changed stay."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--years",
            nargs="+",
            type=int,
            choices=range(FIRST_YEAR, LAST_YEAR + 1),
            metavar="YEAR",
            help="only these years (default: all that the package knows)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, then say what changed and which years are not known."""
        counts = load_holidays(options["years"])
        self.stdout.write(
            f"{SOURCE}, {counts.days} holidays and moved workdays: {counts.added} added, "
            f"{counts.changed} changed, {counts.removed} removed, {counts.kept} kept as the school has them."
        )
        for year in counts.unknown:
            self.stdout.write(f"{year} is not known to it: Monday to Friday are workdays until it is.")
