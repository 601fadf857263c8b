"""Where what happens now comes from: known around every request, so that no caller has to hand it on."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from accounts.access.models import Channel


@dataclass
class Origin:
    """The channel, the address of the machine and the request; *lines* counts what was written meanwhile."""

    channel: str = Channel.JOB
    ip: str | None = None
    request_id: str = ""
    lines: int = 0


_origin: ContextVar[Origin | None] = ContextVar("access_origin", default=None)


def current_origin() -> Origin | None:
    """The origin of what happens now, or None outside a request."""
    return _origin.get()


@contextmanager
def coming_from(origin: Origin) -> Iterator[Origin]:
    """Say where everything inside comes from."""
    token = _origin.set(origin)
    try:
        yield origin
    finally:
        _origin.reset(token)
