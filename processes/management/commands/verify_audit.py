"""`manage.py verify_audit [--export FILE]`: prove that nobody changed the trail."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from processes.audit.export import write_export
from processes.audit.verify import verify_trail


class Command(BaseCommand):
    """Prints how much was checked; exit 1 names the first bad event."""

    help = "Verify the audit trail; --export writes it to a file that others can verify."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--export", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        report = verify_trail()
        self.stdout.write(f"checked {report.cases} cases, {report.events} events, {report.seals} seals")
        if options["export"]:
            self._export(options["export"])
        if report.fault:
            verdict = "CANNOT TELL" if report.fault.is_undecided else "NOT INTACT"
            self.stderr.write(f"{verdict}: {report.fault}")
            raise SystemExit(1)
        self.stdout.write("intact")

    def _export(self, path: Path) -> None:
        try:
            count = write_export(path)
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror or error}") from error
        self.stdout.write(f"exported {count} events to {path}")
