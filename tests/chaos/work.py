"""What the processes do that get killed: `python -m tests.chaos.work decide|sweep`. They never end by themselves."""

import contextlib
import os
import sys
import time

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.chaos.settings"
django.setup()

from django.db import Error, connection  # noqa: E402

from accounts.models import User  # noqa: E402
from approvals.actions import Actor, Decision, decide_many  # noqa: E402
from processes.engine import jobs  # noqa: E402
from processes.models import Task  # noqa: E402

AT_ONCE = 150


def decide() -> None:
    """Approve whatever waits for the counselor, many at a time, as the batch page does."""
    counselor = User.objects.get(username="t1")
    waiting = Task.objects.filter(role="counselor", finished=None).order_by("?")
    decide_many(list(waiting.values_list("pk", flat=True)[:AT_ONCE]), Decision("approve"), Actor(counselor))


def main(what: str) -> None:
    """Work until killed; a database that is away comes back."""
    work = {"decide": decide, "sweep": jobs.sweep}[what]
    while True:
        try:
            work()
        except Error:
            with contextlib.suppress(Error):
                connection.close()
        time.sleep(0.05)


if __name__ == "__main__":
    main(sys.argv[1])
