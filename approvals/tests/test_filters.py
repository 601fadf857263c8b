"""Filters in the address."""

import pytest
from django.http import QueryDict

from approvals.filters import Filters


def test_filters_come_back_from_the_address_they_make():
    filters = Filters("a_flow.a.step", "12", "签就业协议 & 更多", "1", "1", "1", "王 wxy")
    assert Filters.read(QueryDict(filters.query)) == filters


@pytest.mark.parametrize(
    "query",
    [
        "",
        "step=nodot",
        "unit=x",
        "unit=-1",
        "unit=１２x",
        "overdue=0",
        "returned=",
        "q=+++",
        "page=2&sort=name",
    ],
)
def test_filters_that_make_no_sense_count_as_not_said(query):
    assert Filters.read(QueryDict(query)) == Filters()


def test_filters_are_cut_when_they_are_too_long():
    filters = Filters.read({"q": "王" * 999, "step": f"flow.{'n' * 999}"})
    assert (len(filters.q), len(filters.step)) == (60, 150)


def test_narrowing_counts_the_filters_of_the_sheet_alone():
    assert Filters(step="f.n", q="王", unit="3", overdue="1").narrowing == 2
