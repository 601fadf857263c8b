"""Until when the school has to keep what somebody wants deleted, and what can be erased at once.

The periods are those of the one table of them (rules 4.1).
"""

import datetime
from collections.abc import Callable, Mapping

from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from employers.models import LIVE_MEMBERSHIPS, EmployerUser
from messaging.models import Notice
from privacy.retention.table import span_of
from students.models import Student
from students.queries import student_of

#: Optional ways to reach a student: the one part of the record that no duty keeps.
CONTACT = "contact"
OPTIONAL = ("backup_mobile", "email", "qq", "wechat_no", "home_phone", "home_postcode")


def kept_until(user: User, about: str, now: datetime.datetime | None = None) -> datetime.date | None:
    """The last day on which a law has *about* kept for *user*; None: it may be deleted (flows 33)."""
    duty = _DUTIES.get(about)
    day = duty(user, timezone.localdate(now)) if duty else None
    return day if day is not None and day >= timezone.localdate(now) else None


def _proof(user: User, _today: datetime.date) -> datetime.date | None:
    """Proof of a destination and its review: from the cohort's year-end on (RL-12)."""
    student = student_of(user)
    return span_of("filing_evidence").after(datetime.date(student.cohort, 12, 31)) if student else None


def _log(_user: User, today: datetime.date) -> datetime.date:
    """Logs of the network, of which today may have the latest line (RL-50)."""
    return span_of("sign_ins").after(today)


def _posts(user: User, today: datetime.date) -> datetime.date | None:
    """Who acts for an employer: from the day on which they left, at present from today on (RL-23)."""
    acting, span = EmployerUser.objects.filter(user=user), span_of("employer_accounts")
    if acting.filter(state__in=LIVE_MEMBERSHIPS).exists():
        return span.after(today)
    last = acting.aggregate(last=Max("decided_at"))["last"]
    return span.after(timezone.localdate(last)) if last else None


def _account(user: User, today: datetime.date) -> datetime.date:
    """The account stands as long as anything that it signed."""
    days = [_log(user, today), _proof(user, today), _posts(user, today)]
    return max(day for day in days if day is not None)


_DUTIES: Mapping[str, Callable[[User, datetime.date], datetime.date | None]] = {
    "account": _account,
    "record": _proof,
    "destinations": _proof,
    "cases": _proof,
    "files": _proof,
    "employer": _posts,
    "door": _log,
}


def erase_contact(student: Student) -> list[str]:
    """Empty the optional ways to reach *student*, not saved; gives the fields."""
    filled = [name for name in OPTIONAL if getattr(student, name)]
    for name in filled:
        setattr(student, name, "")
    return filled


def erase_notices(user: User, before: datetime.datetime) -> int:
    """Delete what *user* was told up to *before*; gives how many."""
    return Notice.objects.filter(recipient=user, created_at__lte=before).delete()[0]
