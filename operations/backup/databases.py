"""Dumping a database to a stream and loading it into another one."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO, Any, cast
from urllib.parse import quote

from django.db import connection

from common.errors import Refused

Settings = Mapping[str, Any]
"""An entry of `settings.DATABASES`."""

_DUMPERS, _CLIENTS = ("mariadb-dump", "mysqldump"), ("mariadb", "mysql")
_COPY = 1024 * 1024


def is_sqlite(database: Settings) -> bool:
    """Whether the database is one file."""
    return bool(database["ENGINE"].endswith("sqlite3"))


def dump(database: Settings, target: IO[bytes]) -> None:
    """Write the whole database as of one moment to *target*, while others work on it.

    SQLite: the file itself. MariaDB and MySQL: SQL. Raises Refused when the client program is missing or
    fails.
    """
    if is_sqlite(database):
        _dump_sqlite(target)
        return
    words = ["--single-transaction", "--skip-lock-tables", "--hex-blob", "--default-character-set=utf8mb4"]
    with _login(database) as login:
        command = [_program(_DUMPERS), login, *words, database["NAME"]]
        with _running(command, stdout=subprocess.PIPE) as run:
            shutil.copyfileobj(cast(IO[bytes], run.stdout), target, _COPY)


def load(database: Settings, source: IO[bytes]) -> None:
    """Load what `dump` wrote into an empty *database*. Raises Refused when that fails."""
    if is_sqlite(database):
        with open(database["NAME"], "wb") as file:
            shutil.copyfileobj(source, file, _COPY)
        return
    with _login(database) as login:
        command = [_program(_CLIENTS), login, "--default-character-set=utf8mb4", database["NAME"]]
        # with a broken pipe the program has said why
        with _running(command, stdin=subprocess.PIPE) as run, suppress(BrokenPipeError):
            shutil.copyfileobj(source, cast(IO[bytes], run.stdin), _COPY)
            cast(IO[bytes], run.stdin).close()


@contextmanager
def _running(command: list[str], **pipes: int) -> Iterator["subprocess.Popen[bytes]"]:
    """*command* while it runs. Raises Refused with its own words when it ends badly."""
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(command, stderr=said, **pipes) as run:  # type: ignore[call-overload]
            yield run
        said.seek(0)
        words = said.read().decode(errors="replace").strip()
    if run.returncode:
        raise Refused(f"{Path(command[0]).name} failed: {words}")


@contextmanager
def scratch(database: Settings) -> Iterator[Settings]:
    """An empty database beside *database*, of the same kind, gone again afterwards."""
    if is_sqlite(database):
        with tempfile.TemporaryDirectory(prefix="qicheng-restore-") as folder:
            yield {**database, "NAME": str(Path(folder) / "restored.sqlite3")}
        return
    name = f"{database['NAME']}_restore_test"
    charset = "CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci"
    _execute(database, f"DROP DATABASE IF EXISTS `{name}`; CREATE DATABASE `{name}` {charset};")
    try:
        yield {**database, "NAME": name}
    finally:
        _execute(database, f"DROP DATABASE IF EXISTS `{name}`;")


def address_of(database: Settings) -> str:
    """The `DATABASE_URL` of *database*."""
    if is_sqlite(database):
        return f"sqlite:///{database['NAME']}"
    user, password = quote(str(database["USER"]), safe=""), quote(str(database["PASSWORD"]), safe="")
    place = f"{database['HOST'] or 'localhost'}:{database['PORT'] or 3306}"
    return f"mysql://{user}{f':{password}' if password else ''}@{place}/{quote(str(database['NAME']))}"


def _dump_sqlite(target: IO[bytes]) -> None:
    connection.ensure_connection()
    with tempfile.TemporaryDirectory(prefix="qicheng-dump-") as folder:
        copy = Path(folder) / "dump.sqlite3"
        with closing(sqlite3.connect(copy)) as copied:
            connection.connection.backup(copied)
        with copy.open("rb") as file:
            shutil.copyfileobj(file, target, _COPY)


def _execute(database: Settings, sql: str) -> None:
    with _login(database) as login:
        done = subprocess.run([_program(_CLIENTS), login, "-e", sql], capture_output=True, text=True)
    if done.returncode:
        raise Refused(f"The database server refused: {done.stderr.strip()}")


@contextmanager
def _login(database: Settings) -> Iterator[str]:
    """An option that names a file with the sign-in: a password on the command line is seen by everybody."""
    lines = ["[client]"]
    for name, key in (("host", "HOST"), ("port", "PORT"), ("user", "USER"), ("password", "PASSWORD")):
        if value := database.get(key):
            lines.append(f'{name}="{value}"')
    with tempfile.NamedTemporaryFile("w", prefix="qicheng-", suffix=".cnf") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write("\n".join(lines) + "\n")
        file.flush()
        yield f"--defaults-extra-file={file.name}"


def _program(names: tuple[str, ...]) -> str:
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        raise Refused(f"The program {names[0]} is missing. Install the MariaDB client (mariadb-client).")
    return found
