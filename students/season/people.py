"""Graduates as a school's office lists them: one dictionary a person, by field name (forms 1)."""

import datetime
from collections.abc import Callable
from functools import lru_cache
from random import Random

from django.conf import settings

from common.stdnums import id_check_digit
from students.season.classes import Programme, SchoolClass, draw_classes
from students.season.names import draw_name
from students.season.places import County, beyond, draw_address, draw_county, draw_postcode
from students.season.tables import Weighted, seeded, shares, table

Graduate = dict[str, str]

# Prefixes no network in China has been given, and a reserved domain: nobody can be reached by them.
_MOBILE_PREFIXES = ("154", "160", "161", "163", "164", "168", "169")
_MAIL_DOMAIN = "example.com"

_LIVES_WHERE_THE_GROUP_LIVES = 0.85
_AGE_AT_ENROLMENT = {"bachelor": 18, "associate": 18, "master": 22, "doctor": 25}
_POSTGRADUATE = ("master", "doctor")

_LEVEL_CODES = {"bachelor": "31", "master": "11", "doctor": "01", "associate": "61"}
_COMPLETED_LEVEL_CODES = {"bachelor": "33", "master": "13", "doctor": "03", "associate": "63"}
_COMPLETED, _DEFERRED = "3", "4"
_TARGETED, _IN_SERVICE, _COMMISSIONED = "2", "3", "4"
_NO_TEACHER, _FUNDED_TEACHER = "2", "12"
_PART_TIME = "2"
_RESIDENT_ID, _HAN = "01", "01"
_PERMITS = {"02": {"810000": "H", "820000": "M"}, "03": {"710000": ""}}
"""Travel permit -> where its holders come from, and the letter their numbers begin with."""
_HARDSHIP_REASONS = {1: "求职能力较弱", 2: "家庭经济困难", 4: "持有残疾人证"}


@lru_cache
def _ethnic_groups() -> Weighted[tuple[str, tuple[str, ...]]]:
    """Ethnic groups with the provinces most of the group live in (none: anywhere)."""
    return Weighted(
        ((row["code"], tuple(filter(None, row["provinces"].split(",")))), int(row["weight"]))
        for row in table("season/ethnic_weights")
    )


@lru_cache
def _colleges() -> dict[str, tuple[int, float]]:
    """College -> its place in the school's list, and the share of women in it."""
    rows = enumerate(table("season/colleges"), start=1)
    return {row["name"]: (place, int(row["female_percent"]) / 100) for place, row in rows}


def draw_graduates(count: int, cohort: int, seed: int) -> list[Graduate]:
    """*count* graduates of *cohort*, class by class; the same *seed* gives the same people."""
    rng = seeded(seed, cohort, "graduates")
    used: set[str] = set()
    return [
        _graduate(rng, school_class, place, used)
        for school_class in draw_classes(count, cohort, rng)
        for place in range(1, school_class.size + 1)
    ]


def _graduate(rng: Random, school_class: SchoolClass, place: int, used: set[str]) -> Graduate:
    document = shares("id_document_type").draw(rng)
    ethnic_group, county = _roots(rng, document)
    person = {"student_no": _student_no(school_class, place), "ethnic_group": ethnic_group}
    person |= _identity(rng, school_class, ethnic_group)
    person |= _document(rng, document, county, person, used)
    person |= _enrolment(school_class)
    person |= _standing(rng, school_class)
    person |= _training(rng, school_class.programme, county)
    person |= _origin(rng, school_class, county, used)
    return person | _contact(rng, county, person["student_no"], used)


def _unused(used: set[str], make: Callable[[], str]) -> str:
    """What *make* makes, made again until nobody else has it."""
    while (value := make()) in used:
        pass
    used.add(value)
    return value


def _student_no(school_class: SchoolClass, place: int) -> str:
    """College, year of enrolment, class, place in the class: the first colleges' begin with a zero."""
    college = _colleges()[school_class.programme.college][0]
    return f"{college:02}{school_class.enrolled_on:%y}{school_class.number:04}{place:02}"


def _roots(rng: Random, document: str) -> tuple[str, County]:
    """Ethnic group and home; holders of a travel permit come from beyond the mainland."""
    if document != _RESIDENT_ID:
        return _HAN, beyond(rng.choice(sorted(_PERMITS[document])))
    ethnic_group, provinces = _ethnic_groups().draw(rng)
    at_home = rng.random() < _LIVES_WHERE_THE_GROUP_LIVES
    return ethnic_group, draw_county(rng, provinces if at_home else ())


def _identity(rng: Random, school_class: SchoolClass, ethnic_group: str) -> Graduate:
    share_of_women = _colleges()[school_class.programme.college][1]
    gender = "2" if rng.random() < share_of_women else "1"
    return {
        "name": draw_name(rng, gender, ethnic_group),
        "gender": gender,
        "birth_date": _birth_date(rng, school_class).isoformat(),
    }


def _document(rng: Random, document: str, county: County, person: Graduate, used: set[str]) -> Graduate:
    def first17() -> str:
        order = rng.randint(0, 499) * 2 + (person["gender"] == "1")
        return f"{county.code}{person['birth_date'].replace('-', '')}{order:03}"

    def permit() -> str:
        return f"{_PERMITS[document][county.code]}{rng.randint(0, 99_999_999):08}"

    number = _unused(used, first17 if document == _RESIDENT_ID else permit)
    check_digit = id_check_digit(number) if document == _RESIDENT_ID else ""
    return {"id_document_type": document, "id_no": number + check_digit}


