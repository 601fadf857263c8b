"""`manage.py load_definitions`: publish the shipped chains of flows that have none yet."""

from typing import Any

from django.core.management.base import BaseCommand

from processes.actions import load_definitions


class Command(BaseCommand):
    """Safe to repeat: a flow that has a version is left alone."""

    help = "Publish version 1 of every flow folder's definition.bpmn that is not in the database yet."

    def handle(self, *args: Any, **options: Any) -> None:
        for version in load_definitions():
            self.stdout.write(f"published {version}")
