"""Made-up answers: what the form and its cross-field rules accept, for every category."""

import datetime

import pytest
from django.utils import timezone

from accounts.models import Unit
from destinations.flows.filing.forms import PROOF, check_with_files
from destinations.flows.filing.matrix import categories
from destinations.season.answers import Answers, Applicant, bound_answers, draw_answers
from destinations.season.employers import draw_employers
from destinations.season.proofs import proof_kinds
from forms.models import Attachment
from forms.schema.problems import FieldError
from students.models import Student
from students.season.places import counties_by_code
from students.season.tables import seeded, table

pytestmark = pytest.mark.django_db

LEVELS = {"doctor": "01", "master": "11", "bachelor": "31", "associate": "61"}
WANTED = sorted({(row["level"], row["category"]) for row in table("season/destination_shares")})


def applicant(level: str, **fields: object) -> Applicant:
    graduate = {
        "unit": Unit(name="软件工程2301班"),
        "cohort": timezone.localdate().year + 1,
        "name": "王晓雨",
        "education_level": LEVELS[level],
        "enrolled_on": datetime.date(2020, 9, 1),
        "hukou_moved_in": True,
        "training_mode": "1",
        "normal_student_category": "2",
    }
    return Applicant(
        student=Student(**graduate | fields),
        level=level,
        major="软件工程",
        home=counties_by_code()["420106"],
        today=timezone.localdate(),
        employers=draw_employers(40, seed=7),
    )


def faults(answers: Answers, of: Applicant, category: str) -> dict[str, list[FieldError]]:
    """What the filing's own rules find, with a file for every kind of proof."""
    files = [Attachment(field=PROOF, kind=kind) for kind in proof_kinds(category)]
    return check_with_files(of.student, answers, files, of.today).errors


@pytest.mark.parametrize(("level", "category"), WANTED)
def test_answers_of_every_category_are_accepted(level: str, category: str) -> None:
    rng = seeded(level, category)
    for _attempt in range(8):
        answers = draw_answers(rng, applicant(level), category)
        assert faults(answers, applicant(level), category) == {}


@pytest.mark.parametrize("region", ["420106", ""])
@pytest.mark.parametrize("unit", ["武昌区教育局", "武昌区卫生健康局", "武昌区农业农村局"])
def test_answers_of_a_bound_graduate_name_the_contracted_unit(unit: str, region: str) -> None:
    bound = applicant("bachelor", training_mode="2", target_unit=unit, target_unit_region=region)
    answers = bound_answers(seeded(unit), bound, "11")
    assert answers["employer_name"] == unit
    assert faults(answers, bound, "11") == {}
    assert "employer_name" in faults(draw_answers(seeded(unit), bound, "11"), bound, "11")


def test_every_category_that_can_be_chosen_occurs() -> None:
    assert {category for _level, category in WANTED} == set(categories())
