"""Who acts in a season: a channel of its own keeps the trail honest, and tells what was played."""

from accounts.models import User
from approvals.actions import Actor
from processes.models import Event

CHANNEL = "season"


def actor(user: User) -> Actor:
    """*user* as part of a played season."""
    return Actor(user, channel=CHANNEL)


def was_played(cohort: int) -> bool:
    """Whether a season of *cohort* was begun before."""
    return Event.objects.filter(case__cohort=cohort, channel=CHANNEL).exists()
