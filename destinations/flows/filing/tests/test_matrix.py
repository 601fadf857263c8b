import pytest

from common.expressions import evaluate
from destinations.flows.filing import matrix, words


@pytest.mark.parametrize(
    ("field", "category", "expected"),
    [
        ("employer_name", "10", "R"),
        ("employer_name", "46", "-"),
        ("report_deadline", "10", "R"),
        ("report_deadline", "11", "O"),
        ("employer_uscc", "502", "C1"),
        ("employer_uscc", "519", "C1"),
        ("startup_uscc", "75.1", "C2"),
        ("shop_url", "75.3", "C3"),
        ("start_salary", "75.3", "-"),
        ("school_name", "803", "R"),
        ("admit_degree", "85", "O"),
        ("unplaced_reason", "70.2", "R"),
        ("unplaced_reason", "71", "O"),
        ("proof_files", "72.1", "-"),
    ],
)
def test_cell_of_a_child_category_comes_from_its_column(field: str, category: str, expected: str) -> None:
    assert matrix.cell(field, category) == expected


def test_every_category_has_a_column_in_the_matrix() -> None:
    columns = matrix.field_matrix()["employer_name"]
    assert [code for code in matrix.categories() if not matrix.column_of(code, columns)] == []


def test_every_category_is_offered_in_exactly_one_group_of_plain_words() -> None:
    offered = [code for choice in words.CHOICES for code in choice.categories]
    assert sorted(offered) == sorted(matrix.categories())
    assert set(words.PLAIN) == set(offered)


@pytest.mark.parametrize(("category", "needed"), [("10", 1), ("75.3", 2), ("512", 1), ("802", 1)])
def test_proof_rule_says_how_many_files(category: str, needed: int) -> None:
    rule = matrix.proof_rule(category)
    assert rule is not None
    assert rule.min_files == needed


def test_no_proof_is_asked_of_those_without_a_destination() -> None:
    assert [matrix.proof_rule(code) for code in ("70.1", "71", "72.2")] == [None, None, None]


EMPTY = {
    "category": "",
    "host_has_no_uscc": False,
    "startup_kind": "",
    "archive_disposition": "",
    "hukou_disposition": "",
    "hukou_moved_in": False,
}


def _values(**given: object) -> dict[str, object]:
    return EMPTY | given


@pytest.mark.parametrize(
    ("field", "values", "needed"),
    [
        ("employer_uscc", _values(category="10"), True),
        ("employer_uscc", _values(category="502"), True),
        ("employer_uscc", _values(category="502", host_has_no_uscc=True), False),
        ("startup_uscc", _values(category="75.1", startup_kind="1"), True),
        ("startup_uscc", _values(category="75.2", startup_kind="6"), False),
        ("shop_url", _values(category="75.3"), True),
        ("shop_url", _values(category="75.1"), False),
        ("hukou_disposition", _values(category="10"), False),
        ("hukou_disposition", _values(category="10", hukou_moved_in=True), True),
        ("archive_unit", _values(category="10", archive_disposition="1"), True),
        ("archive_unit", _values(category="10", archive_disposition="8"), False),
        ("hukou_address", _values(category="71", hukou_disposition="2"), True),
        ("hukou_address", _values(category="71", hukou_disposition="4"), False),
        ("job_title", _values(category="10"), False),
    ],
)
def test_required_if_follows_the_conditions(field: str, values: dict[str, object], needed: bool) -> None:
    assert evaluate(matrix.required_if(field), values) is needed


def test_optional_field_is_shown_but_not_required() -> None:
    assert evaluate(matrix.visible_if("job_title"), _values(category="10")) is True
    assert evaluate(matrix.visible_if("job_title"), _values(category="801")) is False
