"""What people do with the data that is kept on them."""

from django.db import transaction

from accounts.access.actions import log_access
from accounts.access.models import Channel, Verb
from accounts.models import User
from accounts.security import limits
from privacy.copying import everything_on, packed


@transaction.atomic
def take_copy(user: User) -> bytes:
    """The copy of *user*'s own data as a ZIP; leaves a line in the access log.

    Raises TooMany when it was taken too often. It is made at once: a table has at most `MOST_ROWS`
    rows, and the uploaded files themselves stay in their cases.
    """
    limits.spend("own data", str(user.pk))
    found = everything_on(user)
    rows = sum(len(table.rows) for table in found)
    log_access(user, Verb.EXPORT, user, detail=f"own data: {rows} rows", channel=Channel.EXPORT)
    return packed(user, found)
