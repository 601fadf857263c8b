"""Whatever is sent to whichever address by whomever: never a crash, and never the words of one."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from processes import compiled
from tests.address import NOBODY, Address
from tests.pages import ADDRESSES
from tests.test_bad_input import NAMES
from tests.world import World, build_world

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
VALUES = st.one_of(
    st.text(max_size=40),
    st.integers().map(str),
    st.dates().map(str),
    st.uuids().map(str),
    st.sampled_from(
        ["", "0", "-1", "1e999", "NaN", "true", "\x00", "%00", "../..", "<b>", "{{7*7}}", "[]", "٣", "𠮷"]
    ),
)
SENT = st.dictionaries(
    st.one_of(st.sampled_from(NAMES), st.text(min_size=1, max_size=12)),
    st.one_of(VALUES, st.lists(VALUES, max_size=3)),
    max_size=8,
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "HX-Request": st.sampled_from(["true", "x"]),
        "HX-Current-URL": st.sampled_from(["http://testserver/notices/", "http://[", "javascript:1"]),
        "Referer": st.sampled_from(["http://testserver/", "http://[::1", "x"]),
        "User-Agent": st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=30),
        "Accept-Language": st.sampled_from(["en", "zh-CN", "x" * 600, ";;q=", "*"]),
    },
)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)
    compiled.forget()


@pytest.mark.parametrize("address", ADDRESSES, ids=[each.name for each in ADDRESSES])
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data())
def test_no_request_breaks_an_address(world: World, address: Address, data: Any) -> None:
    who = data.draw(st.sampled_from([*sorted(address.readers - {NOBODY})[:3], NOBODY]), label="who")
    method = data.draw(st.sampled_from(address.methods), label="method")
    sent, headers = data.draw(SENT, label="sent"), data.draw(HEADERS, label="headers")
    with transaction.atomic():
        answer = getattr(world.browser(who), method)(address.url(world), sent, headers=headers)
        transaction.set_rollback(True)
    assert answer.status_code < 500, answer.exc_info
    if not answer.streaming:
        assert b"Traceback" not in answer.content
