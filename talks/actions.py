"""Every write about venues and closed days."""

from django.db import transaction

from accounts.models import User
from talks import rules
from talks.models import Blackout, Venue


@transaction.atomic
def save_venue(venue: Venue, by: User) -> Venue:
    """Add or change a venue; talks that have it keep it. Raises Refused by rule."""
    rules.can_arrange(by).require()
    venue.save()
    return venue


@transaction.atomic
def close_days(blackout: Blackout, by: User) -> Blackout:
    """No new talk is held on these days; what is booked already stays. Raises Refused by rule."""
    rules.can_arrange(by).require()
    blackout.save()
    return blackout


@transaction.atomic
def open_days(blackout: Blackout, by: User) -> None:
    """Talks may be held on these days again. Raises Refused by rule."""
    rules.can_arrange(by).require()
    blackout.delete()
