"""Jobs about people and the organisation: fetch, then call."""

from celery import shared_task

from accounts.organisation import changes


@shared_task
def change_units() -> None:
    """Carry out the changes of units whose day has come."""
    changes.carry_out_due()
