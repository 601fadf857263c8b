"""A small school, and what the tests of destinations do with it again and again."""

import datetime
import itertools
from typing import Any

from accounts.models import Unit, UnitKind, User
from common.crypto import blind_index
from students.models import Student

COHORT = 2027
_numbers = itertools.count(1)


def make_unit(kind: str, name: str, parent: Unit | None = None) -> Unit:
    """The unit called *name* below *parent*, made once."""
    found = Unit.objects.filter(kind=kind, name=name).first()
    if found:
        return found
    if parent is None:
        return Unit.objects.add_root({"kind": kind, "name": name})
    return Unit.objects.add_child(parent, {"kind": kind, "name": name})


def make_class(name: str = "软件2301班", college: str = "计算机学院", major: str = "软件工程") -> Unit:
    """A class with its major, college and university."""
    school = make_unit(UnitKind.UNIVERSITY, "启程大学")
    above = make_unit(UnitKind.MAJOR, major, make_unit(UnitKind.COLLEGE, college, school))
    return make_unit(UnitKind.CLASS, name, above)


def make_student(
    name: str = "王晓雨", *, unit: Unit | None = None, confirmed: bool = True, **fields: Any
) -> Student:
    """A graduate with an account, whose record is confirmed."""
    number = f"20230101{next(_numbers):04}"
    user = User.objects.create_user(number, name, "a long pass phrase")
    proof = (
        {"verify_state": "confirmed", "verified_at": user.joined_at, "verified_by": user} if confirmed else {}
    )
    values: dict[str, Any] = {
        "user": user,
        "unit": unit or make_class(),
        "cohort": COHORT,
        "student_no": number,
        "name": name,
        "name_pinyin": "wang xiao yu",
        "id_no": f"11010520050101{number[-4:]}",
        "id_no_index": blind_index(number, "id_no"),
        "gender": "2",
        "ethnic_group": "01",
        "political_status": "13",
        "major_code_national": "080902",
        "catalogue_year": 2025,
        "education_level": "31",
        "study_form": "1",
        "training_mode": "1",
        "schooling_length": 4,
        "enrolled_on": datetime.date(2023, 9, 1),
        "graduate_on": datetime.date(2027, 6, 30),
        "academic_status": "1",
        "origin_region": "330106",
        "normal_student_category": "2",
        "hardship_category": "0",
        "archive_moved_in": True,
        "hukou_moved_in": False,
        "mobile": f"154{number[-8:]}",
        "home_address": "浙江省杭州市西湖区文一路1号",
    }
    return Student.objects.create(**values | proof | fields)
