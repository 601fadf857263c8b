"""`manage.py lint_definition FILE`: what is wrong with a BPMN file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from processes.bpmn.errors import BpmnError
from processes.bpmn.lint import Problem, lint_text
from processes.bpmn.reader import MAX_BYTES, read
from processes.catalogue import catalogue_for
from processes.registry import flow_for


class Command(BaseCommand):
    """Prints every problem with its element's id; exit 0 when there is none, 1 otherwise."""

    help = "Check a BPMN definition. Exit 0: clean. Exit 1: problems, or the file cannot be read."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        problems = _problems(options["file"])
        for problem in problems:
            self.stdout.write(str(problem))
        if problems:
            self.stdout.write(f"{len(problems)} problem(s) in {options['file']}")
            raise SystemExit(1)
        self.stdout.write(f"{options['file']}: no problems")


def _problems(path: Path) -> list[Problem]:
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES + 1)
    except OSError as error:
        return [Problem("unreadable", "", f"The file cannot be opened: {error.strerror or error}")]
    try:
        registration = flow_for(read(text).id)
    except (BpmnError, LookupError):
        registration = None
    return lint_text(text, catalogue_for(registration))
