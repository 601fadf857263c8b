"""Typical faults of a school's spreadsheet, planted on purpose and written down."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from random import Random
from typing import Any

from students.season.classes import programmes
from students.season.people import Graduate
from students.season.tables import Weighted, seeded

SHARE = 0.03
_FIRST_ROW = 2  # under the column heads, as Excel counts
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")

Row = dict[str, str | int]


@dataclass(frozen=True)
class Fault:
    """A planted fault: `row` as Excel shows it; `tolerated` when a good reader mends it by itself."""

    row: int
    kind: str
    fields: tuple[str, ...]
    student_no: str
    tolerated: bool

    def as_dict(self) -> dict[str, Any]:
        """Plain values for a JSON file."""
        return asdict(self)


@dataclass(frozen=True)
class Kind:
    """How often a fault happens, whether a good reader mends it, and what it does to a row."""

    weight: int
    tolerated: bool
    spoil: Callable[[Row, Random], tuple[str, ...]]


def plant_faults(graduates: list[Graduate], seed: int) -> tuple[list[Row], list[Fault]]:
    """The rows of the file with about 3 % of them spoilt, and the list of what was done.

    The first row of a class stays clean, so that no other row becomes wrong through it.
    """
    rng = seeded(seed, "faults")
    spoilt = _choose_rows(graduates, rng)
    rows: list[Row] = []
    faults: list[Fault] = []
    for place, graduate in enumerate(graduates):
        row: Row = dict(graduate)
        rows.append(row)
        if (name := spoilt.get(place)) is None:
            continue
        fields = KINDS[name].spoil(row, rng)
        if name == "doubled_row":
            rows.append(dict(row))
        number = len(rows) - 1 + _FIRST_ROW
        faults.append(Fault(number, name, fields, graduate["student_no"], KINDS[name].tolerated))
    return rows, faults


def _choose_rows(graduates: list[Graduate], rng: Random) -> dict[int, str]:
    """Place in the list -> kind of fault: each kind once if there is room, then by weight.

    Only among holders of an identity card, whose number every kind of fault can spoil.
    """
    inside = [
        place
        for place in range(1, len(graduates))
        if graduates[place - 1]["student_class"] == graduates[place]["student_class"]
        and graduates[place]["id_document_type"] == "01"
    ]
    places = rng.sample(inside, min(len(inside), round(len(graduates) * SHARE)))
    usual = Weighted((name, kind.weight) for name, kind in KINDS.items())
    names = [*KINDS, *(usual.draw(rng) for _ in places)]
    return dict(zip(places, names, strict=False))


def _lose_zeros(row: Row, rng: Random) -> tuple[str, ...]:
    """Codes became numbers, as Excel makes them."""
    fields = ("id_document_type", "ethnic_group", "political_status")
    row.update({field: int(row[field]) for field in fields})
    return fields


def _leave(row: Row, rng: Random) -> tuple[str, ...]:
    return ()


def _blank(row: Row, rng: Random) -> tuple[str, ...]:
    field = rng.choice(("name", "id_no", "gender", "student_class", "origin_region", "mobile"))
    row[field] = ""
    return (field,)


def _use_wrong_code(row: Row, rng: Random) -> tuple[str, ...]:
    wrong = {
        "political_status": "99",
        "ethnic_group": "61",
        "education_level": "77",
        "origin_region": "999999",
    }
    field = rng.choice(sorted(wrong))
    row[field] = wrong[field]
    return (field,)


def _break_check_digit(row: Row, rng: Random) -> tuple[str, ...]:
    number = str(row["id_no"])
    row["id_no"] = number[:-1] + rng.choice([digit for digit in "0123456789X" if digit != number[-1]])
    return ("id_no",)


def _swap_columns(row: Row, rng: Random) -> tuple[str, ...]:
    left, right = rng.choice((("student_no", "name"), ("id_no", "mobile")))
    row[left], row[right] = row[right], row[left]
    return (left, right)


def _change_major(row: Row, rng: Random) -> tuple[str, ...]:
    row["major"] = rng.choice(sorted({programme.name for programme in programmes()} - {str(row["major"])}))
    return ("major",)


def _change_gender(row: Row, rng: Random) -> tuple[str, ...]:
    row["gender"] = "1" if row["gender"] == "2" else "2"
    return ("gender",)


def _break_date(row: Row, rng: Random) -> tuple[str, ...]:
    """A day that no calendar has, or a graduation before the enrolment."""
    if rng.random() < 0.5:
        row["enrolled_on"] = f"{str(row['enrolled_on'])[:4]}-02-30"
        return ("enrolled_on",)
    row["enrolled_on"], row["graduate_on"] = row["graduate_on"], row["enrolled_on"]
    return ("enrolled_on", "graduate_on")


def _widen_digits(row: Row, rng: Random) -> tuple[str, ...]:
    fields = ("id_no", "mobile")
    row.update({field: str(row[field]).translate(_FULL_WIDTH) for field in fields})
    return fields


def _add_spaces(row: Row, rng: Random) -> tuple[str, ...]:
    """An ordinary, a full-width and a no-break space behind the text."""
    blanks = {"name": " ", "student_class": "\u3000", "id_no": "\u00a0"}
    row.update({field: f"{row[field]}{blank}" for field, blank in blanks.items()})
    return tuple(blanks)


KINDS = {
    "lost_zeros": Kind(20, True, _lose_zeros),
    "doubled_row": Kind(10, False, _leave),
    "missing_value": Kind(15, False, _blank),
    "wrong_code": Kind(12, False, _use_wrong_code),
    "bad_check_digit": Kind(12, False, _break_check_digit),
    "swapped_columns": Kind(5, False, _swap_columns),
    "class_under_wrong_major": Kind(6, False, _change_major),
    "gender_mismatch": Kind(5, False, _change_gender),
    "impossible_date": Kind(5, False, _break_date),
    "full_width_digits": Kind(5, True, _widen_digits),
    "trailing_spaces": Kind(5, True, _add_spaces),
}
