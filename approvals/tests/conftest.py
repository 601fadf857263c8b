"""Fixtures of the desk's tests."""

from collections.abc import Iterator

import pytest

from processes.tests.kit import ScratchFlow, scratch_flow


@pytest.fixture
def flow(db: None) -> Iterator[ScratchFlow]:
    """The scratch review flow, published, with its people."""
    with scratch_flow() as scratch:
        yield scratch
