"""Fixtures of the engine's tests."""

from collections.abc import Iterator

import pytest

from processes.engine import workdays
from processes.tests.kit import ScratchFlow, scratch_flow


@pytest.fixture
def flow(db: None) -> Iterator[ScratchFlow]:
    """The scratch review flow, published, with its people."""
    with scratch_flow() as scratch:
        yield scratch


@pytest.fixture
def changing_calendar(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """For a test that writes the calendar: it is read anew, and what was in memory comes back after."""
    monkeypatch.setattr(workdays._Cache, "table", None)
