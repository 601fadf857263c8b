"""What commands share."""

import datetime

from django.core.management.base import CommandError
from django.utils import timezone


def moment_option(text: str | None) -> datetime.datetime | None:
    """The time behind `--now TIME`, in the school's zone unless it says another. Raises CommandError."""
    if text is None:
        return None
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text!r} is no time; write it like 2027-06-20T18:00.") from None
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
