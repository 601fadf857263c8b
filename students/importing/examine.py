"""Examining a file chunk by chunk: every row becomes a finding that says what loading it would do."""

import itertools
import operator
from collections import Counter, deque
from collections.abc import Iterator, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from accounts.models import User
from common.crypto import blind_index, blind_indexes
from common.lookups import one_of
from common.spreadsheet.reading import Row, Table
from students.importing.columns import BY_FIELD, MUST_BE_FILLED, UNIT_FIELDS
from students.importing.headers import Mapping
from students.importing.parsers import CellError, Parser, parser_for
from students.importing.problems import Problem
from students.importing.rowcheck import RESIDENT_ID, facts_of_identity, identity_problems, study_problems
from students.importing.units import Organisation, Place
from students.models import ImportMode, RowOutcome, Student

CHUNK = 4_000
_AHEAD = 3
ID_PURPOSE = "student.id_no"

_UNCACHED = frozenset({"student_no", "exam_no", "id_no", "name", "mobile", "home_address", "email"})
_IDENTITY = frozenset({"id_no", "id_document_type", "gender", "birth_date"})
_STUDY = frozenset(
    {
        "training_mode",
        "target_unit",
        "enrolled_on",
        "graduate_on",
        "academic_status",
        "exam_no",
        "education_level",
    }
)
_ELSEWHERE = "number_taken_elsewhere"
_NOTHING: Any = object()
_NEEDED = frozenset(MUST_BE_FILLED)


def id_index(id_no: str) -> str:
    """What an identity number is found by."""
    return blind_index(id_no, ID_PURPOSE)


@dataclass(slots=True)
class Finding:
    """What one row says, what is wrong with it, and what loading it would change."""

    number: int
    cells: list[str]
    values: dict[str, Any] = field(default_factory=dict)
    """Fields to set: all of a new student's, the changed ones of a known student."""
    problems: list[Problem] = field(default_factory=list)
    student: Student | None = None
    place: Place | None = None

    @property
    def is_wrong(self) -> bool:
        """Whether the row cannot be loaded."""
        return bool(self.problems) and any(not problem.is_remark for problem in self.problems)

    @property
    def outcome(self) -> RowOutcome:
        """What loading the row does."""
        if self.is_wrong:
            return RowOutcome.WRONG
        if self.student is None:
            return RowOutcome.CREATED
        return RowOutcome.UPDATED if self.values or self.place else RowOutcome.UNCHANGED


@dataclass(frozen=True)
class Plan:
    """How a file is to be read: which row is the header, which column is which field, and the mode."""

    cohort: int
    mode: str
    header_row: int
    mapping: Mapping
    erase: frozenset[str] = frozenset()


class _Meanings(dict[str, Any]):
    """What the cells of a column mean, looked up by their text; `_NOTHING` for blanks and errors.

    Remembered where they recur, for as long as the file is read.
    """

    def __init__(self, name: str) -> None:
        self._parse: Parser = str if name in UNIT_FIELDS else parser_for(BY_FIELD[name])
        self._recur = name not in _UNCACHED
        self._errors: dict[str, CellError] = {}
        self[""] = _NOTHING

    def __missing__(self, text: str) -> Any:
        try:
            value = self._parse(text)
        except CellError as error:
            self._errors[text] = error.with_traceback(None)
            value = _NOTHING
        if self._recur:
            self[text] = value
        return value

    def of(self, texts: Sequence[str]) -> tuple[list[Any], dict[str, CellError]]:
        """What each of *texts* means, and what is wrong with those that cannot be used, by text."""
        if not self._recur:
            self._errors = {}
            with suppress(CellError):  # which shall not cost the others of the column their values
                return [self._parse(text) if text else _NOTHING for text in texts], self._errors
        return list(map(self.__getitem__, texts)), self._errors


def _note(findings: list[Finding], name: str, texts: Sequence[str], errors: dict[str, CellError]) -> None:
    """Add the errors of a column to the rows that have them."""
    for finding, text in zip(findings, texts, strict=True):
        if error := errors.get(text):
            finding.problems.append(Problem(name, error.code, text, error.params))


