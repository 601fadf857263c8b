"""How many employers somebody sees, for the page about a person (`accounts.personnel.sights`)."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.personnel.sights import Sight
from accounts.rights.catalogue import Right
from employers.queries import employers_in_scope


def _count(person: User) -> int:
    return employers_in_scope(person).count()


LIBRARY = Sight(
    key="4-employers", label=_("employers"), icon="building", right=Right.SEE_EMPLOYERS, count=_count
)
