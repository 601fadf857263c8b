"""Jobs of this room: fetch, then call."""

from celery import shared_task

from accounts.access import archive, seals


@shared_task
def seal_access_log() -> None:
    """Chain and sign what was written since the last seal."""
    seals.seal_all()


@shared_task
def archive_access_log() -> None:
    """Move lines older than twelve months into files, and throw away files older than three years."""
    archive.archive_old()
    archive.discard_cold()
