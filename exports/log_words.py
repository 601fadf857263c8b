"""What a line of the access log about an export says in the reader's language."""

import re

from django.utils.translation import gettext as _

from accounts.access.details import declare
from exports.columns import groups_for
from exports.models import Export, ExportKind

#: As the lines are written: `3 students: name,student_no`.
_WRITTEN = re.compile(r"(\d+) (\w+): (.+)")


def in_words(detail: str) -> str:
    """Rows, list and columns by their names; *detail* itself when it says something else."""
    written = _WRITTEN.fullmatch(detail)
    if written is None or written[2] not in ExportKind:
        return detail
    kind = ExportKind(written[2])
    labels = {column.key: str(column.label) for group in groups_for(kind) for column in group.columns}
    columns = ", ".join(labels.get(key, key) for key in written[3].split(","))
    said = {"list": kind.label, "rows": written[1], "columns": columns}
    return _("%(list)s, %(rows)s rows: %(columns)s") % said


declare(Export._meta.label_lower, in_words)
