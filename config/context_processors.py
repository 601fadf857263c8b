"""What the page shell needs on every page."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.models import User
from accounts.queries import roles_of
from config.navigation import Link, desk_links, own_links
from messaging.queries import unread_count


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
    def base(self) -> str:
        """The template that pages for everybody extend: `{% extends shell.base %}`."""
        return "base_desk.html" if self.is_staff else "base_me.html"

    @cached_property
    def unread(self) -> int:
        """How many notices the reader has not opened."""
        user = self._request.user
        return unread_count(user) if user.is_authenticated else 0

    @property
    def nav(self) -> list[Link]:
        """The staff navigation."""
        user = self._request.user
        return desk_links(self._request, user) if isinstance(user, User) else []

    @property
    def own_nav(self) -> list[Link]:
        """The bar of a student or of an employer's person."""
        user = self._request.user
        return own_links(self._request, user, self.unread) if isinstance(user, User) else []


def shell(request: HttpRequest) -> dict[str, Any]:
    """Names for the frame around every page."""
    return {"school_name": settings.SCHOOL_NAME, "shell": Shell(request)}
