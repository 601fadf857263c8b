"""A clean value as people read it."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from forms import codes
from forms.schema.fields import Field


def text_of(field: Field, value: Any, language: str | None = None) -> str:
    """The clean *value* of *field* in words; empty for nothing."""
    if value is None:
        return ""
    match field.type:
        case "code":
            return codes.code_name(field.argument, value, language=language)
        case "region":
            return codes.region_name(value)
        case "money":
            return f"¥{Decimal(value):,.2f}".removesuffix(".00")
        case "bool":
            return _yes_or_no(value, language)
        case "files":
            return "\n".join(file["name"] for file in value)
        case _:
            return str(value)


def _yes_or_no(value: bool, language: str | None) -> str:
    if language is None:
        return _("Yes") if value else _("No")
    with override(language):
        return _("Yes") if value else _("No")
