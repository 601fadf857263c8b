"""The auditor's pages about the access log; for everybody else they do not exist."""

import datetime
import io
from collections.abc import Iterator
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import queries
from accounts.access.actions import log_access
from accounts.access.models import AccessLog, Channel, Verb
from accounts.permissions import SignedInRequest, roles_required
from accounts.roles import LOG_READERS
from accounts.security import limits
from common.http import download
from common.paging import BadCursor
from common.spreadsheet.writing import write_table

_MOST_LINES = 50_000
_EARLIEST = datetime.date(2000, 1, 1)
readers_only = roles_required(*LOG_READERS)


@readers_only
@require_GET
@never_cache
def access_log(request: SignedInRequest) -> HttpResponse:
    """Who saw or did what; every filter is in the address."""
    _require_scope(request)
    filters = _filters(request.GET)
    try:
        lines, following = queries.access_page(filters, after=request.GET.get("after", ""))
    except BadCursor as error:
        raise Http404 from error
    context = {
        "lines": lines,
        "filters": filters,
        "verbs": Verb.choices,
        "channels": Channel.choices,
        "seal": queries.last_seal(),
        "next_url": _address(request.GET, after=following) if following else "",
        "first_url": _address(request.GET, after="") if "after" in request.GET else "",
        "export_query": _address(request.GET, after=""),
    }
    return render(request, "accounts/access_log.html", context)


@readers_only
@require_GET
@never_cache
def export(request: SignedInRequest) -> HttpResponse:
    """The filtered lines as a spreadsheet, the newest 50,000 at most; that it was taken is a line too."""
    _require_scope(request)
    limits.spend("export", str(request.user.pk))
    rows = queries.matching(_filters(request.GET)).order_by(*queries.ORDER)
    detail = request.GET.urlencode()
    log_access(request.user, Verb.EXPORT, ("accounts.accesslog", ""), detail=detail, channel=Channel.EXPORT)
    content = io.BytesIO()
    header = [
        _("When"), pgettext("access log", "Who"), _("Sign-in name"), _("Acting for"),
        pgettext("access log", "What"), _("Succeeded"), _("What about"), _("Key"), _("Details"), _("Purpose"),
        _("IP address"), _("Channel"), _("Request"), _("Number"), _("Hash"),
    ]  # fmt: skip
    found = rows.select_related("user", "acting_for")[:_MOST_LINES]
    write_table(content, header, _cells(found.iterator(chunk_size=2000)), sheet=_("Access log"))
    return download(content.getvalue(), "access-log.xlsx")


def _cells(lines: Iterator[AccessLog]) -> Iterator[list[str]]:
    for line in lines:
        yield [
            timezone.localtime(line.at).isoformat(sep=" ", timespec="seconds"),
            line.user.name if line.user else "",
            line.user.username if line.user else "",
            line.acting_for.name if line.acting_for else "",
            str(line.action_words),
            _("yes") if line.succeeded else _("no"),
            line.object_words,
            line.object_id,
            line.detail_words,
            line.purpose_words,
            line.ip or "",
            line.get_channel_display(),
            line.request_id,
            str(line.number or ""),
            line.hash,
        ]


def _require_scope(request: SignedInRequest) -> None:
    """An auditor of a college alone sees nothing here: lines belong to no unit."""
    if not queries.may_read_log(request.user):
        raise Http404


def _filters(query: QueryDict) -> queries.AccessFilters:
    action, channel = query.get("action", ""), query.get("channel", "")
    return queries.AccessFilters(
        since=_day(query.get("since", "")),
        until=_day(query.get("until", "")),
        who=_text(query, "who", 254),
        action=action if action in Verb else "",
        channel=channel if channel in Channel else "",
        about=_text(query, "about", 101),
        request=_text(query, "request", 36),
    )


def _text(query: QueryDict, name: str, longest: int) -> str:
    return query.get(name, "").replace("\x00", "").strip()[:longest]


def _day(text: str) -> datetime.date | None:
    """A day that the database can compare; nonsense filters nothing."""
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return day if _EARLIEST <= day <= timezone.localdate() else None


def _address(query: QueryDict, **changes: str) -> str:
    """The same page with some parameters changed; empty ones are left out."""
    values = {name: value for name, value in (query.dict() | changes).items() if value}
    return f"?{urlencode(values)}"
