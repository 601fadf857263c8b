"""What lines of the access log about holds and about the sweep say in the reader's language."""

import re

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access.details import declare
from privacy.retention.models import Hold
from privacy.retention.table import ENDING

#: As the lines are written: `placed: 2023010101`, `drafts: 12`.
_HOLD = re.compile(r"(placed|lifted): (.+)")
_SWEPT = re.compile(r"(\w+): (\d+)")
_TITLES = {row.key: row.title for row in ENDING}


def of_holds(detail: str) -> str:
    """Whose hold, and whether it began or ended; *detail* itself when it says something else."""
    written = _HOLD.fullmatch(detail)
    if written is None:
        return detail
    words = _("Placed on %(person)s") if written[1] == "placed" else _("Lifted from %(person)s")
    return words % {"person": written[2]}


def of_the_sweep(detail: str) -> str:
    """What ended and how much of it; *detail* itself when it says something else."""
    written = _SWEPT.fullmatch(detail)
    if written is None or written[1] not in _TITLES:
        return detail
    return _("%(what)s: %(number)s ended") % {"what": _TITLES[written[1]], "number": written[2]}


declare(Hold._meta.label_lower, of_holds)
for _label in {row.over(timezone.now()).model._meta.label_lower for row in ENDING}:
    declare(_label, of_the_sweep)
