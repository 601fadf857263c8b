"""A stranger's hands on every address: nothing is found, nothing changes, nothing is told."""

import hashlib
import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from accounts.models import AccessLog, SignInFailures, User
from accounts.security.models import Count, Session, SignIn
from processes import compiled
from tests.address import EVERYBODY, GET, NOBODY, POST, Address
from tests.pages import ADDRESSES, NOT_OURS, patterns
from tests.world import SIGNED_IN, World, build_world

pytestmark = pytest.mark.django_db
FORGOTTEN = (Session, SignInFailures, SignIn, Count, AccessLog)  # the tests sign in, and leave traces

READS = {"SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "EXPLAIN"}

every_address = pytest.mark.parametrize("address", ADDRESSES, ids=[each.name for each in ADDRESSES])


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Built once; every test undoes what it did, the module everything."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)
    compiled.forget()


@pytest.fixture(scope="module")
def untouched(world: World) -> dict[str, str]:
    """What every table holds before anybody has done anything."""
    return digest()


def send(world: World, address: Address, who: str, method: str) -> HttpResponse:
    """What *who* is answered; whatever it is, it tells about the two students only who may know."""
    data = address.data(world) if method == POST else {}
    answer = getattr(world.browser(who), method)(address.url(world), data)
    said = body(answer)
    assert [text for text, known_to in world.secrets.items() if text in said and who not in known_to] == []
    return answer


@contextmanager
def writes() -> Iterator[list[str]]:
    """The statements that write into tables in which strangers leave no trace."""
    seen: list[str] = []
    traces = [model._meta.db_table for model in FORGOTTEN]

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        verb = sql.lstrip("( ").partition(" ")[0].upper()
        if verb not in READS and not any(f"{table}{quote}" in sql for table in traces for quote in '"`'):
            seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield seen


def digest() -> dict[str, str]:
    """Model -> what its table holds, in one hash."""
    models = [model for model in apps.get_models() if model not in FORGOTTEN]
    return {model._meta.label: _hash(model._base_manager.order_by("pk").values_list()) for model in models}


def _hash(rows) -> str:
    return hashlib.sha256(repr([list(map(str, row)) for row in rows]).encode()).hexdigest()


def body(answer: HttpResponse) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return unpacked(content) + str(answer.headers)


def unpacked(content: bytes) -> str:
    """Text as it is, workbooks and other archives with all they hold: packed, nothing could be read in them."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(archive.read(name).decode(errors="replace") for name in archive.namelist())


def test_every_address_stands_in_the_table_once():
    listed = Counter([each.name for each in ADDRESSES] + [name for name in NOT_OURS if name != "admin"])
    assert listed == Counter(patterns())


@every_address
def test_who_belongs_there_gets_an_answer(world, address):
    for who in sorted(address.readers):
        for method in address.methods:
            with transaction.atomic():
                answer = send(world, address, who, method)
                transaction.set_rollback(True)
            assert answer.status_code in (200, 302), (who, method)


@every_address
def test_who_does_not_belong_there_finds_nothing(world, address):
    for who in sorted(SIGNED_IN - address.readers):
        for method in address.methods:
            expected = address.refusal if who in address.refused else 404
            assert send(world, address, who, method).status_code == expected, (who, method)


@every_address
def test_who_is_not_signed_in_is_led_to_the_door(world, address):
    if NOBODY in address.readers | address.refused:
        return
    for method in (GET, POST):
        answer = send(world, address, NOBODY, method)
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("accounts:sign_in"))


@every_address
def test_method_that_an_address_does_not_know_is_refused(world, address):
    for method in {GET, POST} - set(address.methods):
        for who in sorted(SIGNED_IN):
            expected = {405} if who in address.readers else {404, 405}
            assert send(world, address, who, method).status_code in expected, (who, method)


@every_address
def test_hands_of_a_stranger_change_nothing(world, untouched, address):
    if NOBODY in address.readers:
        return
    with writes() as written:
        for who in sorted(EVERYBODY - address.changers):
            send(world, address, who, POST)
    if written:  # perhaps undone again
        assert digest() == untouched, written


def test_stranger_who_changes_something_would_be_seen(world, untouched):
    with transaction.atomic(), writes() as written:
        world.student.save()
        User.objects.update(name="陌生人")
        changed = digest()
        transaction.set_rollback(True)
    assert len(written) == 2
    assert [label for label in changed if changed[label] != untouched[label]] == ["accounts.User"]
