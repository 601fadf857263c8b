"""What everybody may see: the coming talks, one of them, and its entry for a calendar."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from common.paging import BadCursor, page_of_keys
from talks import queries
from talks.ics import calendar_of


@require_GET
def talks(request: HttpRequest) -> HttpResponse:
    """The coming talks by day, those called off struck through (F012)."""
    rows = queries.public_talks(timezone.now())
    try:
        page = page_of_keys(rows, queries.SOONEST_FIRST, after=request.GET.get("after", ""))
    except BadCursor as error:
        raise Http404 from error
    found = rows.in_bulk(page.keys)
    shown = [found[key] for key in page.keys]
    return render(request, "talks/public/list.html", {"talks": shown, "next": page.next})


@require_GET
def talk(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One talk that is or was public."""
    found = get_object_or_404(queries.public_talk(), pk=pk)
    return render(request, "talks/public/talk.html", {"talk": found})


@require_GET
def calendar_entry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The talk as a file that every calendar reads."""
    found = get_object_or_404(queries.public_talk(), pk=pk)
    url = request.build_absolute_uri(request.path.removesuffix("calendar.ics"))
    answer = HttpResponse(calendar_of(found, url), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="talk.ics"'
    return answer
