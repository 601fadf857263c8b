"""What the page shell needs on every page."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Count, Model, OuterRef, Subquery
from django.http import HttpRequest

from accounts.models import User
from accounts.queries import roles_of
from accounts.roles import REVIEWERS
from approvals.models import CarbonCopy
from config.navigation import Link, desk_links, own_links
from messaging.models import Notice
from messaging.queries import unread_count


def _unread(model: type[Model]) -> Any:
    """How many rows of *model* the person of the outer query has not opened."""
    rows = model._default_manager.filter(recipient=OuterRef("pk"), read_at=None)
    return rows.order_by().values("recipient").annotate(count=Count("*")).values("count")


class Shell:
    """The frame around a page; asks the database only for what the template shows, and once."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def _roles(self) -> frozenset[str]:
        user = self._request.user
        return roles_of(user) if user.is_authenticated else frozenset()

    @property
    def is_staff(self) -> bool:
        """Whether the reader holds any role and so gets the desk's frame."""
        return bool(self._roles)

    @property
    def is_reviewer(self) -> bool:
        """Whether the reader decides tasks, and so may be stood in for."""
        return bool(self._roles & REVIEWERS)

    @property
    def base(self) -> str:
        """The template that pages for everybody extend: `{% extends shell.base %}`."""
        return "base_desk.html" if self.is_staff else "base_me.html"

    @cached_property
    def _counts(self) -> tuple[int, int]:
        """Unread notices and unread copies, in one read."""
        user = self._request.user
        if not user.is_authenticated:
            return 0, 0
        if not self.is_staff:
            return unread_count(user), 0
        row = User.objects.filter(pk=user.pk).values_list(
            Subquery(_unread(Notice)), Subquery(_unread(CarbonCopy))
        )
        found = row.get()
        return found[0] or 0, found[1] or 0

    @property
    def unread(self) -> int:
        """How many notices the reader has not opened."""
        return self._counts[0]

    @property
    def nav(self) -> list[Link]:
        """The staff navigation."""
        user = self._request.user
        return desk_links(self._request, user, self._counts[1]) if isinstance(user, User) else []

    @property
    def own_nav(self) -> list[Link]:
        """The bar of a student or of an employer's person."""
        user = self._request.user
        return own_links(self._request, user, self.unread) if isinstance(user, User) else []


def shell(request: HttpRequest) -> dict[str, Any]:
    """Names for the frame around every page."""
    return {"school_name": settings.SCHOOL_NAME, "shell": Shell(request)}
