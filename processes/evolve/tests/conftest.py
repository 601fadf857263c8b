"""Fixtures of the tests about the life of a definition."""

from processes.tests.conftest import flow  # noqa: F401 - a fixture
