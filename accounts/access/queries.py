"""Reading the access log: what an auditor filters by, page by page."""

import datetime
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.access.models import AccessLog, AccessSeal
from accounts.models import UnitKind, User
from accounts.queries import held_by
from accounts.roles import LOG_READERS
from common.paging import Page, page_of_keys

ORDER = ("-at", "-id")
_NAMESAKES = 50


@dataclass(frozen=True)
class AccessFilters:
    """What the address asks for; None and empty text mean everything. *about* is "label:key"."""

    since: datetime.date | None = None
    until: datetime.date | None = None
    who: str = ""
    action: str = ""
    channel: str = ""
    about: str = ""
    request: str = ""

    @property
    def narrowing(self) -> bool:
        """Whether anything is filtered by."""
        return any((self.since, self.until, self.who, self.action, self.channel, self.about, self.request))


def may_read_log(user: User) -> bool:
    """Only auditors of the whole school, nobody else (rules 6.3)."""
    return any(each.role in LOG_READERS and each.unit.kind == UnitKind.UNIVERSITY for each in held_by(user))


def matching(filters: AccessFilters) -> QuerySet[AccessLog]:
    """The lines that fit."""
    rows: QuerySet[AccessLog] = AccessLog.objects.filter(_within(filters))
    if filters.who:
        named = User.objects.filter(Q(username=filters.who) | Q(name=filters.who))
        rows = rows.filter(user__in=list(named.values_list("pk", flat=True)[:_NAMESAKES]))
    if filters.about:
        label, _colon, key = filters.about.partition(":")
        rows = rows.filter(object_type=label, object_id=key)
    exact = {"action": filters.action, "channel": filters.channel, "request_id": filters.request}
    return rows.filter(**{name: value for name, value in exact.items() if value})


def _within(filters: AccessFilters) -> Q:
    """Both days included, in the school's time."""
    found = Q()
    if filters.since:
        found &= Q(at__gte=_midnight(filters.since))
    if filters.until:
        found &= Q(at__lt=_midnight(filters.until) + datetime.timedelta(days=1))
    return found


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def access_page(filters: AccessFilters, *, after: str = "") -> tuple[list[AccessLog], str]:
    """A page of lines, the newest first, and where the next one starts. Raises BadCursor."""
    page: Page = page_of_keys(matching(filters), ORDER, after=after)
    found = AccessLog.objects.select_related("user", "acting_for").in_bulk(page.keys)
    return [found[key] for key in page.keys], page.next


def last_seal() -> AccessSeal | None:
    """The newest seal, or None before the first."""
    return AccessSeal.objects.order_by("-number").first()
