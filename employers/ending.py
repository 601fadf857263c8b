"""What ends with the periods of keeping: accounts of people of employers, and whom to call there."""

import datetime

from accounts.models import User
from accounts.security.actions import close_account
from employers.models import Employer, EmployerUser

CONTACT = ("contact_name", "contact_position", "contact_phone", "contact_phone_index", "contact_email")


def end_account(user: User, now: datetime.datetime) -> None:
    """Its time is over: nobody acts through it any more, and what employers gave of its owner goes.

    Name and mail address stay, because the trail of cases speaks of them.
    """
    for own in EmployerUser.objects.select_for_update().filter(user=user):
        if own.live_key:
            own.end(now)
        own.position = own.phone = own.remark = ""
        own.save()
    close_account(user, now)


def forget_contact(employer: Employer) -> None:
    """Whom to call there is not kept any longer; the organisation stays in the library."""
    for name in CONTACT:
        setattr(employer, name, "")
    employer.save(update_fields=CONTACT)
