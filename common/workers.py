"""Is somebody there to do the work? Asked before a job is queued."""

from celery import current_app
from django.utils.translation import gettext_lazy as _

from common.errors import Refused

ANSWER_WITHIN_SECONDS = 1.5


def require_worker() -> None:
    """Raise Refused when no background worker answers, so that nothing waits in vain."""
    if not worker_answers():
        raise Refused(
            _(
                "No background worker answers, so nothing was started. Ask the administrator to start the "
                "worker, then press the button again."
            )
        )


def worker_answers() -> bool:
    """Whether at least one Celery worker answers within a moment; False too without a broker."""
    if current_app.conf.task_always_eager:
        return True
    try:
        return bool(current_app.control.ping(timeout=ANSWER_WITHIN_SECONDS))
    except Exception:  # every broker has its own errors; all of them mean that nobody answers
        return False
