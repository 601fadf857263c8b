"""The staff's view of talks: the week, all of them, one with its way, calling one off."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.permissions import SignedInRequest, rights_required
from accounts.rights.catalogue import Right
from approvals import parcel
from common.errors import BadInput
from common.paging import BadCursor, page_of_keys
from employers.views.access import actor_of
from talks import queries, rules
from talks.flows.talk import actions
from talks.models import Talk, TalkState
from talks.views.access import text_in
from talks.views.choice import asked_day
from talks.week import Week

staff_only = rights_required(Right.SEE_TALKS)
arrangers_only = rights_required(Right.ARRANGE_TALKS)
SHOWN_STATES = [state for state in TalkState if state != TalkState.DRAFT]


@staff_only
@require_GET
@never_cache
def week(request: SignedInRequest) -> HttpResponse:
    """The calendar of all venues in one week (`?week=2027-03-01`)."""
    now = timezone.now()
    day = asked_day(request.GET.get("week", "")) or timezone.localdate(now)
    context = {
        "week": Week(day, list(queries.venues_in_use()), now),
        "may_arrange": rules.can_arrange(request.user),
    }
    return render(request, "talks/desk/week.html", context)


@staff_only
@require_GET
def talks(request: SignedInRequest) -> HttpResponse:
    """All talks that were handed in, the newest first; a state narrows them."""
    state, rows = request.GET.get("state", ""), queries.talks_in_scope(request.user)
    narrowed = rows.filter(state=state) if state in TalkState else rows
    try:
        page = page_of_keys(narrowed, queries.NEWEST_FIRST, after=request.GET.get("after", ""))
    except BadCursor as error:
        raise Http404 from error
    found = rows.in_bulk(page.keys)
    context = {
        "talks": [found[key] for key in page.keys],
        "next": page.next,
        "state": state,
        "states": SHOWN_STATES,
    }
    return render(request, "talks/desk/list.html", context)


@staff_only
@require_GET
@never_cache
def detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One talk: what is planned, what the employer wrote, everything that happened."""
    return _page(request, get_object_or_404(queries.talks_in_scope(request.user), pk=pk))


def _page(request: SignedInRequest, talk: Talk, *, fault: str = "", said: str = "") -> HttpResponse:
    case, now = talk.case, timezone.now()
    context: dict[str, Any] = {
        "talk": talk,
        "case": case,
        "stops": parcel.history_line(case),
        "may_call_off": rules.can_call_off(request.user, talk, now),
        "fault": fault,
        "said": said,
    }
    return render(request, "talks/desk/detail.html", context, status=422 if fault else 200)


@arrangers_only
@require_POST
def call_off(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The school calls a published talk off; its employer is told why."""
    talk = get_object_or_404(queries.talks_in_scope(request.user), pk=pk)
    text = text_in(request.POST, "text")
    try:
        actions.call_off(talk, actor_of(request), text)
    except BadInput as error:
        return _page(request, talk, fault=str(error), said=text)
    messages.success(request, _("The talk was called off, and its employer was told."))
    return redirect("talks:detail", talk.pk)
