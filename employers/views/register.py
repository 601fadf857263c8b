"""The gate: an organisation registers, or somebody asks to join one that has registered."""

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.security import limits
from common.errors import BadInput
from common.http import client_ip
from employers import actions, rules
from employers.forms import TAKEN, AccountForm, JoinAccountForm, JoinForm, OrganisationForm, PersonForm
from employers.queries import by_uscc, membership_of

KEPT = "employer_registration"
#: What an address may do a few times before it has to wait: open accounts, learn that a code is
#: registered or that a mail address has an account.
TRY = "registration"


@never_cache
@require_http_methods(["GET", "POST"])
def organisation(request: HttpRequest) -> HttpResponse:
    """Name and credit code; then to the account, or to asking to join when the code is registered."""
    if _is_somebody_else(request):
        return render(request, "employers/register_other.html")
    if _acts_already(request):
        return _to_own(request)
    form = OrganisationForm(request.POST or None, initial=request.session.get(KEPT))
    if request.method == "POST" and form.is_valid():
        ip = client_ip(request)
        limits.may(TRY, ip).require()
        request.session[KEPT] = form.cleaned_data
        verdict = rules.can_register(_user(request), by_uscc(form.cleaned_data["uscc"]))
        if verdict:
            return redirect("employers:register_account")
        limits.count(TRY, ip)
        return redirect("employers:register_join")
    return _page(request, "employers/register.html", form)


@never_cache
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Who acts for the organisation; the application begins with it."""
    kept = request.session.get(KEPT)
    if not kept or _is_somebody_else(request) or _acts_already(request):
        return redirect("employers:register")
    user = _user(request)
    form = PersonForm(user, request.POST or None) if user else AccountForm(None, request.POST or None)
    if request.method == "POST" and _is_told(request, form):
        try:
            own = actions.register(kept["name"], kept["uscc"], form.person(), user, ip=client_ip(request))
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            return _welcome(request, own.user, "employers:application")
    return _page(request, "employers/register_account.html", form, kept)


@never_cache
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """The code is registered: ask its owner or the school to be let in. Nothing is told about it."""
    kept = request.session.get(KEPT)
    if not kept or _is_somebody_else(request) or _acts_already(request):
        return redirect("employers:register")
    user = _user(request)
    form = JoinForm(user, request.POST or None) if user else JoinAccountForm(None, request.POST or None)
    if request.method == "POST" and _is_told(request, form):
        try:
            own = actions.ask_to_join(kept["uscc"], form.person(), user)
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            return _welcome(request, own.user, "employers:home")
    return _page(request, "employers/register_join.html", form, kept)


def _is_told(request: HttpRequest, form: PersonForm) -> bool:
    """Whether the form is right. That a mail address has an account is told as rarely as that of a code."""
    ip = client_ip(request)
    limits.may(TRY, ip).require()
    if form.has_error("email", TAKEN):
        limits.count(TRY, ip)
    return form.is_valid()


def _page(
    request: HttpRequest, template: str, form: OrganisationForm | PersonForm, kept: object = None
) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, template, {"form": form, "kept": kept}, status=status)


def _welcome(request: HttpRequest, user: User, route: str) -> HttpResponse:
    limits.count(TRY, client_ip(request))
    request.session.pop(KEPT, None)
    if _user(request) is None:
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect(route)


def _user(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _is_somebody_else(request: HttpRequest) -> bool:
    """Students and staff keep their accounts for what those are for."""
    user = _user(request)
    return user is not None and membership_of(user) is None


def _acts_already(request: HttpRequest) -> bool:
    """One account acts for one employer."""
    user = _user(request)
    return user is not None and not rules.can_act_for_another(user)


def _to_own(request: HttpRequest) -> HttpResponse:
    messages.info(request, str(rules.ONE_EMPLOYER))
    return redirect("employers:home")