def _birth_date(rng: Random, school_class: SchoolClass) -> datetime.date:
    """A day of the school year that makes a person as old as the level's freshmen are."""
    part_time = school_class.programme.study_form == _PART_TIME
    later = int(shares("years_later_part_time" if part_time else "years_later").draw(rng))
    age = _AGE_AT_ENROLMENT[school_class.programme.level] + later
    latest = datetime.date(school_class.enrolled_on.year - age, 8, 31)
    return latest - datetime.timedelta(days=rng.randint(0, 364))


def _enrolment(school_class: SchoolClass) -> Graduate:
    programme = school_class.programme
    return {
        "college": programme.college,
        "major": programme.name,
        "student_class": school_class.name,
        "major_code_national": programme.code,
        "catalogue_year": "2025",
        "study_form": programme.study_form,
        "schooling_length": f"{programme.years:g}",
        "enrolled_on": school_class.enrolled_on.isoformat(),
    }


def _standing(rng: Random, school_class: SchoolClass) -> Graduate:
    level = school_class.programme.level
    academic_status = shares("academic_status").draw(rng)
    levels = _COMPLETED_LEVEL_CODES if academic_status == _COMPLETED else _LEVEL_CODES
    hardship = shares("hardship_category").draw(rng)
    age = "older" if level in _POSTGRADUATE else "young"
    reasons = [reason for bit, reason in _HARDSHIP_REASONS.items() if int(hardship) & bit]
    return {
        "education_level": levels[level],
        "academic_status": academic_status,
        "graduate_on": _graduation(school_class, deferred=academic_status == _DEFERRED).isoformat(),
        "political_status": shares(f"political_status_{age}").draw(rng),
        "hardship_category": hardship,
        "hardship_reason": "、".join(reasons),
    }


def _graduation(school_class: SchoolClass, *, deferred: bool) -> datetime.date:
    """The class's day; a year later for who was deferred."""
    day = school_class.graduate_on
    return day.replace(year=day.year + 1) if deferred else day


def _training(rng: Random, programme: Programme, county: County) -> Graduate:
    """Training mode and teacher category; publicly funded teachers are bound to their home county."""
    category = shares("teacher_category").draw(rng) if programme.trains_teachers else _NO_TEACHER
    if programme.study_form == _PART_TIME:
        mode = _IN_SERVICE
    elif category.startswith(_FUNDED_TEACHER):
        mode = _TARGETED
    else:
        mode = shares("training_mode").draw(rng)
    bound = {
        _TARGETED: f"{county.name}{'教育局' if category.startswith(_FUNDED_TEACHER) else '卫生健康局'}",
        _IN_SERVICE: f"{county.name}自来水有限公司",
        _COMMISSIONED: f"{county.name}农业农村局",
    }
    return {
        "training_mode": mode,
        "target_unit": bound.get(mode, ""),
        "target_unit_region": county.code if mode in bound else "",
        "normal_student_category": category,
    }


def _origin(rng: Random, school_class: SchoolClass, county: County, used: set[str]) -> Graduate:
    rural = rng.random() < (0.5 if county.name.endswith("区") else 0.7)
    repeated = rng.random() < 0.2
    moved_in = rng.random() < 0.9
    kept_by = f"第{rng.choice('一二三四五')}中学" if moved_in else "人才服务中心"
    return {
        "exam_no": _exam_no(rng, school_class, county, used),
        "origin_region": county.code,
        "urban_rural": "2" if rural else "1",
        "examinee_type": ("农村" if rural else "城镇") + ("往届" if repeated else "应届"),
        "archive_moved_in": "是" if moved_in else "否",
        "archive_before": f"{county.name}{kept_by}",
        "hukou_moved_in": "是" if rng.random() < 0.25 else "否",
        "police_station_before": f"{county.name}公安局城关派出所",
    }


def _exam_no(rng: Random, school_class: SchoolClass, county: County, used: set[str]) -> str:
    """14 digits for the entrance exam, 15 for postgraduates, none for some who transferred (V-EXAM)."""
    year = school_class.enrolled_on.year
    if school_class.programme.level in _POSTGRADUATE:
        return _unused(used, lambda: f"{settings.SCHOOL_CODE}{year % 10}{rng.randint(0, 999_999_999):09}")
    if rng.random() < 0.02:
        return ""
    return _unused(used, lambda: f"{year % 100:02}{county.code}{rng.randint(0, 999_999):06}")


def _contact(rng: Random, county: County, student_no: str, used: set[str]) -> Graduate:
    def mobile() -> str:
        return f"{rng.choice(_MOBILE_PREFIXES)}{rng.randint(0, 99_999_999):08}"

    return {
        "mobile": _unused(used, mobile),
        "backup_mobile": _unused(used, mobile) if rng.random() < 0.2 else "",
        "email": f"{student_no}@{_MAIL_DOMAIN}" if rng.random() < 0.8 else "",
        "home_address": draw_address(rng, county),
        "home_postcode": draw_postcode(rng, county),
    }
