"""Every page is driven with a person's number, phone and name: none of them reaches the log."""

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from config.logs import line_formatter
from processes import compiled
from tests.address import NOBODY, Address
from tests.pages import ADDRESSES
from tests.test_bad_input import NAMES
from tests.world import World, build_world

pytestmark = [pytest.mark.django_db, pytest.mark.once]

SECRETS = ("330106200001011234", "13912345678", "欧阳知远")
EVERYWHERE = {
    "User-Agent": SECRETS[0],
    "Referer": f"http://testserver/{SECRETS[1]}",
    "X-Request-ID": SECRETS[0],
}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)
    compiled.forget()


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Production's log of the test, down to level DEBUG."""
    text, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(text), root.level
    handler.setFormatter(line_formatter(production=True))
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield text
    root.setLevel(level)
    root.removeHandler(handler)


def drive(browser: Client, address: Address, world: World) -> int:
    """Ask for *address* and send to it what is secret, in every field; gives how many requests that were."""
    for method in address.methods:
        for secret in SECRETS:
            with transaction.atomic():
                getattr(browser, method)(address.url(world), dict.fromkeys(NAMES, secret), headers=EVERYWHERE)
                transaction.set_rollback(True)
    return len(address.methods) * len(SECRETS)


@pytest.mark.parametrize("address", ADDRESSES, ids=[each.name for each in ADDRESSES])
def test_nothing_of_a_person_is_logged(world: World, address: Address, written: io.StringIO) -> None:
    reader = next(iter(sorted(address.readers - {NOBODY})), NOBODY)
    browser: Any = world.browser(reader)
    asked = drive(browser, address, world)
    said = written.getvalue()
    assert said.count('"event": "request"') == asked
    assert f'"route": "{address.name}"' in said
    assert [secret for secret in SECRETS if secret in said] == []
