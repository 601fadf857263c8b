"""People and a kind of notice for the tests of this room."""

import pytest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from messaging import kinds
from messaging.kinds import NoticeKind, register


@pytest.fixture
def kind(monkeypatch) -> NoticeKind:
    """A kind whose words are in the catalogue, with a place for a name."""
    monkeypatch.setattr(kinds, "_kinds", {})
    return register(NoticeKind("account", title=_("Account of %(name)s"), body=_("Back"), icon="user-circle"))


@pytest.fixture
def graduate(db) -> User:
    return User.objects.create_user("2023010101", "王晓雨")


@pytest.fixture
def stranger(db) -> User:
    return User.objects.create_user("2023010102", "李明")
