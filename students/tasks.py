"""Jobs of imports: fetch, then call an action."""

from collections.abc import Callable

from celery import shared_task

from common.errors import BadInput
from students import actions
from students.models import ImportBatch, ImportState


@shared_task
def check_import(batch_id: str) -> None:
    """Examine an uploaded file."""
    _run(batch_id, ImportState.CHECKING, actions.run_check)


@shared_task
def commit_import(batch_id: str) -> None:
    """Load the good rows of a checked file."""
    _run(batch_id, ImportState.COMMITTING, actions.run_commit)


@shared_task
def undo_import(batch_id: str) -> None:
    """Take a loaded import back."""
    _run(batch_id, ImportState.UNDOING, actions.run_undo)


def _run(batch_id: str, state: str, run: Callable[[ImportBatch], ImportBatch]) -> None:
    """Do the job unless it is done already or somebody else is at it; note why it ended early."""
    batch = ImportBatch.objects.select_related("uploaded_by").filter(pk=batch_id, state=state).first()
    if batch is None or not actions.claim(batch):
        return
    try:
        run(batch)
    except BadInput as error:
        actions.stopped(batch, error)
    except Exception as error:
        actions.stopped(batch, error)
        raise
