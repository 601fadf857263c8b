"""Who designs processes: the director of the career center and the process designers of the university."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django_htmx.middleware import HtmxDetails

from accounts.models import Unit, UnitKind, User
from accounts.permissions import SignedInRequest, roles_required
from accounts.queries import held_by
from accounts.roles import DESIGNERS
from common.http import client_ip
from processes.engine.actor import Actor


class DesignRequest(SignedInRequest):
    """The type of a request behind `designers_only`."""

    htmx: HtmxDetails


def units_of(user: User) -> list[Unit]:
    """The units in whose cases *user*'s designs are tried out."""
    return [held.unit for held in held_by(user) if held.role in DESIGNERS]


def is_designer(user: User) -> bool:
    """Whether *user* holds one of the roles for the whole university."""
    return any(held.role in DESIGNERS and held.unit.kind == UnitKind.UNIVERSITY for held in held_by(user))


def designers_only(
    view: Callable[..., HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, ...], HttpResponseBase]:
    """A view for designers; strangers sign in, everybody else sees no such page (404)."""

    @roles_required(*DESIGNERS)
    @wraps(view)
    def guarded(request: DesignRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_designer(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def actor_of(request: DesignRequest) -> Actor:
    """The reader, as the trail knows them."""
    return Actor(request.user, ip=client_ip(request))
