"""Rules over several fields of a registration."""

import datetime

import pytest

from common.stdnums import org_check_char
from employers.flows.vetting.checks import findings, is_free_mail
from employers.flows.vetting.tests import kit
from employers.models import Employer

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2027, 3, 1)
USCC = "91330106MA20000011"


def _codes(**values) -> dict[str, bool]:
    employer = Employer(uscc=kit.uscc(424242), name="x")
    return {found.code: found.blocks for found in findings(employer, values, TODAY)}


def test_nothing_filled_in_gives_no_findings():
    assert _codes() == {}


def test_code_of_another_employer_is_taken_and_nothing_is_told_of_it():
    other = kit.submit()
    employer = Employer(uscc=kit.uscc(), name="x")
    (found,) = findings(employer, {"uscc": other.uscc}, TODAY)
    assert (found.code, found.blocks) == ("uscc.taken", True)
    assert other.name not in found.message


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"licence_valid_to": "2027-02-28"}, {"licence.expired": True}),
        ({"licence_valid_to": "2027-03-01"}, {}),
        ({"founded_on": "2027-03-02"}, {"founded_on.future": True}),
        ({"founded_on": "2027-03-01"}, {}),
        ({"org_type": "6", "permit_valid_to": "2027-02-28"}, {"permit.expired": True}),
        ({"org_type": "1", "permit_valid_to": "2027-02-28"}, {}),
        ({"operator_id_last4": "12X4"}, {"id_last4.shape": True}),
        ({"operator_id_last4": "124x"}, {}),
    ],
)
def test_days_and_digits(values, expected):
    assert _codes(**values) == expected


@pytest.mark.parametrize(("kind", "differs"), [("1", False), ("6", False), ("2", True), ("4", True)])
def test_code_of_the_market_office_fits_companies(kind, differs):
    expected = {"org_type.other_office": False} if differs else {}
    assert _codes(uscc=kit.uscc(424242), org_type=kind) == expected


def test_region_of_the_code_is_compared_with_the_place():
    assert _codes(uscc=kit.uscc(424242), region="330104") == {}
    assert _codes(uscc=kit.uscc(424242), region="310115") == {"region.differs": False}


def test_organisation_code_is_that_inside_the_credit_code():
    uscc = kit.uscc(424242)
    own = uscc[8:16]
    right = f"{own}-{org_check_char(own)}"
    other = f"60003734-{org_check_char('60003734')}"
    expected = {} if right.replace("-", "") == uscc[8:17] else {"org_code.differs": True}
    assert _codes(uscc=uscc, org_code=right) == expected
    assert _codes(uscc=uscc, org_code=other) == {"org_code.differs": True}
    assert _codes(uscc=uscc, org_code="60003734-9") == {"org_code.wrong": True}


@pytest.mark.parametrize(
    ("address", "free"),
    [("a@qq.com", True), ("A@QQ.COM", True), ("a@qiming.example.com", False), ("", False)],
)
def test_free_mail_is_recognised(address, free):
    assert is_free_mail(address) is free
