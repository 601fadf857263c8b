"""The field matrix and the proof table of forms 2, read from the code files that are their law.

A cell is R (required), O (optional), - (absent) or C1..C6 (required and shown under a condition).
A column `50x` stands for every child of 50, a column `75` for 75 and all its children.
"""

import csv
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

REQUIRED, OPTIONAL, ABSENT = "R", "O", "-"

#: Meaning of the conditional cells, in CEL over the filing's values and the graduate's record.
CONDITIONS: Mapping[str, str] = {
    "C1": "!host_has_no_uscc",
    "C2": 'startup_kind in ["1", "2", "3", "4", "5"]',
    "C3": 'category == "75.3"',
    "C4": "hukou_moved_in",
    "C5": 'archive_disposition != "" && archive_disposition != "8"',
    "C6": 'hukou_disposition in ["1", "2", "3"]',
}


class ProofRule(NamedTuple):
    """Row of the code table `destination_proof` that says what counts, and how many files at least."""

    code: str
    min_files: int


def _rows(name: str) -> list[dict[str, str]]:
    path = Path(settings.BASE_DIR) / "fixtures" / "codes" / f"{name}.tsv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@lru_cache
def categories() -> Mapping[str, dict[str, str]]:
    """Every category that can be chosen, by code, in the table's order."""
    rows = [row for row in _rows("destination_category") if row["selectable"] == "Y"]
    return {row["code"]: row for row in sorted(rows, key=lambda row: int(row["sort"]))}


@lru_cache
def field_matrix() -> Mapping[str, Mapping[str, str]]:
    """Field -> column -> cell, exactly as in the file."""
    return {row.pop("field"): row for row in _rows("destination_required_fields")}


@lru_cache
def proof_rules() -> Mapping[str, ProofRule]:
    """Column -> what is accepted as proof (forms 2, RL-14)."""
    rows = _rows("destination_proof")
    return {row["category"]: ProofRule(row["category"], int(row["min_files"])) for row in rows}


def column_of(category: str, columns: Mapping[str, object]) -> str:
    """The column that speaks for *category*, or empty when none does."""
    parent = categories()[category]["parent"] if category in categories() else ""
    candidates = (category, f"{parent}x" if parent else "", parent)
    return next((name for name in candidates if name and name in columns), "")


def cell(field: str, category: str) -> str:
    """R, O, - or C1..C6 for a field in a category."""
    columns = field_matrix()[field]
    return columns.get(column_of(category, columns), ABSENT)


def proof_rule(category: str) -> ProofRule | None:
    """The proof rule of a category; None when it asks for none (70, 71, 72)."""
    return proof_rules().get(column_of(category, proof_rules()))


def visible_if(field: str) -> str:
    """CEL: the categories in which the field is shown, with the condition of its C cells."""
    return _expression(field, lambda mark: mark != ABSENT)


def required_if(field: str) -> str:
    """CEL: the categories in which the field has to be filled, with the condition of its C cells."""
    return _expression(field, lambda mark: mark not in (ABSENT, OPTIONAL))


def with_cell(field: str, mark: str) -> str:
    """CEL: the categories in which the field's cell is exactly *mark*."""
    return _expression(field, lambda found: found == mark, conditional=False)


def _expression(field: str, wanted: Callable[[str], bool], *, conditional: bool = True) -> str:
    by_condition: dict[str, list[str]] = {}
    for category in categories():
        mark = cell(field, category)
        if wanted(mark):
            condition = CONDITIONS.get(mark, "") if conditional else ""
            by_condition.setdefault(condition, []).append(category)
    parts = []
    for condition, codes in by_condition.items():
        listed = ", ".join(f'"{code}"' for code in codes)
        parts.append(f"category in [{listed}]" + (f" && ({condition})" if condition else ""))
    return " || ".join(parts) or "false"
