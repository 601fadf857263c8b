"""Who is at the browser, and which talk it is about."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import User
from employers.models import EmployerUser
from talks.models import Talk
from talks.queries import acts_for_library_employer, talks_of


def own_membership(request: HttpRequest) -> EmployerUser:
    """The membership with which the reader asks for talks. Raises Http404 for everybody else."""
    user = request.user
    own = acts_for_library_employer(user) if isinstance(user, User) else None
    if own is None:
        raise Http404
    return own


def own_talk(request: HttpRequest, pk: UUID) -> Talk:
    """A talk of the reader's employer. Raises Http404."""
    talk: Talk = get_object_or_404(talks_of(own_membership(request).employer), pk=pk)
    return talk


def text_in(data: Any, name: str, longest: int = 200) -> str:
    """A text that was sent, without spaces around it."""
    return str(data.get(name, "")).strip()[:longest]
