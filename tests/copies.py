"""A copy of the system in a folder of its own, run as its users run it."""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PYTHON = sys.executable


def environment(var_dir: Path, **more: str) -> dict[str, str]:
    """The embedded default with its data in *var_dir*, whatever this machine is set to."""
    own = {"VAR_DIR": str(var_dir), "ENV_FILE": os.devnull, "DATABASE_URL": "", "REDIS_URL": ""}
    without = {"DJANGO_SETTINGS_MODULE"}
    return {name: value for name, value in os.environ.items() if name not in without} | own | more


def manage(var_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `manage.py` on that copy."""
    return subprocess.run(
        [PYTHON, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(var_dir),
        capture_output=True,
        text=True,
        timeout=300,
    )
