"""Prints one table: what we time, the peer in the same run, the ratio and the budget.

make bench                     everything
make bench ONLY=decisions      one part: imports, encryption, definitions, decisions, replay, migration or inbox
"""

import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from processes.tests.kit import scratch_flow  # noqa: E402
from tests.bench import decisions, definitions, encryption, evolving, imports, inbox  # noqa: E402
from tests.bench.table import Row, show  # noqa: E402

PARTS = {
    "imports": imports.measure,  # first, while the process is small: its memory is measured
    "encryption": encryption.measure,
    "definitions": definitions.measure,
    "decisions": decisions.measure,
    "replay": evolving.replaying,
    "migration": evolving.migrating,
    "inbox": inbox.measure,
}


def main(wanted: list[str]) -> int:
    """Time each part on a fresh database, print, and leave nothing behind; 2 when a part is not known."""
    if unknown := set(wanted) - set(PARTS):
        print(f"There is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}.")
        return 2
    print(f"{_machine()}; Python {sys.version.split()[0]}", flush=True)
    rows: list[Row] = []
    for part in wanted or PARTS:
        old = setup_databases(verbosity=0, interactive=False)
        try:
            print(f"{part}: {connection.vendor} {_server()}", flush=True)
            with scratch_flow() as flow:
                rows += PARTS[part](flow)
        finally:
            teardown_databases(old, verbosity=0)
    show(rows)
    return 0


def _machine() -> str:
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return f"{os.cpu_count()} cores, {pages * size / 2**30:.0f} GiB"


def _server() -> str:
    return ".".join(map(str, connection.get_database_version()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
