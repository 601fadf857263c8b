"""How a season ended: counts, and one hash over what became of every graduate."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator

from destinations.models import Destination
from students.models import Student


def outcome_digest(cohort: int) -> str:
    """SHA-256 over `outcome_lines`: equal for two seasons that ended alike."""
    digest = hashlib.sha256()
    for line in outcome_lines(cohort):
        digest.update(f"{line}\n".encode())
    return digest.hexdigest()


def outcome_lines(cohort: int) -> Iterator[str]:
    """A line a graduate: number, whether the record is confirmed, each filing as it stands."""
    filings: dict[object, list[str]] = defaultdict(list)
    rows = Destination.objects.filter(cohort=cohort).order_by("id")
    for owner, *filing in rows.values_list(
        "student_id", "category", "state", "version", "submission_number", "employer_uscc", "school_name"
    ):
        filings[owner].append("/".join("" if value is None else str(value) for value in filing))
    students = Student.objects.filter(cohort=cohort).order_by("student_no")
    for key, number, verified in students.values_list("pk", "student_no", "verify_state"):
        yield " ".join((number, verified, *filings[key]))


def outcome_table(cohort: int) -> list[tuple[str, str, int]]:
    """(state, category, number of filings) in order."""
    rows = Destination.objects.filter(cohort=cohort).values_list("state", "category")
    return [(state, category, count) for (state, category), count in sorted(Counter(rows).items())]
