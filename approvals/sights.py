"""What of the desk somebody sees, for the page about a person (`accounts.personnel.sights`)."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.personnel.sights import Sight
from accounts.roles import OPERATORS, REVIEWERS
from approvals.queries.cases import operated_cases
from approvals.queries.inbox import waiting_count


def _operated(person: User) -> int:
    return operated_cases(person).count()


INBOX = Sight(
    key="2-inbox", label=_("tasks that wait for them"), icon="inbox", roles=REVIEWERS, count=waiting_count
)
OPERATED = Sight(
    key="3-cases", label=_("cases they may steer"), icon="stack-2", roles=OPERATORS, count=_operated
)
