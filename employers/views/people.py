"""Who acts for the employer: the owner lets people in and takes them out."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.http import client_ip
from employers import actions
from employers.models import EmployerUser, MembershipState
from employers.queries import people_of
from employers.views.access import own_employer, person_of


@login_required
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Who acts for the employer; for its owner also who asks to."""
    employer, person = own_employer(request), person_of(request)
    everybody = list(people_of(employer))
    context = {
        "employer": employer,
        "person": person,
        "acting": [each for each in everybody if each.state != MembershipState.ASKED],
        "asking": [each for each in everybody if each.state == MembershipState.ASKED],
    }
    return render(request, "employers/people.html", context)


@login_required
@require_POST
def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let somebody in or refuse."""
    wish = get_object_or_404(people_of(own_employer(request)), pk=pk)
    admit = request.POST.get("do") == "admit"
    actions.decide_join(wish, person_of(request).user, admit=admit)
    _say(request, wish, admit=admit)
    return redirect("employers:people")


def _say(request: HttpRequest, wish: EmployerUser, *, admit: bool) -> None:
    words = _("%(name)s may act for your organisation now.") if admit else _("%(name)s was refused.")
    messages.success(request, words % {"name": wish.user.name})


@login_required
@require_POST
def withdraw_wish(request: HttpRequest) -> HttpResponse:
    """Take back one's own wish to join."""
    actions.withdraw_wish(person_of(request).user)
    messages.success(
        request, _("Your request was taken back. You can register or join another organisation.")
    )
    return redirect("employers:home")


@login_required
@require_POST
def remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take somebody out."""
    out = get_object_or_404(people_of(own_employer(request)), pk=pk)
    taken_over = actions.remove_person(out, person_of(request).user, ip=client_ip(request))
    words = _("%(name)s does not act for your organisation any more.") % {"name": out.user.name}
    if taken_over:
        words += " " + _("What they had under way is with you now.")
    messages.success(request, words)
    return redirect("employers:people")
