"""Reading consents."""

from django.db.models import QuerySet

from accounts.consents.models import Consent
from accounts.consents.purposes import Purpose
from accounts.models import User


def consents_of(user: User) -> QuerySet[Consent]:
    """Everything *user* was asked or told, the latest first."""
    return Consent.objects.filter(user=user).order_by("-at", "-id")


def knows_wording(purpose: Purpose, user: User) -> bool:
    """Whether *user* has agreed to, or seen, the wording that is in use now."""
    rows = Consent.objects.filter(user=user, purpose=purpose.key, text_version=purpose.version)
    return rows.filter(withdrawn_at=None).exists()
