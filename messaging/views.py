"""The page of notices."""

from collections.abc import Iterable
from itertools import groupby
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.permissions import SignedInRequest
from common.moments import spoken_day
from common.paging import BadCursor, page_of_keys
from messaging import actions, queries
from messaging.models import Notice


@login_required
@require_GET
def notices(request: SignedInRequest) -> HttpResponse:
    """The reader's notices by day, newest first; `?unread=1` shows only what was not opened."""
    unread_only = request.GET.get("unread") == "1"
    rows = queries.notices_of(request.user, unread_only=unread_only)
    try:
        page = page_of_keys(rows, queries.NEWEST_FIRST, after=request.GET.get("after", ""))
    except BadCursor as error:
        raise Http404 from error
    context = {
        "days": _by_day(rows.filter(pk__in=page.keys)),
        "unread_only": unread_only,
        "older_url": page.next and f"?{urlencode({'unread': int(unread_only), 'after': page.next})}",
    }
    return render(request, "messaging/notices.html", context)


def _by_day(rows: Iterable[Notice]) -> list[tuple[str, list[Notice]]]:
    days = groupby(rows, key=lambda notice: timezone.localdate(notice.created_at))
    return [(spoken_day(day), list(notices)) for day, notices in days]


@login_required
@require_GET
def open_notice(request: SignedInRequest, pk: str) -> HttpResponse:
    """Mark a notice of the reader as read and go where it leads."""
    notice = get_object_or_404(queries.notices_of(request.user), pk=pk)
    actions.mark_read(notice)
    return redirect(notice.url or "messaging:notices")


@login_required
@require_POST
def read_all(request: SignedInRequest) -> HttpResponse:
    """Mark all notices of the reader as read."""
    actions.mark_all_read(request.user)
    return redirect("messaging:notices")
