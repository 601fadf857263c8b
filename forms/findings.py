"""Findings of rules over several fields, the record or a table, which a form's description cannot hold."""

from collections.abc import Iterable
from dataclasses import dataclass

from forms.schema import Checked, FieldError


@dataclass(frozen=True)
class Finding:
    """Something wrong or odd: the fields it shows at, a code for tests, words, and whether it blocks."""

    fields: tuple[str, ...]
    code: str
    message: str
    blocks: bool = True


def add_findings(checked: Checked, findings: Iterable[Finding]) -> Checked:
    """Put *findings* at their fields in *checked*, which is given back."""
    for finding in findings:
        for key in finding.fields:
            error = FieldError(finding.code, finding.message)
            checked.add(key, error, "error" if finding.blocks else "warning")
    return checked
