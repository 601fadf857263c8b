"""What the templates of exports show."""

from django import template

from common.verdict import Verdict
from exports import rules
from exports.columns import ExportColumn, chosen
from exports.models import Export

register = template.Library()


@register.filter
def columns(export: Export) -> list[ExportColumn]:
    """The columns of an export in the reader's language, in the order of the list."""
    return chosen(export.kind, export.columns)


@register.filter
def still_covered(export: Export) -> Verdict:
    """Whether what covers an export to another body holds today."""
    return rules.still_covered(export)
