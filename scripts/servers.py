"""The servers of the second test lane: those that answer, or private ones for the length of a run."""

import hashlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
MARIADB_URL = "mysql://root@127.0.0.1:3306/"
REDIS_URL = "redis://127.0.0.1:6379/15"
PATIENCE = 60  # seconds for a server to answer


class NotHere(Exception):
    """The lane cannot run on this machine; the message says why."""


@contextmanager
def mariadb(*, install: bool) -> Iterator[str]:
    """A database URL whose server answers. Raises NotHere when there is none to use or to start."""
    try:
        import MySQLdb  # noqa: F401
    except ImportError as error:
        raise NotHere("the MariaDB driver is not installed") from error
    url = os.environ.get("TEST_MARIADB_URL") or f"{MARIADB_URL}{database_of(ROOT)}"
    if _mariadb_answers(url):
        yield url
        return
    server, make = _programs("mariadbd", "mariadb-install-db", install=install)
    with tempfile.TemporaryDirectory(prefix="qicheng-mariadb-") as folder:
        url, command = _own_mariadb(server, make, Path(folder))
        with _running([*command, "--innodb-flush-log-at-trx-commit=0"], lambda: _mariadb_answers(url)):
            yield url


def database_of(copy: Path) -> str:
    """Its name on a server: copies that are tested at the same time must not empty each other's tables."""
    return f"qicheng_{hashlib.sha256(bytes(copy)).hexdigest()[:8]}"


@contextmanager
def redis(*, install: bool) -> Iterator[str]:
    """A Redis URL whose server answers. Raises NotHere when there is none to use or to start."""
    url = os.environ.get("TEST_REDIS_URL") or REDIS_URL
    if _redis_answers(url):
        yield url
        return
    (server,) = _programs("redis-server", install=install)
    with tempfile.TemporaryDirectory(prefix="qicheng-redis-") as folder:
        port = _free_port()
        url = f"redis://127.0.0.1:{port}/0"
        command = [server, "--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""]
        with _running(command, lambda: _redis_answers(url)):
            yield url


class ServerProcess:
    """A private server that can be killed and started again on its own data."""

    def __init__(self, name: str, url: str, command: list[str], answers: Callable[[], bool]) -> None:
        self.name, self.url, self._command, self._answers = name, url, command, answers
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it answers. Raises NotHere when it does not."""
        self._process = _start(self._command, self._answers)

    def kill(self) -> None:
        """`kill -9`."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@contextmanager
def durable_mariadb(folder: Path) -> Iterator[ServerProcess]:
    """A MariaDB of one's own with the database `qicheng`, every commit on disk. Raises NotHere."""
    server, make = _programs("mariadbd", "mariadb-install-db", install=False)
    (folder / "mariadb").mkdir()
    url, command = _own_mariadb(server, make, folder / "mariadb")
    with _own(ServerProcess("database", url, command, lambda: _mariadb_answers(url))) as process:
        _create_database(url)
        yield process


@contextmanager
def durable_redis(folder: Path) -> Iterator[ServerProcess]:
    """A Redis of one's own that appends every write to its file. Raises NotHere."""
    (server,) = _programs("redis-server", install=False)
    (folder / "redis").mkdir()
    port = _free_port()
    url = f"redis://127.0.0.1:{port}/0"
    command = [
        *(server, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder / "redis")),
        *("--save", "", "--appendonly", "yes", "--appendfsync", "always"),
    ]
    with _own(ServerProcess("broker", url, command, lambda: _redis_answers(url))) as process:
        yield process


@contextmanager
def _own(process: ServerProcess) -> Iterator[ServerProcess]:
    process.start()
    try:
        yield process
    finally:
        process.kill()


def _own_mariadb(server: str, make: str, folder: Path) -> tuple[str, list[str]]:
    """The address and the command line of a new MariaDB in *folder*."""
    port, data = _free_port(), folder / "data"
    as_user = ["--user=root"] if os.getuid() == 0 else []
    subprocess.run(
        [make, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal", *as_user],
        check=True,
        capture_output=True,
    )
    command = [
        *(server, "--no-defaults", f"--datadir={data}", f"--socket={folder}/socket", *as_user),
        *(f"--port={port}", "--bind-address=127.0.0.1"),
    ]
    return f"mysql://root@127.0.0.1:{port}/qicheng", command


def _create_database(url: str) -> None:
    import MySQLdb

    parts = urlsplit(url)
    connection = MySQLdb.connect(host="127.0.0.1", port=parts.port or 3306, user="root")
    sql = "CREATE DATABASE qicheng CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci"
    connection.cursor().execute(sql)
    connection.close()


@contextmanager
def _running(command: list[str], answers: Callable[[], bool]) -> Iterator[None]:
    server = _start(command, answers)
    try:
        yield
    finally:
        server.terminate()
        server.wait()


def _start(command: list[str], answers: Callable[[], bool]) -> subprocess.Popen[bytes]:
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + PATIENCE
    while not answers():
        if server.poll() is not None or time.monotonic() > deadline:
            server.kill()
            raise NotHere(f"{command[0]} does not start")
        time.sleep(0.2)
    return server


def _programs(*names: str, install: bool) -> list[str]:
    """Their paths; with *install*, the system packages that hold them are installed when they may be."""
    if install and not all(map(_which, names)):
        subprocess.run([ROOT / "scripts" / "install-system-packages.sh", "servers"])
    found = [path for path in map(_which, names) if path]
    if len(found) < len(names):
        raise NotHere(f"nothing answers and {names[0]} is not installed")
    return found


def _which(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _mariadb_answers(url: str) -> bool:
    import MySQLdb

    parts = urlsplit(url)
    try:
        MySQLdb.connect(
            host=parts.hostname or "127.0.0.1",
            port=parts.port or 3306,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            connect_timeout=3,
        ).close()
    except MySQLdb.Error:
        return False
    return True


def _redis_answers(url: str) -> bool:
    import redis as client

    try:
        return bool(client.Redis.from_url(url, socket_connect_timeout=3).ping())
    except client.RedisError:
        return False
