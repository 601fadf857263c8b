"""Judging a row as a whole, against itself and against what is already there (domain: forms 0, 1)."""

import datetime
import re
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from common.stdnums import id_facts
from students.importing.problems import Problem

RESIDENT_ID = "01"
_HMT_RESIDENCE = "04"
_DOCUMENTS = {
    "02": re.compile(r"[HM]\d{8}(\d{2})?"),
    "03": re.compile(r"\d{8}(\d{2})?"),
    "05": re.compile(r"[A-Z0-9]{5,17}"),
    "06": re.compile(r"[A-Z0-9]{15}|\d{18}"),
}
_HMT_REGIONS = ("81", "82", "83")
_AGES = range(14, 71)
_BOUND_MODES = frozenset({"2", "3", "4"})
_DEFERRED = "4"
_POSTGRADUATE = re.compile(r"0[13]|1[13]")


class Record(Protocol):
    """A student as the row would leave it: field -> value."""

    def get(self, name: str, default: Any = None, /) -> Any:
        """The value of field *name*, or *default*."""


def facts_of_identity(record: Record) -> dict[str, Any]:
    """Gender and birth date as a valid resident number tells them; empty for anything else."""
    number, kind = record.get("id_no", ""), record.get("id_document_type", RESIDENT_ID)
    if kind == _HMT_RESIDENCE and not number.startswith(_HMT_REGIONS):
        return {}
    facts = id_facts(number) if kind in (RESIDENT_ID, _HMT_RESIDENCE) else None
    return {"gender": facts[0], "birth_date": facts[1]} if facts else {}


def identity_problems(record: Record, facts: Mapping[str, Any]) -> Iterator[Problem]:
    """V-ID: the number fits its kind of document; remarks where it contradicts gender or birth date.

    *facts* are those of `facts_of_identity`.
    """
    number, kind = record.get("id_no", ""), record.get("id_document_type", RESIDENT_ID)
    if not number:
        return
    if kind in _DOCUMENTS:
        if not _DOCUMENTS[kind].fullmatch(number):
            yield Problem("id_no", "bad_document_no", number)
    elif facts:
        yield from _contradictions(record, facts)
    else:
        lost = len(number) == 18 and number.endswith("000")  # what Excel makes of 18 digits
        yield Problem("id_no", "digits_lost" if lost else "bad_id_no", number)


def _contradictions(record: Record, facts: Mapping[str, Any]) -> Iterator[Problem]:
    born = facts["birth_date"]
    age = age_on(born, datetime.date.today())
    if age not in _AGES:
        yield Problem("id_no", "bad_age", record.get("id_no", ""), {"age": age})
    if record.get("gender", facts["gender"]) != facts["gender"]:
        yield Problem("gender", "gender_differs", str(record.get("gender")))
    if record.get("birth_date", born) not in (born, None):
        yield Problem("birth_date", "birth_date_differs", str(record.get("birth_date")), {"day": str(born)})


def age_on(born: datetime.date, day: datetime.date) -> int:
    """Full years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def study_problems(record: Record, cohort: int) -> Iterator[Problem]:
    """V-DATE, V-EXAM by level, and the employer that bound training modes need."""
    if record.get("training_mode") in _BOUND_MODES and not record.get("target_unit"):
        yield Problem("target_unit", "target_unit_missing")
    enrolled, graduate = record.get("enrolled_on"), record.get("graduate_on")
    if enrolled and graduate and enrolled >= graduate:
        yield Problem("graduate_on", "graduates_before_enrolment", str(graduate))
    if graduate and graduate.year != cohort and record.get("academic_status") != _DEFERRED:
        params = {"year": graduate.year, "cohort": cohort}
        yield Problem("graduate_on", "not_in_cohort", str(graduate), params)
    exam_no = record.get("exam_no", "")
    if exam_no and len(exam_no) != exam_no_length(record.get("education_level", "")):
        yield Problem("exam_no", "bad_exam_no", exam_no, {"length": len(exam_no)})


def exam_no_length(education_level: str) -> int:
    """Digits of an examinee number: postgraduates have one more."""
    return 15 if _POSTGRADUATE.fullmatch(education_level) else 14
