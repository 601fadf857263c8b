"""`manage.py sweep`: do what is due, now or at another time."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from common.commands import moment_option
from processes.engine import jobs
from processes.evolve import publication


class Command(BaseCommand):
    """Beat does the same twice a minute; `--now` travels in time."""

    help = "Publish scheduled versions, fire the timers, reminders and automatic tasks that are due."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--now", metavar="TIME", help="as if it were this time (ISO 8601)")

    def handle(self, *args: Any, **options: Any) -> None:
        moment = moment_option(options["now"])
        published = publication.publish_due(moment)
        done = jobs.sweep(moment)
        total = sum(done.values())
        self.stdout.write(
            f"{total} jobs" + "".join(f", {count} {what}" for what, count in sorted(done.items()))
        )
        for what, count in sorted(published.items()):
            self.stdout.write(f"{count} scheduled change(s) of definitions: {what}")
