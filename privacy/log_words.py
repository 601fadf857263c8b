"""What a line of the access log about a copy of one's own data says in the reader's language."""

import re

from django.utils.translation import gettext as _

from accounts.access.details import declare
from accounts.models import User

#: As the lines are written.
_WRITTEN = re.compile(r"own data: (\d+) rows")


def in_words(detail: str) -> str:
    """How many rows the copy had; *detail* itself when it says something else."""
    written = _WRITTEN.fullmatch(detail)
    return _("Copy of the own data, %(rows)s rows") % {"rows": written[1]} if written else detail


declare(User._meta.label_lower, in_words)
