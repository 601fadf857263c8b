"""The rows that need a hand, as a spreadsheet: as they came, with a column that says what is wrong."""

import io
from collections.abc import Iterator

from django.utils.translation import gettext as _

from common.spreadsheet.writing import write_table
from students.importing.problems import restored
from students.models import ImportBatch, ImportRow


def write_report(batch: ImportBatch) -> bytes:
    """An .xlsx of every row with a problem or a remark; corrected, it can be uploaded as it is."""
    buffer = io.BytesIO()
    header = [_("Row"), _("What is wrong"), *batch.headers]
    write_table(buffer, header, _rows(batch), sheet=_("Rows to correct"))
    return buffer.getvalue()


def _rows(batch: ImportBatch) -> Iterator[list[str]]:
    for row in batch.rows.exclude(problems=None).iterator():
        yield [str(row.number), _words(row), *(row.cells or [])]


def _words(row: ImportRow) -> str:
    return "\n".join(f"{problem.label}: {problem.message}" for problem in restored(row.problems))
