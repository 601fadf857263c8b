"""Who may open which page: decorators and a mixin for views."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.contrib.auth.mixins import AccessMixin
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from accounts import rules
from accounts.models import User
from accounts.queries import has_right, roles_of
from common.verdict import Verdict


class SignedInRequest(HttpRequest):
    """The type of a request behind `login_required` or `roles_required`."""

    user: User


def roles_required(
    *roles: str,
) -> Callable[[Callable[..., HttpResponseBase]], Callable[Concatenate[HttpRequest, ...], HttpResponseBase]]:
    """A view for holders of one of *roles*; strangers sign in, everybody else sees no such page (404)."""
    return only_for(lambda user: not roles_of(user).isdisjoint(roles))


def rights_required(
    right: str,
) -> Callable[[Callable[..., HttpResponseBase]], Callable[Concatenate[HttpRequest, ...], HttpResponseBase]]:
    """A view for whoever has *right*, by appointment or by group; others as with `roles_required`."""
    return only_for(lambda user: has_right(user, right))


def only_for(
    may_open: Callable[[User], Verdict | bool],
) -> Callable[[Callable[..., HttpResponseBase]], Callable[Concatenate[HttpRequest, ...], HttpResponseBase]]:
    """A view for whom *may_open* says yes to; others as with `roles_required`."""

    def decorate(
        view: Callable[..., HttpResponseBase],
    ) -> Callable[Concatenate[HttpRequest, ...], HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not may_open(request.user):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return decorate


keepers_only = only_for(rules.may_keep_organisation)
appointers_only = only_for(rules.may_appoint)


class RolesRequiredMixin(AccessMixin):
    """The same for class-based views: set `roles` to the roles that may open the page."""

    roles: frozenset[str] = frozenset()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Strangers sign in; people without one of the roles see no such page."""
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        if roles_of(request.user).isdisjoint(self.roles):
            raise Http404
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
