"""Jobs of the engine: fetch, then call."""

from celery import shared_task

from processes.audit.seals import make_seal


@shared_task
def seal_audit_trail() -> None:
    """Sign what was added to the trail since the last seal."""
    make_seal()
