"""Kills workers, deciders, sweepers, the broker and the database, again and again, then counts.

    SEED=1 CASES=600 KILLS=20 .venv/bin/python -m tests.chaos

Needs the programs of MariaDB and Redis; both are started here, on ports and folders of their own, with
every commit on disk. Gives 1 when anything was lost, happened twice, or the trail does not verify.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.servers import NotHere, ServerProcess, durable_mariadb, durable_redis

ROOT = Path(__file__).resolve().parent.parent.parent
SEED = int(os.environ.get("SEED", "1"))
CASES = int(os.environ.get("CASES", "600"))
KILLS = int(os.environ.get("KILLS", "20"))
PATIENCE = 300  # seconds for the survivors to finish


class Victim:
    """A process that is killed and started again."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name, self.command = name, command
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin (again)."""
        log = open(os.environ["VAR_DIR"] + f"/{self.name}.log", "ab")  # noqa: SIM115
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
        )

    def kill(self) -> None:
        """`kill -9`, with everything it has started."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def main() -> int:
    """Set up, kill, let the survivors finish, count."""
    with tempfile.TemporaryDirectory(prefix="qicheng-chaos-") as folder:
        os.environ |= {"VAR_DIR": folder, "ENV_FILE": os.devnull, "PRODUCTION": "", "DEBUG": ""}
        try:
            with durable_mariadb(Path(folder)) as database, durable_redis(Path(folder)) as broker:
                os.environ |= {"DATABASE_URL": database.url, "REDIS_URL": broker.url}
                return _run(database, broker)
        except NotHere as reason:
            print(f"chaos cannot run here: {reason}")
            return 1


def _run(database: ServerProcess, broker: ServerProcess) -> int:
    from tests.chaos import stage

    stage.build(CASES)
    with _at_work() as victims:
        killed = _kill([*victims, database, broker])
        stage.wait_until_done(PATIENCE)
    print("killed with -9: " + ", ".join(f"{name} {count} x" for name, count in sorted(killed.items())))
    return stage.report()


@contextmanager
def _at_work() -> Iterator[list[Victim]]:
    python = sys.executable
    celery = [python, "-m", "celery", "--quiet", "-A", "config", "worker", "--concurrency", "2"]
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.chaos.settings"
    victims = [
        Victim("worker", [*celery, "--without-mingle", "--loglevel", "ERROR"]),
        Victim("decider", [python, "-m", "tests.chaos.work", "decide"]),
        Victim("decider-2", [python, "-m", "tests.chaos.work", "decide"]),
        Victim("sweeper", [python, "-m", "tests.chaos.work", "sweep"]),
        Victim("sweeper-2", [python, "-m", "tests.chaos.work", "sweep"]),
    ]
    try:
        for victim in victims:
            victim.start()
        yield victims
    finally:
        for victim in victims:
            victim.kill()


def _kill(victims: list["Victim | ServerProcess"]) -> Counter[str]:
    rng, killed = random.Random(SEED), Counter[str]()
    time.sleep(4)  # until all are at work
    for _each in range(KILLS):
        victim = rng.choice(victims)
        victim.kill()
        killed[victim.name] += 1
        time.sleep(rng.uniform(0.0, 0.5))
        victim.start()
        time.sleep(rng.uniform(0.5, 2.0))
    return killed


if __name__ == "__main__":
    sys.exit(main())
