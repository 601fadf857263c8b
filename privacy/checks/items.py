"""What is checked every year, and how the machine finds its state; other rooms add theirs (RL-35)."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access.queries import last_seal
from accounts.access.verify import LATEST_SEALING
from accounts.consents.models import Consent
from accounts.consents.purposes import declared
from accounts.models import Appointment
from common.models import DataKey
from privacy.assessments.queries import overdue
from privacy.models import FLOW_KEY as REQUESTS
from privacy.retention.models import LastSweep
from privacy.retention.queries import counted
from processes.models import Task

_YEAR = datetime.timedelta(days=365)
_UNUSED = datetime.timedelta(days=180)
_SWEPT_WITHIN = datetime.timedelta(days=2)
Moment = datetime.datetime


@dataclass(frozen=True)
class Finding:
    """How an item stands: whether all is well, and how many are not."""

    good: bool
    number: int = 0


@dataclass(frozen=True)
class Item:
    """One line of the list: the question, what to do about it, and how it is found.

    That is a finding, or the rows of which there should be none.
    """

    key: str
    title: str | Promise
    advice: str | Promise
    find: Callable[[Moment], Finding | QuerySet[Any]]


_items: dict[str, Item] = {}


def declare(item: Item) -> Item:
    """From now on *item* is on the list."""
    _items[item.key] = item
    return item


def items() -> list[Item]:
    """The list, in the order in which the rooms declared it."""
    return list(_items.values())


def found_at(now: Moment) -> dict[str, Finding]:
    """How each item stands, by its key; rows are counted in one statement."""
    found = {item.key: item.find(now) for item in items()}
    numbers = counted({key: each for key, each in found.items() if isinstance(each, QuerySet)})
    return {
        key: each if isinstance(each, Finding) else none_of(numbers.get(key, 0))
        for key, each in found.items()
    }


def none_of(number: int) -> Finding:
    """All is well when there are none."""
    return Finding(number == 0, number)


def _log(now: Moment) -> Finding:
    seal = last_seal()
    return Finding(seal is not None and now - seal.at <= LATEST_SEALING)


def _sweep(now: Moment) -> Finding:
    swept = list(LastSweep.objects.values_list("at", "fault"))
    faults = sum(bool(fault) or now - at > _SWEPT_WITHIN for at, fault in swept)
    return Finding(bool(swept) and not faults, faults)


def _keys(now: Moment) -> Finding:
    return Finding(DataKey.objects.filter(created_at__gt=now - _YEAR).exists())


def _endless(now: Moment) -> QuerySet[Any]:
    """Most are appointed without an end; what needs a look is one that nobody seems to use."""
    limit = now - _UNUSED
    begun = {"starts_on__lte": timezone.localdate(limit), "user__joined_at__lte": limit}
    unused = Q(user__last_login=None) | Q(user__last_login__lt=limit)
    return Appointment.objects.filter(unused, ends_on=None, user__is_active=True, **begun)


def _wordings(_now: Moment) -> Finding:
    rows = Consent.objects.filter(withdrawn_at=None, user__is_active=True)
    given = set(rows.order_by().values_list("purpose", "text_version").distinct())
    agreed = {each.key: each.version for each in declared() if not each.is_notice}
    return none_of(sum(key in agreed and agreed[key] != version for key, version in given))


def _requests(now: Moment) -> QuerySet[Any]:
    return Task.objects.filter(flow_key=REQUESTS, finished=None, due_at__lt=now)


def _assessments(now: Moment) -> QuerySet[Any]:
    return overdue(timezone.localdate(now))


declare(
    Item(
        "log",
        _("The access log is sealed up to now"),
        _("Run verify_access_log, and note the end of the chain that it prints."),
        _log,
    )
)
declare(
    Item(
        "sweep",
        _("What has served its time was erased"),
        _("See Periods of keeping: which class failed, or was not swept for two days."),
        _sweep,
    )
)
declare(
    Item(
        "keys",
        _("The data key was changed within a year"),
        _("Run rotate_keys at a quiet time."),
        _keys,
    )
)
declare(
    Item(
        "endless",
        _("Nobody with an appointment without an end has stayed away for 180 days"),
        _("Go through them with the career center, and end appointments that nobody needs any more."),
        _endless,
    )
)
declare(
    Item(
        "wordings",
        _("Consents that hold were given to the wording in use"),
        _("Decide whether the new wording needs a new consent, and ask for it."),
        _wordings,
    )
)
declare(
    Item(
        "requests",
        _("No request about own data waits for more than 15 workdays"),
        _("Answer the ones that wait in the inbox of the career center."),
        _requests,
    )
)
declare(
    Item(
        "assessments",
        _("No review of an impact assessment is overdue"),
        _("Write newer ones that replace them."),
        _assessments,
    )
)
