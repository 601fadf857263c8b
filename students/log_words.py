"""What a line of the access log about an import of graduates says in the reader's language."""

from django.utils.translation import gettext as _

from accounts.access.details import declare
from students.models import ImportBatch

#: Written when somebody takes the rows of an import that need a hand.
REPORT = "rows to correct"


def in_words(detail: str) -> str:
    """What was taken of it; *detail* itself when it says something else."""
    return _("Rows to correct") if detail == REPORT else detail


declare(ImportBatch._meta.label_lower, in_words)
