"""Fixtures of the tests about the life of a definition."""

from collections.abc import Iterator

import pytest
from django.utils.translation import override

from processes.tests.conftest import flow  # noqa: F401 - a fixture


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """The reasons are matched as they are written in the sources."""
    with override("en"):
        yield
