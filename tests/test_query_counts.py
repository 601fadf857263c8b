"""No page asks the database more often when there is more to show."""

from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from processes import compiled
from tests.address import GET, Address
from tests.crowd import READING, grow
from tests.pages import ADDRESSES
from tests.world import World, build_world

pytestmark = pytest.mark.django_db
FEW, MANY = 3, 300
MOST_QUERIES = 12
#: One of each kind of reader.
READERS = (
    *READING,
    "owner",
    "applicant",
    "corrector",
    "asker",
    "vetter",
    "host",
    "talk_officer",
    "designer",
    "secadmin",
    "auditor",
    "member",
)
PAGES = [
    (address, who)
    for address in ADDRESSES
    if GET in address.methods
    for who in READERS
    if who in address.readers
]

Counts = dict[tuple[str, str], list[str]]


@pytest.fixture(scope="module")
def statements(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[int, Counts]]:
    """Number of rows -> (address, reader) -> the statements that the page sends."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = build_world()
        grow(world, 0, FEW)
        few = _statements(world)
        grow(world, FEW, MANY)
        yield {FEW: few, MANY: _statements(world)}
        transaction.set_rollback(True)
    compiled.forget()


def _statements(world: World) -> Counts:
    return {(address.name, who): _sent(world, address, who) for address, who in PAGES}


def _sent(world: World, address: Address, who: str) -> list[str]:
    browser, url = world.browser(who), address.url(world)
    # The clock stands still: a session notes now and then when it was last used, which is no query of the page.
    with time_machine.travel(timezone.now(), tick=False):
        assert browser.get(url).status_code in (200, 302)
        with CaptureQueriesContext(connection) as queries:
            b"".join(browser.get(url))
    return [query["sql"] for query in queries]


@pytest.mark.parametrize(("address", "who"), PAGES, ids=[f"{address.name}-{who}" for address, who in PAGES])
def test_page_asks_no_oftener_for_many_rows_than_for_few(statements, address, who):
    few, many = (statements[rows][address.name, who] for rows in (FEW, MANY))
    assert len(few) <= MOST_QUERIES, "\n".join(few)
    assert len(many) <= len(few), "\n".join(many)  # fewer: what is much becomes a job
