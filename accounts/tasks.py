"""Jobs about people, the organisation, the door and the access log: fetch, then call."""

from celery import shared_task

from accounts.access import seals
from accounts.organisation import changes
from accounts.security import post


@shared_task
def change_units() -> None:
    """Carry out the changes of units whose day has come."""
    changes.carry_out_due()


@shared_task
def answer_reset_requests() -> None:
    """Send the links for new passwords that were asked for."""
    post.answer_reset_requests()


@shared_task
def seal_access_log() -> None:
    """Chain and sign what was written since the last seal."""
    seals.seal_all()
