"""Filters under a name."""

import pytest

from approvals import queries, saved_views
from approvals.filters import Filters
from approvals.models import SavedView
from common.errors import BadInput

OVERDUE = Filters(overdue="1")


@pytest.fixture
def user(flow):
    return flow.counselor


def test_view_keeps_the_filters_under_its_name(user):
    saved_views.save_view(user, "  逾期   未办 ", OVERDUE)
    view = queries.views_of(user).get()
    assert (view.name, view.query) == ("逾期 未办", "overdue=1")


def test_view_saved_again_is_replaced(user):
    saved_views.save_view(user, "逾期", OVERDUE)
    saved_views.save_view(user, "逾期", Filters(q="王"))
    assert queries.views_of(user).get().query == "q=%E7%8E%8B"


@pytest.mark.parametrize("name", ["", "   ", "长" * 41])
def test_view_without_a_usable_name_is_refused(user, name):
    with pytest.raises(BadInput):
        saved_views.save_view(user, name, OVERDUE)
    assert not SavedView.objects.exists()


def test_views_beyond_the_limit_are_refused_but_an_old_one_can_still_be_replaced(user, monkeypatch):
    monkeypatch.setattr(saved_views, "MOST_VIEWS", 2)
    saved_views.save_view(user, "甲", OVERDUE)
    saved_views.save_view(user, "乙", OVERDUE)
    with pytest.raises(BadInput):
        saved_views.save_view(user, "丙", OVERDUE)
    saved_views.save_view(user, "乙", Filters())
    assert queries.views_of(user).count() == 2


def test_rename_gives_another_name(user):
    view = saved_views.save_view(user, "逾期", OVERDUE)
    saved_views.rename_view(view, "超时")
    assert queries.views_of(user).get().name == "超时"


def test_rename_to_the_name_of_another_view_is_refused(user):
    saved_views.save_view(user, "甲", OVERDUE)
    view = saved_views.save_view(user, "乙", OVERDUE)
    with pytest.raises(BadInput):
        saved_views.rename_view(view, "甲")
    assert set(queries.views_of(user).values_list("name", flat=True)) == {"甲", "乙"}


def test_rename_to_the_name_it_has_changes_nothing(user):
    view = saved_views.save_view(user, "甲", OVERDUE)
    assert saved_views.rename_view(view, "甲").name == "甲"


def test_two_people_may_use_the_same_name(user, flow):
    saved_views.save_view(user, "逾期", OVERDUE)
    saved_views.save_view(flow.officer, "逾期", Filters())
    assert queries.views_of(user).get().query == "overdue=1"


def test_only_one_view_opens_first(user):
    first = saved_views.save_view(user, "甲", OVERDUE)
    second = saved_views.save_view(user, "乙", OVERDUE)
    saved_views.choose_default(first, chosen=True)
    saved_views.choose_default(second, chosen=True)
    assert list(queries.views_of(user).filter(is_default=True)) == [second]
    saved_views.choose_default(second, chosen=False)
    assert not queries.views_of(user).filter(is_default=True).exists()


@pytest.mark.parametrize("key", ["", "nonsense", "0192f0a0-0000-7000-8000-000000000000"])
def test_shared_view_that_is_gone_is_none(user, key):
    assert queries.shared_view(key) is None
