"""Notices: what the system tells one person."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.fields import EncryptedJSONField, KeyField
from common.models import Record
from messaging.kinds import NoticeKind, kind_of


class Notice(Record):
    """One message to one person, without a language: the kind and the params that fill its words."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = KeyField(max_length=60)
    params = EncryptedJSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    read_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = gettext_lazy("notice")
        verbose_name_plural = gettext_lazy("notices")
        indexes = [
            models.Index(fields=["recipient", "created_at", "id"], name="notice_of_person"),
            models.Index(fields=["recipient", "read_at"], name="notice_unread"),
        ]

    class Privacy:
        personal = frozenset({"recipient", "params", "url"})

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The heading in the language in force."""
        kind = kind_of(self.kind)
        return _filled(kind, kind.title, self.params) if kind else _("Notice")

    @property
    def body(self) -> str:
        """The text in the language in force; may be empty."""
        kind = kind_of(self.kind)
        return _filled(kind, kind.body, self.params) if kind else ""

    @property
    def icon(self) -> str:
        """The name of the icon beside it."""
        kind = kind_of(self.kind)
        return kind.icon if kind else "bell"


def _filled(kind: NoticeKind, words: str | Promise, params: dict[str, Any]) -> str:
    return str(words) % _Places(kind.said(params)) if words else ""


class _Places(dict[str, Any]):
    """What fills the places of a text; a notice written before its words got another place stays readable."""

    def __missing__(self, name: str) -> str:
        return ""
