"""What can be wrong with a row, in words: what it is and what to do about it."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from students.importing.columns import BY_FIELD
from students.models import masked, without_numbers

MESSAGES = {
    # one cell
    "missing": _("No value. Fill it in."),
    "too_long": _("Longer than %(limit)s characters. Shorten it."),
    "bad_student_no": _("“%(value)s” is not 6 to 20 digits or letters. Correct the number."),
    "bad_exam_no": _(
        "“%(value)s” has %(length)s characters; an examinee number has 14 digits, a postgraduate's 15. "
        "Correct it, check for lost zeros in front, or leave it blank."
    ),
    "bad_name": _(
        "“%(value)s” is not a name of 2 to 50 letters or Chinese characters. Check for swapped columns."
    ),
    "bad_id_no": _("“%(value)s” fails the check of the last digit or of the date. Compare it with the card."),
    "digits_lost": _(
        "Excel kept only the first 15 digits of “%(value)s”. Format the column as text and "
        "type the number again."
    ),
    "bad_document_no": _(
        "“%(value)s” does not have the form of this kind of document. Compare it with the document."
    ),
    "bad_age": _("By the identity number the student is %(age)s years old. Compare it with the card."),
    "unknown_code": _(
        "“%(value)s” is neither a code nor a name of this list. Pick one from the sheet with the codes."
    ),
    "unknown_code_near": _("“%(value)s” is neither a code nor a name of this list. Did you mean “%(near)s”?"),
    "unknown_region": _("“%(value)s” is no region. Give the county code of 6 digits or its full name."),
    "ambiguous_region": _(
        "There are several regions called “%(value)s”. Give the full name with province and city."
    ),
    "region_not_deep": _(
        "“%(value)s” is not a county. Give the county in it, as a code of 6 digits or by full name."
    ),
    "bad_date": _("“%(value)s” is not a day. Write it like 2027-06-30."),
    "bad_year": _("“%(value)s” is not a year. Write four digits."),
    "bad_length": _("“%(value)s” is not a length of schooling. Write years in steps of a half: 1 to 9.5."),
    "bad_yes_no": _("“%(value)s” is neither 是 nor 否. Write one of the two."),
    "bad_phone": _(
        "“%(value)s” is not a phone number. Write 11 digits, a landline with area code, "
        "or + and the country code."
    ),
    "bad_mobile": _("“%(value)s” is not a mobile number. Write 11 digits, or + and the country code."),
    "bad_email": _("“%(value)s” is not an e-mail address. Correct it or leave it blank."),
    "bad_postcode": _("“%(value)s” is not a postcode. Write 6 digits or leave it blank."),
    # a row as a whole
    "target_unit_missing": _("This training mode needs the employer that it is bound to. Fill it in."),
    "graduates_before_enrolment": _(
        "The student would graduate before enrolling. Correct one of the two days."
    ),
    "not_in_cohort": _(
        "The student graduates in %(year)s, this import is for %(cohort)s. Correct the day, choose the other "
        "year, or set the academic status to deferred."
    ),
    "unit_incomplete": _(
        "College, major and class are only changed together. Fill in all three or leave all blank."
    ),
    "class_elsewhere": _(
        "Class “%(name)s” belongs to %(major)s (%(college)s). Correct the class, the major or the college."
    ),
    "class_taken_elsewhere": _(
        "There is a class “%(name)s” outside the units you look after. Correct the class, or ask the career "
        "center."
    ),
    "outside_scope": _(
        "“%(name)s” is outside the units you look after. Ask the career center to load this row."
    ),
    # the row among others
    "repeated_row": _("The same student number as in row %(row)s. Delete one of the two rows."),
    "repeated_id": _("The same identity number as in row %(row)s. Correct one of the two rows."),
    "id_taken": _("This identity number belongs to student %(student_no)s. Correct one of the two numbers."),
    "id_taken_elsewhere": _(
        "This identity number belongs to a student outside the units you look after. Correct it, or ask the "
        "career center."
    ),
    "set_aside": _(
        "This person's data is kept by law and not used any more. Delete the row; the officer of the career "
        "center who answers requests about data can lift this when the person asks for it."
    ),
    "already_there": _(
        "The student is already in this cohort. Choose an import that updates, or delete the row."
    ),
    "not_there": _(
        "There is no such student in this cohort. Choose an import that adds, or correct the number."
    ),
    "in_other_cohort": _(
        "The number belongs to a student of %(cohort)s. Correct the number or the graduating year."
    ),
    "number_taken_elsewhere": _(
        "The number belongs to a student outside the units you look after. Correct it, or ask the career "
        "center."
    ),
    "number_taken": _("The number is the sign-in name of a member of staff. Correct the number."),
    # remarks: the row is loaded
    "gender_derived": _("No value; taken from the identity number."),
    "gender_differs": _(
        "The identity number says otherwise. Loaded as written; please compare with the card."
    ),
    "birth_date_differs": _(
        "The identity number says %(day)s, which was used. Please compare with the card."
    ),
}

REMARKS = frozenset({"gender_derived", "gender_differs", "birth_date_differs"})
"""Codes that do not keep a row from being loaded."""


class Problem(NamedTuple):
    """One thing that is wrong: field of `columns`, code of `MESSAGES`, the cell's text, placeholders."""

    field: str
    code: str
    value: str = ""
    params: dict[str, Any] = {}

    @property
    def is_remark(self) -> bool:
        """Whether the row is loaded all the same."""
        return self.code in REMARKS

    @property
    def label(self) -> str:
        """The column's name in the reader's language."""
        return str(BY_FIELD[self.field].label)

    @property
    def zh(self) -> str:
        """The column's name in Chinese files."""
        return BY_FIELD[self.field].zh

    @property
    def shown_value(self) -> str:
        """The cell's text; masked where the data is sensitive, or looks like it (swapped columns)."""
        return masked(self.value) if BY_FIELD[self.field].sensitive else without_numbers(self.value)

    @property
    def message(self) -> str:
        """What is wrong and what to do, in the reader's language."""
        words = str(MESSAGES[self.code]) % {"value": self.shown_value, **self.params}
        return without_numbers(words)


def stored(problems: Iterable[Problem]) -> list[list[Any]] | None:
    """What is kept of *problems* with an `ImportRow`; None when there are none."""
    return [list(problem) for problem in problems] or None


def restored(kept: Iterable[list[Any]] | None) -> list[Problem]:
    """The problems that `stored` made."""
    return [Problem(*fields) for fields in kept or ()]
