"""`make run` starts all of it, and stopping stops all of it."""

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.copies import PYTHON, ROOT, environment, manage

pytestmark = pytest.mark.slow
PATIENCE = 180  # seconds


def _wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.1)


def _family(var_dir: Path) -> list[str]:
    """The command lines of all processes that work in that data folder."""
    mark = f"VAR_DIR={var_dir}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue  # it ended meanwhile, or belongs to somebody else
    return [line for line in found if line]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Running:
    """`scripts/serve.py` at work."""

    def __init__(self, var_dir: Path) -> None:
        self.var_dir, self.port = var_dir, _free_port()
        self.log = var_dir / "serve.log"
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [PYTHON, "scripts/serve.py"],
                cwd=ROOT,
                env=environment(var_dir, PORT=str(self.port), HOST=""),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        """What it has printed so far."""
        return self.log.read_text(encoding="utf-8")

    def wait_until_it_answers(self) -> None:
        """Until the address has been printed, or it ended."""
        _wait_for(lambda: "Qicheng runs at" in self.said or self.process.poll() is not None)

    def stop(self, how: signal.Signals) -> int:
        """Send *how* to its process group, as a terminal does; gives the exit status."""
        os.killpg(self.process.pid, how)
        return self.process.wait(PATIENCE)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with everything loaded."""
    folder = tmp_path_factory.mktemp("loaded")
    subprocess.run([PYTHON, "scripts/load.py"], cwd=ROOT, env=environment(folder), check=True)
    return folder


@pytest.fixture
def running(loaded: Path, tmp_path: Path) -> Iterator[Running]:
    """The whole system, answering."""
    system = Running(shutil.copytree(loaded, tmp_path / "var"))
    system.wait_until_it_answers()
    yield system
    if system.process.poll() is None:
        system.stop(signal.SIGTERM)


def test_it_answers_works_and_stops(running: Running) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{running.port}/healthz") as answer:
        assert answer.read() == b'{"status": "ok"}'
    assert "Password of all demo accounts" in running.said
    ping = [PYTHON, "-m", "celery", "-A", "config", "inspect", "ping", "--timeout", "10"]
    _wait_for(
        lambda: (
            b"pong"
            in subprocess.run(ping, cwd=ROOT, env=environment(running.var_dir), capture_output=True).stdout
        )
    )
    second = Running(running.var_dir)
    assert second.process.wait(PATIENCE) == 1
    assert "running from this folder already" in second.said
    assert running.stop(signal.SIGINT) == 0
    assert _family(running.var_dir) == []


def test_start_without_the_demo_says_how_to_sign_in(tmp_path: Path) -> None:
    """A folder with a season of its own is run too; nobody with a known password is put into it."""
    folder, sheet = tmp_path / "var", str(tmp_path / "season.xlsx")
    for command in (
        ("migrate", "--verbosity", "0"),
        ("make_season", "--graduates", "5", "--cohort", "2027", "--seed", "7", "--out", sheet),
        ("import_students", sheet, "--cohort", "2027"),
    ):
        assert manage(folder, *command).returncode == 0
    load = [PYTHON, "scripts/load.py"]
    for _each in range(2):
        subprocess.run(load, cwd=ROOT, env=environment(folder), check=True, capture_output=True)
    told = (folder / "demo.txt").read_text(encoding="utf-8")
    assert "other graduates" in told
    assert "changepassword" in told


def test_nothing_is_left_when_it_is_killed_outright(running: Running) -> None:
    assert len(_family(running.var_dir)) >= 8
    running.stop(signal.SIGKILL)
    _wait_for(lambda: _family(running.var_dir) == [])
