"""Keeps the translation catalogues complete."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.catalogues import compile_all, faults, rooms, update


class Command(BaseCommand):
    """`translations [ROOM ...]` collects and compiles; `--check` and `--compile` do only that."""

    help = "Collect texts into every room's catalogue and compile them; --check only says what is missing."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The rooms to collect, and two options that exclude each other."""
        parser.add_argument("room", nargs="*", help="collect only these rooms, such as `accounts`")
        group = parser.add_mutually_exclusive_group()
        group.add_argument("--check", action="store_true", help="change nothing; end with 1 on any fault")
        group.add_argument("--compile", action="store_true", dest="compile_only", help="only compile")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what the options say. Raises CommandError when `--check` finds a fault."""
        if options["check"]:
            self._check()
            return
        if not options["compile_only"]:
            chosen = [room for room in rooms() if not options["room"] or room.name in options["room"]]
            self._say(options, f"{sum(len(update(room)) for room in chosen)} texts collected.")
        self._say(options, f"{compile_all()} catalogues compiled.")

    def _check(self) -> None:
        found = faults()
        for fault in found:
            self.stderr.write(str(fault))
        if found:
            raise CommandError(f"{len(found)} faults in the catalogues.")
        self.stdout.write("The catalogues are complete.")

    def _say(self, options: dict[str, Any], text: str) -> None:
        if options["verbosity"]:
            self.stdout.write(text)
