"""Fixtures of the engine's tests."""

from collections.abc import Callable, Iterator

import pytest

from processes.actions import publish
from processes.audit.verify import verify_trail
from processes.engine import workdays
from processes.models import Case, Task
from processes.tests.kit import KEY, ScratchFlow, scratch_flow
from processes.tests.tale import Tale


@pytest.fixture
def flow(db: None) -> Iterator[ScratchFlow]:
    """The scratch review flow, published, with its people."""
    with scratch_flow() as scratch:
        yield scratch


@pytest.fixture
def tell(flow: ScratchFlow) -> Iterator[Callable[..., Tale]]:
    """Publish a definition and begin its tale."""
    yield lambda text, username="s1", now=None: (
        publish(KEY, text),
        Tale(flow, flow.person(username, "学生"), now),
    )[1]
    assert verify_trail().fault is None
    for case in Case.objects.exclude(finished=None):
        assert not Task.objects.filter(process=case, finished=None).exists()


@pytest.fixture
def changing_calendar(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """For a test that writes the calendar: it is read anew, and what was in memory comes back after."""
    monkeypatch.setattr(workdays._Cache, "table", None)
