"""What the templates of exports show."""

from django import template

from exports.columns import ExportColumn, chosen
from exports.models import Export

register = template.Library()


@register.filter
def columns(export: Export) -> list[ExportColumn]:
    """The columns of an export in the reader's language, in the order of the list."""
    return chosen(export.kind, export.columns)
