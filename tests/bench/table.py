"""What `make bench` prints: rows of ours beside a peer's, and how a piece of work is timed."""

import gc
import os
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.test.utils import CaptureQueriesContext

#: BENCH_CLOCK=cpu counts the time of our own process alone: for SQLite on a machine that others work on too.
_clock = time.process_time if os.environ.get("BENCH_CLOCK") == "cpu" else time.perf_counter


class Row(NamedTuple):
    """One line of the table; both figures in milliseconds unless *unit* says otherwise."""

    work: str
    ours: float
    peer: str
    theirs: float
    budget: str
    unit: str = "ms"


def show(rows: Iterable[Row]) -> None:
    """Print the rows, the ratio and the budget beside each other."""
    print(f"{'work':44} {'ours':>11}  {'peer':44} {'peer':>11} {'ratio':>7}  budget")
    for row in rows:
        ours, theirs = f"{row.ours:.3f} {row.unit}", f"{row.theirs:.3f} {row.unit}"
        ratio = f"{row.ours / row.theirs:7.3f}"
        print(f"{row.work:44} {ours:>11}  {row.peer:44} {theirs:>11} {ratio}  {row.budget}", flush=True)
    print(flush=True)


def timed(work: Callable[[], Any]) -> float:
    """Seconds that *work* takes, without a collection of garbage that others left."""
    gc.collect()
    begin = _clock()
    work()
    return _clock() - begin


def median_ms(work: Callable[[], Any], times: int) -> float:
    """Milliseconds that *work* takes in the middle of *times* runs, after one that warms up."""
    return medians_ms([work], times)[0]


def medians_ms(works: Sequence[Callable[[], Any]], times: int) -> list[float]:
    """The same of each of *works*, which take turns, so that all meet the same machine."""
    for work in works:
        work()
    rounds = [[timed(work) for work in works] for _ in range(times)]
    return [statistics.median(found) * 1000 for found in zip(*rounds, strict=True)]


def statements(work: Callable[[], Any]) -> list[str]:
    """The SQL of all statements that *work* sends."""
    with CaptureQueriesContext(connection) as queries:
        work()
    return [query["sql"] for query in queries.captured_queries]
