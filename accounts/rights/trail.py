"""Writing the record of rights, in the transaction of what it records."""

from typing import Any

from accounts.models import User
from accounts.rights.models import RightsChange


def record(
    action: str,
    by: User | None,
    *,
    subject: User | None = None,
    second: User | None = None,
    ip: str = "",
    **detail: Any,
) -> RightsChange:
    """One line: *by* (None: a command) did *action* about *subject*, confirmed by *second*.

    *detail* is what the words of the line need; names are kept as they were then.
    """
    return RightsChange.objects.create(
        action=action, by=by, second=second, subject=subject, ip=ip, detail=detail
    )
