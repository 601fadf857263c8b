"""What all tests share."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models.signals import post_migrate
from django.utils import translation
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from common import keyring
from forms import codes
from processes.engine import workdays

# A busy machine is no fault of an example.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


_DATABASE = {"db", "transactional_db", "live_server"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """A test that touches no database says the same on every lane."""
    for item in items:
        touches = item.get_closest_marker("django_db") or _DATABASE.intersection(item.fixturenames)
        if not touches and not item.get_closest_marker("broker"):
            item.add_marker("once")


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """The language in which a page was asked for does not outlast the test."""
    yield
    translation.deactivate()


def _load_codes(**_signal: Any) -> None:
    call_command("load_codes", verbosity=0)
    codes.tables()  # so that no test pays, or counts, the reading of them


def _forget_calendar(**_signal: Any) -> None:
    """Monday to Friday for every test that loads no holidays: what a test counts changes with no year."""
    workdays.invalidate()
    workdays.workday_table()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The test database with the code tables, which also come back when a test had it emptied."""
    codes.RECHECK_SECONDS = workdays.RECHECK_SECONDS = keyring.RECHECK_SECONDS = float("inf")
    with django_db_blocker.unblock():
        _load_codes()
        _forget_calendar()
        keyring.ensure_key()
    post_migrate.connect(_load_codes, sender=apps.get_app_config("forms"), weak=False)
    post_migrate.connect(_forget_calendar, sender=apps.get_app_config("processes"), weak=False)
