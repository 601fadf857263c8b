"""User groups: the list, one group with its rights and members, placing somebody in it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Unit, User
from accounts.permissions import SignedInRequest, roles_required
from accounts.queries import staff_accounts
from accounts.rights import groups as actions
from accounts.rights import queries
from accounts.rights.catalogue import SENSITIVE
from accounts.rights.forms import LONGEST_REASON, GroupForm
from accounts.rights.models import UserGroup
from accounts.roles import Role
from common.errors import UserError
from common.http import client_ip

secadmins_only = roles_required(Role.SECADMIN)
_ALL = {"college": _lazy("All colleges"), "major": _lazy("All majors"), "class": _lazy("All classes")}


@secadmins_only
@require_GET
def group_list(request: SignedInRequest) -> HttpResponse:
    """All groups: what each allows, and how many people are in it."""
    return render(request, "accounts/rights/groups.html", {"groups": list(queries.groups())})


@secadmins_only
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Make a group."""
    form = GroupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            group = actions.make_group(
                given["name"], given["note"], given["rights"], request.user, ip=client_ip(request)
            )
        except UserError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Made. Now place people in it."))
            return redirect("rights:group", group.pk)
    return render(
        request, "accounts/rights/group_form.html", {"form": form}, status=422 if form.errors else 200
    )


@secadmins_only
@require_http_methods(["GET", "POST"])
def group(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One group: its rights, to be changed, and its members."""
    found = _group(pk)
    form = GroupForm(request.POST or None, group=found)
    if request.method == "POST" and form.is_valid():
        try:
            operation = actions.change_group(found, request.user, ip=client_ip(request), **form.cleaned_data)
        except UserError as error:
            form.add_error(None, str(error))
        else:
            _say(
                request,
                waits=operation is not None,
                done=_("Saved. It holds from each member's next page on."),
            )
            return redirect("rights:group", pk)
    return _page(request, found, form)


def _page(request: SignedInRequest, found: UserGroup, form: GroupForm) -> HttpResponse:
    context = {
        "group": found,
        "form": form,
        "members": actions.members_of(found),
        "is_sensitive": bool(found.rights & SENSITIVE),
    }
    return render(request, "accounts/rights/group.html", context, status=422 if form.errors else 200)


def _group(pk: UUID) -> UserGroup:
    return get_object_or_404(UserGroup.objects.prefetch_related("permissions"), pk=pk)


def _say(request: SignedInRequest, *, waits: bool, done: str) -> None:
    if waits:
        messages.warning(request, _("Sensitive rights wait for a second person, under “Second person”."))
    else:
        messages.success(request, done)


@secadmins_only
@require_POST
def copy(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Make a group like this one, without members."""
    made = actions.copy_group(_group(pk), request.user, ip=client_ip(request))
    messages.success(request, _("Copied, without members. Give it a name."))
    return redirect("rights:group", made.pk)


@secadmins_only
@require_POST
def delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Delete a group that nobody is in."""
    found = _group(pk)
    actions.delete_group(found, request.user, ip=client_ip(request))
    messages.success(request, _("Deleted: %(group)s.") % {"group": found.name})
    return redirect("rights:groups")


@secadmins_only
@require_http_methods(["GET", "POST"])
def place(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Whom, for which unit; the choices are in the address, so that each step can be gone back."""
    found = _group(pk)
    given = request.POST if request.method == "POST" else request.GET
    context = _choices(found, given)
    if request.method == "GET":
        return render(request, "accounts/rights/place.html", context)
    person, unit = context["person"], context["unit"]
    fault = "" if person and unit else _("Choose who it is.")
    if not fault:
        try:
            operation = actions.place(
                person,
                found,
                unit,
                request.user,
                reason=given.get("reason", "")[:LONGEST_REASON],
                ip=client_ip(request),
            )
        except UserError as error:
            fault = str(error)
        else:
            done = _("%(name)s is in the group for %(unit)s now.") % _named(person, unit)
            _say(request, waits=operation is not None, done=done)
            return redirect("rights:group", pk)
    context |= {"fault": fault, "reason": given.get("reason", "")}
    return render(request, "accounts/rights/place.html", context, status=422)


def _choices(found: UserGroup, given: QueryDict) -> dict[str, Any]:
    """The person looked for and the unit as far as it was chosen."""
    text = given.get("q", "").strip()[:50]
    people = queries.people_called(text)
    person = next((each for each in people if each.username == given.get("person", text)), None)
    if person is None and len(people) == 1:
        person = people[0]
    unit, levels = queries.unit_levels([_number(given, kind) for kind in ("college", "major", "class")])
    return {
        "group": found,
        "q": text,
        "people": people,
        "person": person,
        "unit": unit,
        "levels": [
            {"name": kind, "units": units, "chosen": chosen, "all": _ALL[kind]}
            for kind, units, chosen in levels
        ],
        "is_sensitive": bool(found.rights & SENSITIVE),
    }


def _number(given: QueryDict, name: str) -> int:
    text = given.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@secadmins_only
@require_POST
def take_out(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """End a membership of somebody for a unit."""
    found = _group(pk)
    person = get_object_or_404(staff_accounts(), username=request.POST.get("person", "")[:254])
    unit = get_object_or_404(Unit, pk=_number(request.POST, "unit"))
    actions.take_out(person, found, unit, request.user, ip=client_ip(request))
    messages.success(request, _("%(name)s is out of the group for %(unit)s.") % _named(person, unit))
    return redirect("rights:group", pk)


def _named(person: User, unit: Unit) -> dict[str, str]:
    return {"name": person.name, "unit": unit.name}
