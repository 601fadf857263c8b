"""The scripts behind `make run`: what they make, what they leave alone, what they say."""

import os
import re
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config.broker import LONGEST_ADDRESS, broker_socket, broker_url
from scripts import prepare, servers

ROOT = Path(prepare.ROOT)


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """`prepare` at work in an empty folder."""
    monkeypatch.setattr(prepare, "ROOT", tmp_path)
    monkeypatch.setattr(prepare, "STAMPS", tmp_path / "stamps")
    return tmp_path


def test_env_file_gets_keys_of_its_own(copy, monkeypatch):
    for name in prepare.KEYS:
        monkeypatch.delenv(name, raising=False)
    prepare.env_file()
    path = copy / ".env"
    keys = dict(line.split("=", 1) for line in path.read_text().splitlines() if not line.startswith("#"))
    assert list(keys) == ["SECRET_KEY", "DATA_KEY", "AUDIT_KEY"]
    assert len(set(keys.values())) == 3
    assert all(len(key) >= 32 for key in keys.values())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_env_file_keeps_what_is_there(copy, monkeypatch):
    monkeypatch.setenv("AUDIT_KEY", "from the environment")
    path = copy / ".env"
    path.write_text("DATA_KEY=mine\nSCHOOL_NAME=某大学")
    monkeypatch.delenv("SECRET_KEY", raising=False)
    prepare.env_file()
    lines = path.read_text().splitlines()
    assert lines[:2] == ["DATA_KEY=mine", "SCHOOL_NAME=某大学"]
    assert [line.partition("=")[0] for line in lines[2:]] == ["SECRET_KEY"]
    before = path.read_text()
    prepare.env_file()
    assert path.read_text() == before


def test_step_is_repeated_only_when_its_sources_change(copy, capsys):
    source, done = copy / "package.json", []
    source.write_text("1")

    def step():
        prepare._once(
            "front", prepare._digest([source]), "Front end", lambda: done.append(source.read_text())
        )

    step()
    step()
    os.utime(source, (0, 0))
    step()
    source.write_text("2")
    step()
    assert done == ["1", "2"]


def test_failed_step_shows_its_words_and_is_tried_again(copy):
    def step():
        command = [sys.executable, "-c", "print('no space left'); raise SystemExit(3)"]
        prepare._once("front", "digest", "Front end", lambda: prepare._run(command, cwd=copy))

    for _ in range(2):
        with pytest.raises(prepare.Problem, match="no space left"):
            step()


def test_busy_port_is_named_with_what_to_do(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(prepare.Problem) as problem:
            prepare.free_port()
    first, last = str(problem.value).splitlines()
    assert first == f"Port {port} cannot be used: Address already in use."
    assert last.endswith(f"make run PORT={port + 1}")


def test_free_port_is_let_through(monkeypatch):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    monkeypatch.setenv("PORT", str(port))
    assert prepare.free_port() is None


def test_every_make_target_has_its_plan_and_its_line_in_the_reference():
    makefile = (ROOT / "Makefile").read_text()
    assert set(re.findall(r"prepare\.py (\w+)", makefile)) == set(prepare.PLANS)
    targets = set(re.findall(r"^(\w+):.*##", makefile, re.MULTILINE)) - {"help"}
    documented = re.findall(
        r"^\| `make (\w+)`", (ROOT / "docs/reference/commands.md").read_text(), re.MULTILINE
    )
    assert set(documented) == targets


def test_broker_listens_in_its_folder(tmp_path):
    folder = Path("/srv/启程 var")
    assert broker_socket(folder) == folder / "valkey.sock"
    assert broker_url(folder) == "redis+socket:///srv/%E5%90%AF%E7%A8%8B%20var/valkey.sock"


def test_broker_of_a_deep_folder_listens_at_a_short_path():
    deep, other = Path("/srv") / ("启程" * 20), Path("/srv") / ("程启" * 20)
    socket_path = broker_socket(deep)
    assert len(os.fsencode(socket_path)) <= LONGEST_ADDRESS
    assert socket_path == broker_socket(deep)
    assert socket_path.parent != broker_socket(other).parent


@pytest.mark.parametrize("group", ["", "everything"])
def test_package_script_says_how_it_is_used(group):
    script = [ROOT / "scripts/install-system-packages.sh", *filter(None, [group])]
    done = subprocess.run(script, capture_output=True, text=True)
    assert (done.returncode, done.stderr.split()[0]) == (2, "Usage:")


def test_package_script_names_what_it_may_not_install(tmp_path):
    programs = {
        "dpkg-query": "exit 1",
        "id": "echo 1000",
        "sudo": "exit 1",
        "apt-get": "echo must not be called; exit 9",
    }
    for name, body in programs.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    done = subprocess.run(
        [ROOT / "scripts/install-system-packages.sh", "run"],
        capture_output=True,
        text=True,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
    )
    assert done.returncode == 1
    assert "apt-get install --no-install-recommends python3-venv" in done.stderr
    assert "must not be called" not in done.stdout


@pytest.fixture
def loading(copy, monkeypatch):
    """A copy whose loading is only noted: each run writes the database file when there is none."""
    (copy / "stamps").mkdir()
    (copy / "students").mkdir()
    (copy / "students/models.py").write_text("1")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("VAR_DIR", raising=False)
    runs = []

    def run(command):
        runs.append(command)
        (copy / "var").mkdir(exist_ok=True)
        (copy / "var/qicheng.sqlite3").touch()

    monkeypatch.setattr(prepare, "_run", run)
    return runs


def test_data_is_loaded_again_only_when_sources_or_file_change(loading, copy):
    prepare.data()
    prepare.data()
    assert len(loading) == 1
    (copy / "students/models.py").write_text("2")
    prepare.data()
    assert len(loading) == 2
    (copy / "requirements.txt").write_text("chinesecalendar==2")
    prepare.data()
    assert len(loading) == 3
    (copy / "var/qicheng.sqlite3").rename(copy / "var/old.sqlite3")
    (copy / "var/qicheng.sqlite3").touch()
    prepare.data()
    prepare.data()
    assert len(loading) == 4


def test_data_of_a_database_server_is_always_asked_anew(loading, copy):
    (copy / ".env").write_text("DATABASE_URL=mysql://root@127.0.0.1/qicheng\n")
    prepare.data()
    prepare.data()
    assert len(loading) == 2


def test_copies_side_by_side_test_on_databases_of_their_own():
    here, there = servers.database_of(Path("/srv/a")), servers.database_of(Path("/srv/b"))
    assert re.fullmatch(r"qicheng_[0-9a-f]{8}", here)
    assert here == servers.database_of(Path("/srv/a"))
    assert here != there
