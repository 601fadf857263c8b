"""Help for who cannot get in, and the school's networks."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access.actions import log_access
from accounts.models import User
from accounts.permissions import SignedInRequest, roles_required
from accounts.roles import SECURITY_KEEPERS
from accounts.security import actions, places, queries, rules
from accounts.security.forms import NetworkForm
from accounts.security.models import Network
from common.http import client_ip

SHOWN = 10


def _require_keeper(request: SignedInRequest) -> None:
    """404 for who holds such a role below the university."""
    if not rules.keeps_accounts(request.user):
        raise Http404


@roles_required(*SECURITY_KEEPERS)
@never_cache
@require_GET
def people(request: SignedInRequest) -> HttpResponse:
    """Find one person by the exact sign-in name; what is known of the door, and what can be done."""
    _require_keeper(request)
    typed = request.GET.get("name", "").strip()[:254]
    person = queries.person_called(typed) if typed else None
    return render(request, "accounts/security/people.html", _context(request, typed, person))


@roles_required(*SECURITY_KEEPERS)
@never_cache
@require_POST
def help_person(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Unlock, reset, sign out or remove the second step; each is recorded with who did it."""
    _require_keeper(request)
    person, do, keeper = get_object_or_404(User, pk=pk), request.POST.get("do", ""), request.user
    if do not in ("unlock", "reset", "sign_out", "remove_step"):
        raise Http404
    rules.can_help(keeper, person).require()
    log_access(keeper, f"account {do}", person)
    if do == "reset":
        context = _context(request, person.username, person)
        return render(
            request,
            "accounts/security/people.html",
            context | {"password": actions.reset_for(keeper, person)},
        )
    if do == "unlock":
        actions.unlock(keeper, person)
        messages.success(request, _("%(name)s can try again at once.") % {"name": person.name})
    elif do == "sign_out":
        actions.end_sessions(person)
        messages.success(request, _("%(name)s is signed out everywhere.") % {"name": person.name})
    else:
        actions.remove_second_step(keeper, person)
        messages.success(request, _("The second step of %(name)s is removed.") % {"name": person.name})
    return redirect(f"{reverse('accounts:help')}?{urlencode({'name': person.username})}")


def _context(request: SignedInRequest, typed: str, person: User | None) -> dict[str, object]:
    if person is None:
        return {"typed": typed, "person": None}
    return {
        "typed": typed,
        "person": person,
        "verdict": rules.can_help(request.user, person),
        "step": queries.second_step_of(person),
        "sessions": queries.sessions_of(person),
        "sign_ins": queries.sign_ins_of(person)[:SHOWN],
        "is_locked": queries.is_paused(person),
    }


@roles_required(*SECURITY_KEEPERS)
@require_http_methods(["GET", "POST"])
def networks(request: SignedInRequest) -> HttpResponse:
    """Which addresses belong to the school: sign-ins say so, and wide limits hold for them."""
    _require_keeper(request)
    form = NetworkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        places.add_network(form.cleaned_data["name"], form.cleaned_data["cidr"])
        messages.success(request, _("Noted. Sign-ins from there carry this name from now on."))
        return redirect("accounts:networks")
    context = {"form": form, "networks": Network.objects.order_by("name", "cidr"), "ip": client_ip(request)}
    return render(request, "accounts/security/networks.html", context, status=422 if form.errors else 200)


@roles_required(*SECURITY_KEEPERS)
@require_POST
def remove_network(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The range has no name any more."""
    _require_keeper(request)
    places.remove_network(get_object_or_404(Network, pk=pk).pk)
    messages.success(request, _("Removed. Sign-ins of the past keep the name."))
    return redirect("accounts:networks")
