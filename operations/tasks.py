"""Jobs of operations: fetch, then call."""

from celery import shared_task
from django.conf import settings

from operations import actions


@shared_task
def sign_of_life() -> None:
    """Shows that beat, broker, worker and database work together."""
    actions.sign_of_life("worker")


@shared_task
def back_up() -> None:
    """The nightly backup."""
    actions.back_up(settings.BACKUP_DIR, keep=settings.BACKUP_KEEP, copy_to=settings.BACKUP_COPY_DIR)


@shared_task
def try_restore() -> None:
    """The monthly proof that the newest backup can be restored."""
    actions.try_restore(actions.newest_backup(settings.BACKUP_DIR))
