"""What a stranger could find out without being let in: by asking otherwise, by counting, by comparing.

The table of addresses (`tests/pages.py`) says who may open what, `test_strangers.py` walks it. Here the same
people go the side ways: parts of pages, other methods, made-up keys, searches, Django's admin.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote, quote_plus
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver, reverse
from pytest_django import DjangoDbBlocker

from processes import compiled
from tests.address import GET, NOBODY, POST, Address
from tests.pages import ADDRESSES
from tests.test_strangers import body, unpacked
from tests.world import World, build_world

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PART = {"HTTP_HX_REQUEST": "true"}
OF_ONE = [address for address in ADDRESSES if address.of_one]
#: One of each kind, rather from the neighbour's scope: `test_strangers.py` tries everybody at the front door.
SIDE = frozenset(
    {
        "other",
        "colleague",
        "host",
        "next_counselor",
        "far_college",
        "far_data",
        "vetter",
        "keeper",
        "designer",
    }
    | {"director", "sysadmin", "secadmin", "auditor", "far_member", "former"}
)
SEARCHED = ("q", "name", "text")
#: Who helps with accounts may ask for any by its whole name; the others show a new key or new times each time.
NO_SEARCH = frozenset({"accounts:help", "accounts:second_step", "operations:state"})
#: Nobody is called so.
NO_NAME, NO_NUMBER = "乌有先生", "990000000000000009"
#: What is new with each request: the token of a form, the key of a line in the log, the time in a workbook.
_NEW = re.compile(
    r'name="(?:csrfmiddlewaretoken|csrf-token)" (?:value|content)="[^"]*"'
    r"|\b01[0-9a-f]{30}\b|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z"
)

every_address = pytest.mark.parametrize("address", ADDRESSES, ids=[each.name for each in ADDRESSES])


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Built once; every test undoes what it did, the module everything."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)
    compiled.forget()


def strangers(address: Address) -> list[str]:
    return sorted(SIDE - address.readers - address.refused)


def told_to(world: World, who: str, said: str) -> list[str]:
    """The secrets in *said* that are none of *who*'s business."""
    return [text for text, known_to in world.secrets.items() if text in said and who not in known_to]


def asked(world: World, who: str, method: str, url: str, data: Any = None) -> tuple[HttpResponse, list[str]]:
    """The answer, and the statements it took, their values left out."""
    browser = world.browser(who)
    with transaction.atomic():
        with CaptureQueriesContext(connection) as queries:
            answer = getattr(browser, method)(url, data or {})
            body(answer)
        transaction.set_rollback(True)
    return answer, [_shape(query["sql"]) for query in queries]


def _shape(sql: str) -> str:
    """A statement without its values and the numbers of savepoints."""
    return re.sub(r"'[^']*'|\b[0-9a-f]{32}\b|\b\d+\b|\bs\d+_x\d+\b", "?", sql)


@every_address
def test_part_of_a_page_is_as_closed_as_the_page(world, address):
    for who in strangers(address):
        for method in address.methods:
            answer = getattr(world.browser(who), method)(address.url(world), {}, **PART)
            assert answer.status_code == 404, (who, method)
            assert told_to(world, who, body(answer)) == [], (who, method)


@every_address
def test_part_of_a_page_leads_who_is_not_signed_in_to_the_door(world, address):
    if NOBODY in address.readers | address.refused:
        return
    for method in address.methods:
        answer = getattr(world.browser(NOBODY), method)(address.url(world), {}, **PART)
        door = reverse("accounts:sign_in")
        assert answer.headers.get("HX-Redirect", answer.headers.get("Location", "")).startswith(door)
        assert told_to(world, NOBODY, body(answer)) == []


@every_address
def test_no_other_method_opens_anything(world, address):
    if NOBODY in address.readers:
        return
    for who in strangers(address)[::4]:
        for method in ("head", "options", "put", "patch", "delete"):
            answer = getattr(world.browser(who), method)(address.url(world))
            assert answer.status_code in (404, 405), (who, method)


def made_up(kwargs: dict[str, Any]) -> dict[str, Any]:
    """Keys of the same kind that nothing has."""
    return {name: _made_up(value) for name, value in kwargs.items()}


def _made_up(value: Any) -> Any:
    if isinstance(value, UUID):
        return uuid4()
    return 987_654 if isinstance(value, int) else value


@pytest.mark.parametrize("address", OF_ONE, ids=[each.name for each in OF_ONE])
def test_not_yours_cannot_be_told_from_not_there(world, address, monkeypatch):
    """The same answer by the same statements, so that neither words nor time tell whether there is one."""
    monkeypatch.setattr("accounts.middleware.TOUCH_AFTER", timedelta.max)  # else once a minute a click writes
    kwargs = address.kwargs(world)
    if made_up(kwargs) == kwargs:
        return
    for who in strangers(address):
        for method in address.methods:
            data = address.data(world) if method == POST else {}
            theirs, took = asked(world, who, method, address.url(world), data)
            nothing, takes = asked(world, who, method, reverse(address.name, kwargs=made_up(kwargs)), data)
            assert (theirs.status_code, nothing.status_code) == (404, 404), (who, method)
            assert _still(theirs) == _still(nothing), (who, method)
            assert took == takes, (who, method)


def _still(answer: HttpResponse) -> str:
    """The page without what differs from one request to the next, its own address among it."""
    asked_for = answer.wsgi_request.get_full_path()  # type: ignore[attr-defined]
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return _NEW.sub("", unpacked(content).replace(asked_for, "…"))


@every_address
def test_search_for_what_one_may_not_know_finds_as_much_as_for_nothing(world, address):
    """Neither rows nor counts nor a word tell that somebody outside the scope exists."""
    if GET not in address.methods or address.name in NO_SEARCH:
        return
    url = address.url(world)
    for who in sorted(address.readers & SIDE):
        unknown = [text for text, known_to in world.secrets.items() if who not in known_to]
        for secret in unknown[:2]:
            nobody = NO_NUMBER if secret.isascii() else NO_NAME
            found, none = (
                asked(world, who, GET, url, dict.fromkeys(SEARCHED, text))[0] for text in (secret, nobody)
            )
            said, silence = (_said(answer, text) for answer, text in ((found, secret), (none, nobody)))
            assert said == silence, (who, secret)


def _said(answer: HttpResponse, looked_for: str) -> str:
    """What is answered, the words that were looked for left out however they are written."""
    text = _still(answer)
    for written in (looked_for, quote(looked_for), quote_plus(looked_for)):
        text = text.replace(written, "…")
    return text


def test_workbook_is_opened_before_it_is_searched_for_secrets():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", "欧阳知远" * 9)
    assert "欧阳知远" in unpacked(content.getvalue())


def test_admin_of_the_developers_opens_to_nobody_of_the_school(world):
    pages = [f"admin:{each.name}" for each in _admin() if not each.pattern.regex.groups and each.name]
    assert len(pages) > 20
    for page in pages:
        for who in ("", "student", "owner", "counselor", "director", "auditor"):
            answer = world.browser(who).get(reverse(page))
            assert answer.status_code in (302, 404), (page, who)
            assert told_to(world, who, body(answer)) == []


def _admin() -> Iterator[Any]:
    admin = next(each for each in get_resolver().url_patterns if getattr(each, "namespace", "") == "admin")
    yield from _leaves(admin)


def _leaves(found: URLResolver) -> Iterator[Any]:
    for each in found.url_patterns:
        yield from _leaves(each) if isinstance(each, URLResolver) else [each]