class Examination:
    """The findings of a whole file; remembers what it has seen to notice repetitions."""

    def __init__(self, plan: Plan, organisation: Organisation) -> None:
        self.plan = plan
        self.organisation = organisation
        self._columns = [(index, name, _Meanings(name)) for index, name in sorted(plan.mapping.items())]
        self._mapped = tuple(name for _index, name, _meanings in self._columns)
        self._numbers: dict[str, int] = {}
        self._identities: dict[str, int] = {}
        self._places: dict[tuple[str, ...], tuple[Place, Problem | None]] = {}

    def chunks(self, table: Table) -> Iterator[list[Finding]]:
        """What `CHUNK` rows at a time say by themselves, in the order of the file; `compare` them next.

        Returns when the whole file was read, having used the time to look at the first chunks. Raises
        BadInput when not all of it could be read.
        """
        chunks = self._chunks(table)
        ahead = deque(itertools.islice(chunks, _AHEAD))
        self._learn_units(table)
        table.count()
        self.organisation.reload()  # reading may have taken its time
        return itertools.chain(_emptied(ahead), chunks)

    def _chunks(self, table: Table) -> Iterator[list[Finding]]:
        rows = self._below_header(table)
        while chunk := list(itertools.islice(rows, CHUNK)):
            yield self._read(chunk)

    def _below_header(self, table: Table) -> Iterator[Row]:
        return itertools.dropwhile(lambda row: row.number <= self.plan.header_row, table)

    def _learn_units(self, table: Table) -> None:
        places = {name: index for index, name in self.plan.mapping.items() if name in UNIT_FIELDS}
        if len(places) < len(UNIT_FIELDS):
            return
        indexes = [places[name] for name in UNIT_FIELDS]
        named, width = operator.itemgetter(*indexes), max(indexes)
        rows = (row.cells for row in self._below_header(table) if len(row.cells) > width)
        for names, count in Counter(map(named, rows)).items():
            self.organisation.claim(Place(*names), count)

    # --- rows by themselves -------------------------------------------------------------------

    def _read(self, rows: Sequence[Row]) -> list[Finding]:
        """What the cells mean, column by column: row by row it would take twice as long."""
        findings = [Finding(row.number, row.cells) for row in rows]
        texts = list(itertools.zip_longest(*[row.cells for row in rows], fillvalue=""))
        blank = ("",) * len(rows)
        columns = []
        for index, name, meanings in self._columns:
            column = texts[index] if index < len(texts) else blank
            values, errors = meanings.of(column)
            columns.append(values)
            if errors:
                _note(findings, name, column, errors)
        for finding, values_of_row in zip(findings, zip(*columns, strict=True), strict=True):
            named = zip(self._mapped, values_of_row, strict=True)
            finding.values = {name: value for name, value in named if value is not _NOTHING}
            self._notice_repetition(finding)
        return findings

    def _notice_repetition(self, finding: Finding) -> None:
        number, id_no = finding.values.get("student_no"), finding.values.get("id_no")
        if number:
            first = self._numbers.setdefault(number, finding.number)
            if first != finding.number:
                finding.problems.append(Problem("student_no", "repeated_row", number, {"row": first}))
                return
        if id_no:
            first = self._identities.setdefault(id_no, finding.number)
            if first != finding.number:
                finding.problems.append(Problem("id_no", "repeated_id", id_no, {"row": first}))

    # --- rows against what is there -----------------------------------------------------------

    def compare(self, chunk: list[Finding], *, lock: bool = False) -> None:
        """Find each row's student and keep what loading would change.

        Whoever loads calls this inside the transaction, with *lock*, so that nothing changes in between.
        """
        numbers = {finding.values.get("student_no", "") for finding in chunk} - {""}
        known, others = _known_students(self.plan.cohort, numbers, frozenset(self._mapped), lock=lock)
        staff = _staff_names(numbers)
        owners = _owners_of(self.plan.cohort, chunk)
        for finding in chunk:
            number = finding.values.get("student_no", "")
            finding.student = known.get(number)
            finding.problems += self._key_problems(finding, others.get(number), number in staff)
            if owners:
                finding.problems += self._identity_taken(finding, owners)
            if finding.student is not None:
                if self.organisation.covers(finding.student.unit_id):
                    self._compare_with_known(finding, finding.student)
            elif self.plan.mode != ImportMode.UPDATE:
                self._complete_new(finding)

    def _key_problems(self, finding: Finding, other: Student | None, is_staff: bool) -> Iterator[Problem]:
        number = finding.values.get("student_no", "")
        if not number:
            if self._is_blank(finding, "student_no"):
                yield Problem("student_no", "missing")
        elif (named := finding.student or other) and self._is_set_aside(named):
            yield Problem("student_no", "set_aside")
        elif finding.student is not None:
            if not self.organisation.covers(finding.student.unit_id):
                yield Problem("student_no", _ELSEWHERE, number)
            elif self.plan.mode == ImportMode.INSERT:
                yield Problem("student_no", "already_there", number)
        elif self.plan.mode == ImportMode.UPDATE:
            yield Problem("student_no", "not_there", number)
        elif other is not None:
            here = self.organisation.covers(other.unit_id)
            code, params = ("in_other_cohort", {"cohort": other.cohort}) if here else (_ELSEWHERE, {})
            yield Problem("student_no", code, number, params)
        elif is_staff:
            yield Problem("student_no", "number_taken", number)

    def _is_set_aside(self, student: Student) -> bool:
        """Whether a student in the loader's scope is kept without use; of others not even that is told."""
        return student.is_set_aside and self.organisation.covers(student.unit_id)

    def _identity_taken(self, finding: Finding, owners: dict[str, Student]) -> Iterator[Problem]:
        owner = owners.get(finding.values.get("id_no_index", ""))
        if owner is None or any(problem.field == "id_no" for problem in finding.problems):
            return
        if owner.student_no == finding.values.get("student_no"):
            return
        id_no = finding.values["id_no"]
        if not self.organisation.covers(owner.unit_id):
            yield Problem("id_no", "id_taken_elsewhere", id_no)
        elif self._is_set_aside(owner):
            yield Problem("id_no", "set_aside")
        else:
            yield Problem("id_no", "id_taken", id_no, {"student_no": owner.student_no})

    def _is_blank(self, finding: Finding, name: str) -> bool:
        """Whether the file has the column and the row nothing in it, not even something wrong."""
        if name in finding.values or name not in self._mapped:
            return False
        return all(problem.field != name for problem in finding.problems)

    def _complete_new(self, finding: Finding) -> None:
        """Everything a new student needs: required cells, defaults, cross-checks, a class."""
        values = finding.values
        values.setdefault("id_document_type", RESIDENT_ID)
        facts = facts_of_identity(values)
        finding.problems += identity_problems(values, facts)
        values["birth_date"] = facts.get("birth_date", values.get("birth_date"))
        if "gender" in facts and self._is_blank(finding, "gender"):
            finding.problems.append(Problem("gender", "gender_derived"))
        values.setdefault("gender", facts.get("gender", ""))
        values.setdefault("academic_status", "1")
        if "enrolled_on" in values:
            values.setdefault("catalogue_year", values["enrolled_on"].year)
        finding.problems += study_problems(values, self.plan.cohort)
        if not values["gender"] or not _NEEDED <= values.keys():
            finding.problems += _missing(finding)
        names = tuple(values.pop(name, "") for name in UNIT_FIELDS)
        if all(names):
            self._settle(finding, names)

    def _compare_with_known(self, finding: Finding, student: Student) -> None:
        """Keep only what differs; blank cells change nothing unless their column may erase."""
        given = finding.values | {
            name: _EMPTY.get(name, "") for name in self.plan.erase if self._is_blank(finding, name)
        }
        record = _Merged(student, given)
        if not _IDENTITY.isdisjoint(given):
            facts = facts_of_identity(record)
            finding.problems += identity_problems(record, facts)
            given |= {"birth_date": facts["birth_date"]} if facts else {}
        if not _STUDY.isdisjoint(given):
            finding.problems += study_problems(record, self.plan.cohort)
        self._settle_known(finding, student, given)
        finding.values = {name: value for name, value in given.items() if value != getattr(student, name)}

    def _settle_known(self, finding: Finding, student: Student, given: dict[str, Any]) -> None:
        """The new class, when the row names one; the three names leave *given*."""
        here = self.organisation.place_of(student.unit_id)
        names = {name: given.pop(name) for name in UNIT_FIELDS if name in given}
        if names and len(names) < len(UNIT_FIELDS):
            absent = next(name for name in UNIT_FIELDS if name not in names)
            finding.problems.append(Problem(absent, "unit_incomplete"))
        elif names and Place(names["college"], names["major"], names["student_class"]).key != here.key:
            self._settle(finding, tuple(names[name] for name in UNIT_FIELDS))

    def _settle(self, finding: Finding, names: tuple[str, ...]) -> None:
        place, problem = self._places.get(names) or self._place(names, finding)
        if problem:
            finding.problems.append(problem)
        else:
            finding.place = place

    def _place(self, names: Sequence[str], finding: Finding) -> tuple[Place, Problem | None]:
        place = Place(names[0], names[1], names[2], finding.values.get("major_code_national", ""))
        limit = BY_FIELD["college"].max_length
        long = next((name for name, text in zip(UNIT_FIELDS, names, strict=True) if len(text) > limit), None)
        problem = (
            Problem(long, "too_long", "", {"limit": limit}) if long else self.organisation.problem_with(place)
        )
        self._places[tuple(names)] = place, problem
        return place, problem


