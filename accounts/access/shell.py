"""Commands and shells of the server leave a trace before they begin."""

import getpass
import os
import re
import sys
from collections.abc import Sequence

from django.db import DatabaseError

from accounts.access.actions import log_access
from accounts.access.models import Channel, Verb

#: Commands that neither read nor write records, or stand before there is a table to write to.
SILENT = frozenset(
    {
        "check", "collectstatic", "compilemessages", "diffsettings", "findstatic", "help", "lint_definition",
        "make_season", "makemessages", "makemigrations", "migrate", "runserver", "showmigrations",
        "sqlmigrate", "test", "testserver", "translations", "version",
    }
)  # fmt: skip
_NUMBERS = re.compile(r"\d{6,}")


def note_command(argv: Sequence[str]) -> None:
    """Record `manage.py NAME ...` with the account of the machine; long numbers are covered.

    Without a table there is nothing to protect yet: that is said, and the command goes on.
    """
    name = argv[1] if len(argv) > 1 else "help"
    if name in SILENT or name.startswith("-"):
        return
    said = _NUMBERS.sub("******", " ".join(argv[1:]))
    try:
        log_access(
            None,
            Verb.COMMAND,
            ("command", name[:40]),
            detail=f"{_operator()}: {said}",
            channel=Channel.SHELL,
            ip=os.environ.get("SSH_CLIENT", "").partition(" ")[0],
        )
    except DatabaseError as error:
        sys.stderr.write(f"Not recorded in the access log: {error}\n")


def _operator() -> str:
    """Who works at the machine, also behind sudo."""
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
