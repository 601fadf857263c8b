"""The pages of the organisation: the tree, a unit, the form that changes it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Unit
from accounts.organisation import changes, queries, rules
from accounts.organisation.followers import followers
from accounts.organisation.forms import ChangeForm
from accounts.organisation.models import ChangeKind, ChangeState, UnitChange
from accounts.organisation.preview import Number, Preview, preview
from accounts.organisation.words import LOOKS
from accounts.permissions import SignedInRequest, keepers_only
from accounts.posts import substitutes_at
from common.errors import UserError
from common.http import client_ip


@keepers_only
@require_GET
@never_cache
def tree(request: SignedInRequest) -> HttpResponse:
    """The organisation with what every unit holds; `?q=` searches, `?closed=1` shows closed units too."""
    text, closed = request.GET.get("q", "").strip()[:50], bool(request.GET.get("closed"))
    planned = list(queries.scheduled()[:50])
    context = {
        "tree": queries.tree(text, planned, closed=closed),
        "text": text,
        "closed": closed,
        "planned": planned,
        "recent": queries.recent_changes(),
        "open_depth": queries.OPEN_DEPTH,
    }
    return render(request, "accounts/organisation/tree.html", context)


@keepers_only
@require_GET
@never_cache
def unit(request: SignedInRequest, pk: int) -> HttpResponse:
    """A unit: where it lies, who is appointed to it, what it holds, what was and will be done to it."""
    found = get_object_or_404(Unit, pk=pk)
    way, children = queries.family(found)
    inside = Unit.objects.filter(path__startswith=found.path)
    done = list(queries.changes_of(found))
    numbers = [Number(each.icon, each.label, sum(each.tally(inside).values())) for each in followers()]
    context = {
        "unit": found,
        "way": way[:-1],
        "children": children,
        "posts": queries.posts_at(found),
        "substitutes": substitutes_at(found),
        "numbers": numbers,
        "changes": done,
        "undoable": _undoable(done),
        "verbs": [(verb, LOOKS[verb]) for verb in rules.verbs_for(found)],
        "today": timezone.localdate(),
    }
    return render(request, "accounts/organisation/unit.html", context)


def _undoable(done: list[UnitChange]) -> list[UnitChange]:
    """Of what was done to a unit only the last can be undone."""
    last = next((each for each in done if each.state == ChangeState.DONE), None)
    return [last] if last and rules.can_undo(last) else []


@keepers_only
@require_http_methods(["GET", "POST"])
@never_cache
def change(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    """The form of one change. It is sent twice: to see what follows, then to have it done."""
    found = get_object_or_404(Unit, pk=pk)
    if verb not in rules.verbs_for(found):
        raise Http404
    kind = ChangeKind(verb)
    initial = {"target": request.GET.get("target", "")}
    form = ChangeForm(kind, found, request.POST if request.method == "POST" else None, initial)
    shown: Preview | None = None
    if form.is_bound and form.is_valid():
        if request.POST.get("seen") == form.seal():
            answer = _done(request, form)
            if answer is not None:
                return answer
        shown = preview(changes.proposed(form.wish(), request.user))
    way, _children = queries.family(found)
    context: dict[str, Any] = {
        "form": form,
        "unit": found,
        "way": way[:-1],
        "look": LOOKS[kind],
        "preview": shown,
        "seen": form.seal() if shown and not shown.obstacles else "",
        "is_today": form.is_bound and form.cleaned_data.get("effective_on") == timezone.localdate(),
    }
    return render(request, "accounts/organisation/change.html", context, status=422 if form.errors else 200)


def _done(request: SignedInRequest, form: ChangeForm) -> HttpResponse | None:
    """Do what was asked for; None when something stands in the way, which the form then says."""
    try:
        made = changes.plan(form.wish(), request.user, ip=client_ip(request))
    except UserError as error:
        form.add_error(None, str(error))
        return None
    if made.is_scheduled:
        messages.success(request, _("Noted. It happens on its day."))
    else:
        messages.success(request, _("Done. Everything that belongs to it has followed."))
    place = made.target if made.kind in (ChangeKind.MERGE, ChangeKind.SPLIT) else made.unit
    return redirect("organisation:unit", (place or form.unit).pk)


@keepers_only
@require_POST
def end_change(request: SignedInRequest, pk: UUID, verb: str) -> HttpResponse:
    """Call off a planned change, or undo one that was done; a refusal is shown on the page."""
    found = get_object_or_404(UnitChange, pk=pk)
    act = {"call-off": changes.call_off, "undo": changes.undo}.get(verb)
    if act is None:
        raise Http404
    try:
        act(found, request.user, ip=client_ip(request))
    except UserError as error:
        messages.error(request, str(error))
    else:
        said = _("Everything is as it was before.") if verb == "undo" else _("Called off.")
        messages.success(request, said)
    return redirect("organisation:tree")
