import pytest
from django.db import connection
from django.utils import translation

from messaging import kinds
from messaging.actions import notice
from messaging.kinds import NoticeKind, register
from messaging.models import Notice


def test_words_come_in_the_readers_language(graduate, kind):
    row = notice(graduate, kind, name="王晓雨")
    with translation.override("en"):
        assert (row.title, row.body) == ("Account of 王晓雨", "Back")
    with translation.override("zh-hans"):
        assert (row.title, row.body) == ("王晓雨的账号", "返回")


def test_notice_of_a_kind_gone_is_still_a_notice(graduate, kind, monkeypatch):
    row = notice(graduate, kind, name="王晓雨")
    monkeypatch.setattr(kinds, "_kinds", {})
    assert (row.title, row.body, row.icon) == ("通知", "", "bell")


def test_params_are_unreadable_in_the_database(graduate, kind):
    notice(graduate, kind, name="王晓雨").save()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT params FROM {Notice._meta.db_table}")
        (stored,) = cursor.fetchone()
    assert "王晓雨" not in stored
    assert "\\u" not in stored
    assert Notice.objects.get().params == {"name": "王晓雨"}


def test_two_kinds_cannot_share_a_key(kind):
    register(kind)
    with pytest.raises(ValueError, match="account"):
        register(NoticeKind("account", title="Another"))