def _emptied(queue: deque[list[Finding]]) -> Iterator[list[Finding]]:
    """One after the other, without keeping any."""
    while queue:
        yield queue.popleft()


def _missing(finding: Finding) -> list[Problem]:
    """Needed cells without a value, but for those of which something else is said."""
    values = finding.values
    said = {"student_no"} | {problem.field for problem in finding.problems}
    missing = [name for name in MUST_BE_FILLED if name not in values]
    needed = missing if values["gender"] else [*missing, "gender"]
    return [Problem(name, "missing") for name in needed if name not in said]


_EMPTY: dict[str, Any] = {"birth_date": None}


class _Merged:
    """A known student as the row would leave it; looks at the student only for what is asked."""

    def __init__(self, student: Student, given: dict[str, Any]) -> None:
        self._student = student
        self._given = given

    def get(self, name: str, default: Any = None, /) -> Any:
        """The row's value, else the student's."""
        return self._given[name] if name in self._given else getattr(self._student, name, default)


def _known_students(
    cohort: int, numbers: Set[str], mapped: frozenset[str], *, lock: bool
) -> tuple[dict[str, Student], dict[str, Student]]:
    """Student number -> student of the cohort, and -> who has it in another cohort.

    Encrypted columns the file does not bring stay unread.
    """
    encrypted = {
        "mobile",
        "backup_mobile",
        "home_address",
        "home_phone",
        "hardship_category",
        "hardship_reason",
    }
    found = Student.objects.filter(student_no__in=one_of(numbers)).defer(*encrypted - mapped)
    known: dict[str, Student] = {}
    others: dict[str, Student] = {}
    for student in found.select_for_update() if lock else found:
        if student.cohort == cohort:
            known[student.student_no] = student
        else:
            others[student.student_no] = student
    return known, others


def _staff_names(numbers: Set[str]) -> set[str]:
    found = User.objects.filter(username__in=one_of(numbers), student=None)
    return set(found.values_list("username", flat=True))


def _owners_of(cohort: int, chunk: list[Finding]) -> dict[str, Student]:
    """Index of an identity number -> who has it in the cohort."""
    holders = [finding.values for finding in chunk if "id_no" in finding.values]
    indexes = blind_indexes((values["id_no"] for values in holders), ID_PURPOSE)
    for values, index in zip(holders, indexes, strict=True):
        values["id_no_index"] = index
    found = Student.objects.filter(cohort=cohort, id_no_index__in=one_of(set(indexes)))
    rows = found.only("id_no_index", "student_no", "unit_id", "set_aside_at")
    return {row.id_no_index: row for row in rows}
