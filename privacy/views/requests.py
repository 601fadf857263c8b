"""The pages of who asks about their own data: asking, where it is, changing it, taking it back."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.permissions import SignedInRequest
from approvals import parcel
from approvals.actions import Actor
from approvals.rules import can_ask_back
from common.errors import BadInput, Refused
from common.http import client_ip
from privacy import queries, rules
from privacy.flows.requests import actions
from privacy.flows.requests.actions import Wish
from privacy.forms import AskForm
from privacy.models import DataRequest, RequestKind
from processes.queries import open_tasks
from students.queries import student_of


@sensitive_post_parameters()
@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def ask(request: SignedInRequest, kind: str) -> HttpResponse:
    """One request of a *kind*."""
    if kind not in RequestKind:
        raise Http404
    form = AskForm(request.user, kind, request.POST or None)
    fault: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            found = actions.ask(_wish(request, kind, form), _actor(request))
        except BadInput as error:
            form.add_error(None, str(error))
        except Refused as error:
            fault = error
        else:
            messages.success(request, _("Your request is on its way. A notice brings the answer."))
            return redirect("privacy:request", found.pk)
    context = {"form": form, "kind": RequestKind(kind), "fault": fault}
    return render(request, "privacy/ask.html", context, status=422 if form.errors else 409 if fault else 200)


@sensitive_post_parameters()
@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def change(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The same once more, of what was returned or taken back."""
    own = _own(request, pk)
    rules.can_change(request.user, own).require()
    form = AskForm(request.user, own.kind, request.POST or None, known=own)
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_again(own, _wish(request, own.kind, form), _actor(request))
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            return redirect("privacy:request", pk)
    correction = parcel.correction_of(own.case)
    context = {"form": form, "kind": RequestKind(own.kind), "known": own, "correction": correction}
    return render(request, "privacy/ask.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
@never_cache
def request_page(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Where one request is, and what was answered."""
    own = _own(request, pk)
    case = own.case
    tasks = list(open_tasks(case)) if case.is_open else []
    context = {
        "own": own,
        "case": case,
        "stops": parcel.history_line(case),
        "correction": parcel.correction_of(case),
        "due_at": next((task.due_at for task in tasks if task.node_id == queries.ANSWER), None),
        "may_change": rules.can_change(request.user, own),
        "may_withdraw": can_ask_back(request.user, case, tasks),
    }
    return render(request, "privacy/request.html", context)


@login_required
@require_POST
def withdraw(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take it back, or ask the officer who has it."""
    if actions.withdraw(_own(request, pk), _actor(request)):
        messages.success(request, _("It is with you again."))
    else:
        messages.success(request, _("The reviewer was asked to let it go."))
    return redirect("privacy:request", pk)


@login_required
@require_POST
def give_up(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Drop what was returned or taken back."""
    actions.give_up(_own(request, pk), _actor(request))
    messages.success(request, _("The request was given up."))
    return redirect("privacy:own_data")


def _own(request: SignedInRequest, pk: UUID) -> DataRequest:
    return get_object_or_404(queries.requests_of(request.user), pk=pk)


def _actor(request: SignedInRequest) -> Actor:
    return Actor(request.user, ip=client_ip(request))


def _wish(request: SignedInRequest, kind: str, form: AskForm) -> Wish:
    said = form.cleaned_data
    about = said.get("about", "")
    if kind == RequestKind.CORRECTION:
        about = "record" if student_of(request.user) else "account"
    return Wish(kind, said["said"], about, said.get("field", ""), said.get("wanted", ""))
