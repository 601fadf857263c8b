"""Where the broker of the embedded default listens."""

import hashlib
import os
import tempfile
from pathlib import Path
from urllib.parse import quote

# The kernel gives a socket's address 108 bytes with its final zero.
LONGEST_ADDRESS = 100


def broker_socket(var_dir: Path) -> Path:
    """The broker's unix socket: in *var_dir*, or in a short temporary folder when that path is too long."""
    socket = var_dir.absolute() / "valkey.sock"
    if len(os.fsencode(socket)) <= LONGEST_ADDRESS:
        return socket
    folder = hashlib.sha256(os.fsencode(socket)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"qicheng-{os.getuid()}-{folder}" / "valkey.sock"


def broker_url(var_dir: Path) -> str:
    """What Celery connects to when `REDIS_URL` is not set."""
    return f"redis+socket://{quote(str(broker_socket(var_dir)))}"
