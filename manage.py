#!/usr/bin/env python
"""Django's command line for Qicheng."""

import os
import sys

from django.core.management import ManagementUtility
from django.core.management.base import BaseCommand


class RecordedUtility(ManagementUtility):
    """Runs a command once the access log says so."""

    def fetch_command(self, subcommand: str) -> BaseCommand:
        """The command; by now Django is set up."""
        command = super().fetch_command(subcommand)
        from accounts.access.shell import note_command

        note_command(self.argv)
        return command


def main() -> None:
    """Run the command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    RecordedUtility(sys.argv).execute()


if __name__ == "__main__":
    main()
