"""Pages that follow each other by values."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import AccessLog, User
from common.paging import BadCursor, cursor, page_of_keys

NOON = datetime.datetime(2027, 6, 1, 12, 0, 0, 123456, datetime.UTC)
PLACES = st.sampled_from([None, "a", "b"])


def walk(rows, order, size):
    """Every key, page by page."""
    keys, after = [], ""
    while True:
        page = page_of_keys(rows, order, after=after, size=size)
        assert len(page.keys) <= size
        keys += page.keys
        after = page.next
        if not after:
            return keys


class Walking(TestCase):
    """Any order over columns with equal and missing values: each row once, in the database's order."""

    @settings(max_examples=40, deadline=None)
    @given(
        rows=st.lists(st.tuples(PLACES, st.integers(0, 2)), max_size=9),
        size=st.integers(1, 4),
        ip=st.sampled_from(["ip", "-ip"]),
        at=st.sampled_from(["at", "-at"]),
        pk=st.sampled_from(["id", "-id"]),
    )
    def test_pages_give_each_row_once_whatever_is_equal_or_missing(self, rows, size, ip, at, pk):
        user = User.objects.create_user("t1", "陈老师")
        AccessLog.objects.bulk_create(
            AccessLog(user=user, ip=place, at=NOON + datetime.timedelta(microseconds=shift))
            for place, shift in rows
        )
        order = (ip, at, pk)
        expected = list(AccessLog.objects.order_by(*order).values_list("pk", flat=True))
        assert walk(AccessLog.objects.all(), order, size) == expected


@pytest.mark.django_db
def test_page_stays_where_it_was_when_rows_before_it_go():
    people = User.objects.bulk_create(User(username=f"s{n}", name="张三") for n in range(4))
    page = page_of_keys(User.objects.all(), ("username", "id"), size=2)
    User.objects.filter(pk=people[0].pk).delete()
    following = page_of_keys(User.objects.all(), ("username", "id"), after=page.next, size=2)
    assert following.keys == [people[2].pk, people[3].pk]
    assert following.next == ""


@pytest.mark.parametrize("text", ["!", "bm8", cursor(["a"]), cursor(["a", "not-a-key"]), "é", "x" * 9999])
def test_cursor_that_was_made_up_is_refused(text):
    with pytest.raises(BadCursor):
        page_of_keys(User.objects.all(), ("username", "id"), after=text)
