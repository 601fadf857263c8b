"""Trying again when the database asks for it.

MariaDB ends one of two transactions that wait for each other (1213) and one that waited too long (1205);
SQLite says that it is locked. All of them mean: nothing was written, begin again.
"""

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, OperationalError, connection

P = ParamSpec("P")
R = TypeVar("R")

TRIES = 6
FIRST_PAUSE = 0.02  # seconds, doubled each time and shaken, so that rivals do not meet again
AGAIN = frozenset({1205, 1213})
LOCKED = "database is locked"


def retrying(action: Callable[P, R]) -> Callable[P, R]:
    """*action* begun again, a few times, when its transaction lost against another one.

    Inside somebody else's transaction it is tried once: only the outermost one can begin again.
    """

    @wraps(action)
    def tried(*args: P.args, **kwargs: P.kwargs) -> R:
        left = 1 if connection.in_atomic_block else TRIES
        while True:
            left -= 1
            try:
                return action(*args, **kwargs)
            except OperationalError as error:
                if not left or not begins_again(error):
                    raise
            time.sleep(FIRST_PAUSE * 2 ** (TRIES - left) * (0.5 + random.random()))  # noqa: S311

    return tried


def begins_again(error: DatabaseError) -> bool:
    """Whether the database asks to begin the transaction again."""
    code = error.args[0] if error.args else None
    return code in AGAIN or LOCKED in str(error)
