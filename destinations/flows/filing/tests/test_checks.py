import datetime
from typing import Any

import pytest

from destinations.flows.filing.checks import Filing, Graduate, findings, offered_to

TODAY = datetime.date(2027, 5, 20)
GRADUATE = Graduate(enrolled_on=datetime.date(2023, 9, 1), degree_band="bachelor")
FUNDED = Graduate(degree_band="bachelor", normal_student_category="12", target_unit_region="410721")

pytestmark = pytest.mark.django_db


def _codes(
    values: dict[str, Any], graduate: Graduate = GRADUATE, *, proofs: int = 2, released: bool = False
) -> dict[str, bool]:
    """Code of each finding -> whether it blocks."""
    filing = Filing(values, graduate, proofs, released, TODAY)
    return {finding.code: finding.blocks for finding in findings(filing)}


def test_consistent_filing_has_no_findings() -> None:
    values = {
        "category": "10",
        "employer_uscc": "91110000600037341L",
        "employer_region": "110108",
        "signed_on": "2027-04-01",
        "report_deadline": "2027-07-01",
        "start_salary": "9000",
    }
    assert _codes(values) == {}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"signed_on": "2027-05-21"}, {"signed_on.future": True}),
        ({"signed_on": "2027-05-20"}, {}),
        ({"signed_on": "2023-08-31"}, {"signed_on.before_enrolment": True}),
        (
            {"signed_on": "2027-04-02", "report_deadline": "2027-04-01"},
            {"report_deadline.before_signing": True},
        ),
        ({"signed_on": "2027-04-02", "report_deadline": "2027-04-02"}, {}),
    ],
)
def test_signing_dates(values: dict[str, str], expected: dict[str, bool]) -> None:
    assert _codes({"category": "10"} | values) == expected


@pytest.mark.parametrize(
    ("uscc", "region", "expected"),
    [
        ("91350100M000100Y43", "350102", {}),
        ("91350100M000100Y43", "330106", {"employer_region.differs": False}),
        ("91110000600037341L", "110108", {}),
        ("91100000100003962T", "330106", {}),
    ],
)
def test_credit_code_registered_elsewhere_warns(uscc: str, region: str, expected: dict[str, bool]) -> None:
    assert _codes({"category": "10", "employer_uscc": uscc, "employer_region": region}) == expected


@pytest.mark.parametrize(
    ("category", "pay", "expected"),
    [
        ("12", "2539.99", {"pay.below_minimum": True}),
        ("12", "2540", {}),
        ("271", "2000", {"pay.below_minimum": True}),
        ("10", "2000", {"pay.below_minimum": False}),
        ("272", "2000", {"pay.below_minimum": False}),
    ],
)
def test_pay_below_the_minimum_wage_blocks_where_it_is_tested(
    category: str, pay: str, expected: dict[str, bool]
) -> None:
    graduate = Graduate(degree_band="doctor" if category == "272" else "bachelor")
    values = {"category": category, "employer_region": "110108", "start_salary": pay}
    assert _codes(values, graduate) == expected


def test_freelance_income_is_tested_where_the_work_is_done() -> None:
    values = {"category": "76", "freelance_region": "440305", "freelance_income": "2519"}
    assert _codes(values) == {"pay.below_minimum": True}
    assert _codes(values | {"freelance_region": "440705"}) == {}


def test_pay_is_not_tested_before_a_rate_was_in_force() -> None:
    filing = Filing(
        {"category": "12", "employer_region": "110108", "start_salary": "1"},
        GRADUATE,
        1,
        today=datetime.date(2020, 1, 1),
    )
    assert findings(filing) == []


@pytest.mark.parametrize(
    ("category", "degree", "band", "expected"),
    [
        ("801", "3", "bachelor", {}),
        ("801", "4", "bachelor", {"admit_degree.not_above": True}),
        ("801", "3", "master", {"admit_degree.not_above": True}),
        ("801", "2", "master", {}),
        ("802", "4", "bachelor", {}),
        ("802", "4", "associate", {"category.wrong_level": True}),
        ("803", "4", "associate", {}),
        ("803", "4", "bachelor", {"category.wrong_level": True}),
        ("803", "3", "associate", {"admit_degree.not_bachelor": True}),
        ("272", "", "bachelor", {"category.wrong_level": True}),
    ],
)
def test_study_fits_the_present_level(
    category: str, degree: str, band: str, expected: dict[str, bool]
) -> None:
    assert _codes({"category": category, "admit_degree": degree}, Graduate(degree_band=band)) == expected


def test_categories_of_another_level_are_not_offered() -> None:
    assert "803" not in offered_to(GRADUATE)
    assert "803" in offered_to(Graduate(degree_band="associate"))
    assert not {"65", "81", "82", "50", "80"} & set(offered_to(GRADUATE))


def test_unregistered_team_belongs_to_the_incubator() -> None:
    assert _codes({"category": "75.1", "startup_kind": "6"}) == {"startup_kind.other_category": True}
    assert _codes({"category": "75.2", "startup_kind": "6"}) == {}


TARGETED = Graduate(degree_band="bachelor", training_mode="2", target_unit="新乡县教育局")


@pytest.mark.parametrize(
    ("values", "released", "expected"),
    [
        ({"category": "10", "employer_name": "新乡县 教育局"}, False, {}),
        ({"category": "10", "employer_name": "杭州某公司"}, False, {"contract.other_unit": True}),
        ({"category": "801"}, False, {"contract.other_unit": True}),
        ({"category": "10", "employer_name": "杭州某公司"}, True, {}),
        ({"category": "70.2"}, False, {}),
    ],
)
def test_targeted_graduate_files_the_contracted_unit(
    values: dict[str, str], released: bool, expected: dict[str, bool]
) -> None:
    assert _codes(values, TARGETED, released=released) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"category": "10", "employer_nature": "22", "employer_region": "410102"}, {}),
        (
            {"category": "10", "employer_nature": "22", "employer_region": "330102"},
            {"contract.other_region": True},
        ),
        (
            {"category": "10", "employer_nature": "39", "employer_region": "410102"},
            {"contract.other_region": True},
        ),
        ({"category": "501", "employer_region": "410102"}, {}),
        ({"category": "801"}, {"contract.other_region": True}),
    ],
)
def test_publicly_funded_teacher_teaches_in_the_contracting_province(
    values: dict[str, str], expected: dict[str, bool]
) -> None:
    assert _codes(values, FUNDED) == expected


@pytest.mark.parametrize(
    ("category", "proofs", "expected"),
    [
        ("10", 1, {}),
        ("75.3", 1, {"proof.too_few": True}),
        ("75.3", 2, {}),
        ("70.1", 0, {}),
    ],
)
def test_every_category_asks_for_its_number_of_files(
    category: str, proofs: int, expected: dict[str, bool]
) -> None:
    assert _codes({"category": category}, proofs=proofs) == expected
