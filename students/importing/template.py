"""The empty spreadsheet of graduates: every column, its codes, an example line."""

from django.utils.translation import gettext as _

from common.spreadsheet.template import TemplateColumn, TemplateSheets, write_template
from forms import codes
from students.importing.columns import COLUMNS, Column


def graduates_template() -> bytes:
    """An .xlsx with Chinese headers, which every import recognises."""
    sheets = TemplateSheets(
        data=_("Graduates"), codes=_("Codes"), example=_("Example"), code=_("code"), name=_("name")
    )
    return write_template([_template_column(column) for column in COLUMNS], sheets)


def _template_column(column: Column) -> TemplateColumn:
    return TemplateColumn(
        label=column.zh,
        required=column.must_be_filled,
        note=str(column.note),
        example=column.example,
        choices=_choices(column),
        width=max(12, min(28, 2 * len(column.zh) + 4)),
    )


def _choices(column: Column) -> list[tuple[str, str]]:
    """Code and name of what may be written; counties stand once, with the origin region."""
    if column.field == "origin_region":
        counties = codes.codes(codes.REGION_COUNTY)
        return [(row.code, codes.region_name(row.code)) for row in counties if row.is_active]
    rows = codes.codes(column.table) if column.table else []
    return [(row.code, row.name) for row in rows if row.is_active]
