"""What the page shell needs on every page."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, Model, OuterRef, QuerySet, Subquery, Value
from django.http import HttpRequest

from accounts.models import User
from accounts.queries import has_right, roles_of
from accounts.rights.catalogue import Right
from accounts.rights.models import UnitRight
from accounts.roles import REVIEWERS
from approvals.models import CarbonCopy
from approvals.queries import operated_incidents, unsolved
from common.prepared import PreparedRead
from config.navigation import Link, desk_links, own_links
from messaging.models import Notice
from wechat.queries import is_on


def _unread(model: type[Model]) -> Any:
    """How many rows of *model* the person of the outer query has not opened."""
    return _how_many(model._default_manager.filter(recipient=OuterRef("pk"), read_at=None))


def _how_many(rows: QuerySet[Any]) -> Any:
    """The number of *rows* as a part of another query; nothing when there are none."""
    return rows.order_by().annotate(all=Value(1)).values("all").annotate(count=Count("*")).values("count")


#: Asked with every page of staff, so its SQL is compiled once. What somebody operates is not alike for all.
_unread_of: PreparedRead[Any] = PreparedRead(
    lambda users: (
        User.objects.filter(pk__in=users)
        .only("pk")
        .annotate(unread_notices=Subquery(_unread(Notice)), unread_copies=Subquery(_unread(CarbonCopy)))
    )
)


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
        """Whether the reader holds any role or right and so gets the desk's frame."""
        return self._request.user.is_authenticated and (bool(self._roles) or self._without_role[1])

    @cached_property
    def _without_role(self) -> tuple[int, bool]:
        """Of somebody who holds no role: unread notices, and whether they are in a group, in one read."""
        user = self._request.user
        if not isinstance(user, User):
            return 0, False
        in_group = Exists(UnitRight.objects.filter(user=OuterRef("pk"), group__is_active=True))
        found = User.objects.filter(pk=user.pk).values_list(Subquery(_unread(Notice)), in_group)
        unread, is_member = found.get()
        return unread or 0, bool(is_member)

    @property
    def is_reviewer(self) -> bool:
        """Whether the reader decides tasks, and so may be stood in for."""
        return bool(self._roles & REVIEWERS)

    @property
    def base(self) -> str:
        """The template that pages for everybody extend: `{% extends shell.base %}`."""
        return "base_desk.html" if self.is_staff else "base_me.html"

    @cached_property
    def _counts(self) -> tuple[int, int, int]:
        """Unread notices, unread copies, incidents that wait: in one read."""
        user = self._request.user
        if not user.is_authenticated:
            return 0, 0, 0
        if not self.is_staff:
            return self._without_role[0], 0, 0
        if not has_right(user, Right.OPERATE_CASES):
            (person,) = _unread_of([user.pk])
            return person.unread_notices or 0, person.unread_copies or 0, 0
        wanted = [_unread(Notice), _unread(CarbonCopy), _how_many(unsolved(operated_incidents(user)))]
        found = User.objects.filter(pk=user.pk).values_list(*[Subquery(each) for each in wanted]).get()
        notices, copies, incidents = (count or 0 for count in found)
        return notices, copies, incidents

    @property
    def unread(self) -> int:
        """How many notices the reader has not opened."""
        return self._counts[0]

    @property
    def nav(self) -> list[Link]:
        """The staff navigation."""
        user = self._request.user
        if not isinstance(user, User):
            return []
        _unread_notices, copies, incidents = self._counts
        return desk_links(self._request, user, copies, incidents)

    @property
    def own_nav(self) -> list[Link]:
        """The bar of a student or of an employer's person."""
        user = self._request.user
        return own_links(self._request, user, self.unread) if isinstance(user, User) else []


def shell(request: HttpRequest) -> dict[str, Any]:
    """Names for the frame around every page."""
    return {"school_name": settings.SCHOOL_NAME, "shell": Shell(request), "wechat_on": is_on()}
