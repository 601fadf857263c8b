"""How many campus talks somebody sees, for the page about a person (`accounts.personnel.sights`)."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.personnel.sights import Sight
from accounts.rights.catalogue import Right
from talks.queries import talks_in_scope


def _count(person: User) -> int:
    return talks_in_scope(person).count()


CALENDAR = Sight(
    key="5-talks", label=_("campus talks"), icon="presentation", right=Right.SEE_TALKS, count=_count
)
