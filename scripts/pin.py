"""Pins the packages named in `pyproject.toml` into `requirements*.txt` (run by `make requirements`)."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMPILE = [
    *(sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"),
    *("--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command", "make requirements"),
    *sys.argv[1:],
]
BESIDE = ["-c", "requirements.txt"]


def pin(target: str, *sources: str) -> None:
    """Write *target* from *sources*, keeping the versions it names unless `--upgrade` is given."""
    subprocess.run([*COMPILE, *sources, "-o", target], cwd=ROOT, check=True)


pin("requirements.txt", "pyproject.toml")
pin("requirements-mariadb.txt", *BESIDE, "--group", "mariadb")
pin("requirements-dev.txt", *BESIDE, "--group", "dev")
