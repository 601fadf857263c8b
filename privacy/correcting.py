"""Fields of a student's record that a request may correct, and the reading of what shall stand there."""

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from common.errors import BadInput
from students import display
from students.importing.columns import BY_FIELD
from students.importing.parsers import CellError, parser_for

#: An accepted request writes these by itself. The others decide papers or follow from each other: the
#: officer corrects them by import, which checks the row, and asks the student to confirm again (flows 13).
WRITTEN_AT_ONCE = frozenset(
    {
        "exam_no", "ethnic_group", "political_status", "specialization", "urban_rural", "archive_before",
        "police_station_before", "mobile", "backup_mobile", "email", "qq", "wechat_no", "home_address",
        "home_postcode", "home_phone",
    }
)  # fmt: skip


def fields() -> list[tuple[str, str]]:
    """The fields somebody may find wrong in the own record, with their labels."""
    shown = (name for _title, names in display.GROUPS for name in names if name not in display.STAFF_ONLY)
    return [(name, label_of(name)) for name in shown]


def label_of(field: str) -> str:
    """What a field is called; nothing for nothing."""
    return str(capfirst(str(BY_FIELD[field].label))) if field in BY_FIELD else ""


def value_of(field: str, text: str) -> Any:
    """*text* as the record keeps it, codes and names of codes alike. Raises BadInput."""
    try:
        return parser_for(BY_FIELD[field])(text.strip())
    except CellError as error:
        words = _("This cannot be read as %(field)s. Write it as it stands on the paper that proves it.")
        raise BadInput(words % {"field": label_of(field)}) from error
