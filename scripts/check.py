"""Checks and tests, and a plain word at the end on what ran.

    .venv/bin/python scripts/check.py all        every check, every test, on both lanes
    .venv/bin/python scripts/check.py unit       the fast tests, on SQLite
    .venv/bin/python scripts/check.py static     the checks that run no test
    .venv/bin/python scripts/check.py format     put the sources in their usual shape

`all` runs the tests twice: on SQLite, and on MariaDB with Redis, where tests marked `once` are left out: they
look at pages or touch no database. The second lane uses the servers at
`TEST_MARIADB_URL` and `TEST_REDIS_URL`, or else starts its own from the programs on this machine. When
that cannot be had it is left out and said so; with `CI=true` that is a failure.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.servers import NotHere, mariadb, redis

AUDIT_SECONDS = 120
IN_CI = os.environ.get("CI") == "true"
PYTEST = ["-m", "pytest", "-q", "-n", "2", "--dist", "worksteal"]
ROOMS = sorted(path.parent.name for path in ROOT.glob("*/apps.py"))
STATIC = {
    "ruff check": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "--quiet", "."],
    "import contract": ["-c", "from importlinter.cli import lint_imports_command as run; run(['--no-logo'])"],
    "mypy": ["-m", "mypy"],
    "manage.py check": ["manage.py", "check", "--fail-level", "WARNING"],
    "migrations": ["manage.py", "makemigrations", "--check", "--dry-run"],
    "translations": ["manage.py", "translations", "--check"],
    "bandit": ["-m", "bandit", "-q", "-c", "pyproject.toml", "-ll", "-r", *ROOMS, "config", "scripts"],
}
PIP_AUDIT = ["-m", "pip_audit", "--strict", "--no-deps", "--disable-pip", "-r", "requirements.txt"]
AUDITS = {
    "pip-audit": [sys.executable, *PIP_AUDIT],
    "npm audit": ["npm", "audit", "--prefix", "frontend", "--package-lock-only", "--audit-level", "moderate"],
}
#: What the two say when the registry cannot be asked, as opposed to when it knows of a hole.
UNREACHABLE = re.compile(
    r"could not be audited|ConnectionError|Timeout|MaxRetryError|ProxyError|HTTPError|ServiceError"
    r"|ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|ENETUNREACH|audit endpoint returned an error"
)


class Result(NamedTuple):
    """How one check or lane ended."""

    name: str
    state: str  # ok, failed, missing, or unasked
    seconds: float
    words: str = ""


def main(what: str) -> int:
    """Run what was asked for; gives 1 when anything failed."""
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory(prefix="qicheng-check-") as folder:
        os.environ["VAR_DIR"] = folder
        return _main(what)


def _main(what: str) -> int:
    if what == "format":
        return _call(["-m", "ruff", "check", "--fix", "."]) or _call(["-m", "ruff", "format", "."])
    results: list[Result] = []
    if what in ("static", "all"):
        results += [_check(name, arguments) for name, arguments in STATIC.items()]
        results += [_audit(name, command) for name, command in AUDITS.items()]
    lanes: list[Result] = []
    if what == "unit":
        lanes.append(_lane("sqlite", {}, ["-m", "not browser and not slow"]))
    if what == "all":
        lanes += [_lane("sqlite", {}, []), _server_lane()]
    return _summary(results, lanes)


def _call(arguments: list[str]) -> int:
    return subprocess.run([sys.executable, *arguments]).returncode


def _check(name: str, arguments: list[str]) -> Result:
    started = time.monotonic()
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, env=_environment({}))
    seconds = time.monotonic() - started
    print(f"{name:<20}{'ok' if not done.returncode else 'FAILED':<8}{seconds:6.1f} s", flush=True)
    if done.returncode:
        print(done.stdout + done.stderr, flush=True)
    return Result(name, "failed" if done.returncode else "ok", seconds)


def _audit(name: str, command: list[str]) -> Result:
    """Ask a registry for known holes; that it cannot be asked is said, and holds nobody up."""
    started, said = time.monotonic(), ""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=AUDIT_SECONDS, env=_environment({})
        )
        said, state = done.stdout + done.stderr, "failed" if done.returncode else "ok"
        if done.returncode and UNREACHABLE.search(said) and "known vulnerabilit" not in said:
            state, said = "unasked", "the registry gives no answer"
    except FileNotFoundError:
        state, said = "unasked", f"{command[0]} is not installed"
    except subprocess.TimeoutExpired:
        state, said = "unasked", f"no answer within {AUDIT_SECONDS} s"
    seconds = time.monotonic() - started
    word = {"ok": "ok", "failed": "FAILED", "unasked": "not asked"}[state]
    print(f"{name:<20}{word:<10}{seconds:4.1f} s  {said if state == 'unasked' else ''}".rstrip(), flush=True)
    if state == "failed":
        print(said, flush=True)
    return Result(name, state, seconds, said)


def _lane(name: str, settings: dict[str, str], arguments: list[str]) -> Result:
    """Run the tests; their output passes through, and pytest's last line is kept for the summary."""
    print(f"\n=== tests on {name} ===", flush=True)
    started, last = time.monotonic(), ""
    command = [sys.executable, *PYTEST, *arguments]
    with subprocess.Popen(
        command,
        env=_environment(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as run:
        for line in run.stdout or ():
            print(line, end="", flush=True)
            last = line.strip() or last
    state = "failed" if run.returncode else "ok"
    return Result(name, state, time.monotonic() - started, last.strip("= "))


def _server_lane() -> Result:
    try:
        with ExitStack() as servers:
            settings = {
                "DATABASE_URL": servers.enter_context(mariadb(install=IN_CI)),
                "REDIS_URL": servers.enter_context(redis(install=IN_CI)),
            }
            return _lane("mariadb+redis", settings, ["-m", "not once"])
    except NotHere as reason:
        return Result("mariadb+redis", "missing", 0, str(reason))


def _environment(settings: dict[str, str]) -> dict[str, str]:
    """The environment without this machine's own settings, so that every copy is checked alike."""
    own = {"DATABASE_URL": "", "REDIS_URL": "", "ENV_FILE": os.devnull, "PRODUCTION": "", "DEBUG": ""}
    return os.environ | own | settings


def _summary(results: list[Result], lanes: list[Result]) -> int:
    failed = [
        result.name
        for result in [*results, *lanes]
        if result.state == "failed" or (IN_CI and result.state == "missing")
    ]
    print()
    for lane in lanes:
        print(f"{lane.name}: {lane.words}")
    if lanes:
        print("lanes: " + ", ".join(f"{lane.name} {lane.state}" for lane in lanes))
    if failed:
        print("failed: " + ", ".join(failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
