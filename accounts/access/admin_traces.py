"""What people look at and change in Django's admin, which knows nothing of our actions."""

import datetime
from functools import cache
from typing import cast

from django.apps import apps
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.http import HttpRequest
from django.urls import ResolverMatch

from accounts.access.actions import log_access
from accounts.access.models import Verb
from accounts.models import User

_VERBS = {ADDITION: Verb.ADMIN_ADD, CHANGE: Verb.ADMIN_CHANGE}
_READING = frozenset({"GET", "HEAD"})


def trace_admin(request: HttpRequest, match: ResolverMatch, started: datetime.datetime) -> None:
    """One line for what was looked at; one for every entry the admin made since the request *started*."""
    user = cast(User, request.user)
    label = _models().get((match.url_name or "").rpartition("_")[0], "")
    key = str(match.kwargs.get("object_id", ""))
    if request.method in _READING:
        if label:
            log_access(user, Verb.ADMIN_VIEW, (label, key[:40]), detail=match.url_name or "")
        return
    entries = list(
        LogEntry.objects.filter(user=user, action_time__gte=started)
        .select_related("content_type")
        .order_by("pk")
    )
    for entry in entries:
        named = f"{entry.content_type.app_label}.{entry.content_type.model}" if entry.content_type else ""
        verb = _VERBS.get(entry.action_flag, Verb.ADMIN_DELETE)
        log_access(user, verb, (named, (entry.object_id or "")[:40]), detail=entry.get_change_message())
    if not entries:
        log_access(user, Verb.ADMIN_CHANGE, (label, key[:40]), detail=match.url_name or "")


@cache
def _models() -> dict[str, str]:
    """The names that the admin's addresses begin with -> labels of models."""
    return {
        f"{model._meta.app_label}_{model._meta.model_name}": model._meta.label_lower
        for model in apps.get_models()
    }
