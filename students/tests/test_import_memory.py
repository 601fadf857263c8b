"""What an import does to the memory of its process."""

import gc

import pytest

from students.actions import running
from students.tests.kit import graduates, load

pytestmark = pytest.mark.django_db


@pytest.fixture
def usual():
    """How garbage is searched for, and how many objects are kept out of the search."""
    return gc.get_threshold(), gc.get_freeze_count()


def now():
    return gc.get_threshold(), gc.get_freeze_count()


def test_garbage_is_searched_for_less_often_while_rows_are_loaded(tmp_path, monkeypatch, usual):
    seen = []
    monkeypatch.setattr(running, "count", lambda *_args: seen.append(now()))
    load(tmp_path, *graduates(3))
    threshold, frozen = seen[0]
    assert threshold > usual[0]
    assert frozen > 10_000
    assert now() == usual


def test_import_that_fails_leaves_the_search_as_it_was(tmp_path, monkeypatch, usual):
    monkeypatch.setattr(running, "count", lambda *_args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        load(tmp_path, *graduates(3))
    assert now() == usual
