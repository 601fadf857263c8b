"""`manage.py load_definitions [--new-version]`: publish the shipped chains of flows."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.errors import BadInput
from processes.actions import load_definitions, load_new_versions


class Command(BaseCommand):
    """Safe to repeat: a flow that has a version is left alone."""

    help = "Publish version 1 of every flow folder's definition.bpmn that is not in the database yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--new-version",
            action="store_true",
            help="Also publish, as its next version, every shipped chain that differs from the one in use.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["new_version"]:
            self._new_versions()
            return
        for version in load_definitions():
            self.stdout.write(f"published {version}")

    def _new_versions(self) -> None:
        try:
            for key, version in load_new_versions():
                self.stdout.write(f"published {version}" if version else f"{key}: unchanged")
        except BadInput as error:
            raise CommandError(f"Nothing more was published: {error}") from error
