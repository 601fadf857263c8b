"""Fixtures of the pages of processes."""

import pytest

from processes.evolve.tests.kit import Story
from processes.tests.conftest import flow  # noqa: F401 - a fixture


@pytest.fixture
def story(flow) -> Story:  # noqa: F811
    """A process and two people who may change it."""
    return Story(flow)
