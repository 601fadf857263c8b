"""What a graduate writes into a filing: answers that the form accepts, one family of categories each."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

from destinations.flows.filing.matrix import categories
from destinations.season.employers import Employer, draw_uscc
from students.season.names import draw_chinese_name
from students.season.places import County, counties_by_code, draw_address, draw_county
from students.season.tables import Weighted, seeded, table

if TYPE_CHECKING:
    from students.models import Student

Answers = dict[str, Any]

_PAY_FACTOR = {"doctor": 1.8, "master": 1.35, "bachelor": 1.0, "associate": 0.85}
_ADMITTED_TO = {"801": {"bachelor": "3", "master": "2"}, "802": {"bachelor": "4"}, "803": {"associate": "4"}}
_BOUND_NATURE = {"教育局": "22", "卫生健康局": "23", "农业农村局": "29", "自来水有限公司": "31"}
_KEPT_AT_SCHOOL = "8"
_HUKOU_TO = {"work": "1", "origin": "2", "school": "3"}


@dataclass(frozen=True)
class Applicant:
    """The graduate on the day of filing, and the employers there are to choose from."""

    student: "Student"
    level: str
    major: str
    home: County
    today: datetime.date
    employers: Weighted[Employer]


@dataclass(frozen=True)
class Receiver:
    """Where the file goes: the disposition's code, the unit, its place; `goes_to` for the household."""

    disposition: str
    unit: str
    county: County
    goes_to: str


def draw_answers(rng: Random, applicant: Applicant, category: str) -> Answers:
    """Answers for *category*; those of a bound graduate name the unit the contract names."""
    family = categories()[category]["parent"] or category
    answers, receiver = _FAMILIES[family](rng, applicant, category)
    return {"category": category} | answers | _archive(rng, applicant, receiver)


def _work(rng: Random, applicant: Applicant, category: str) -> tuple[Answers, Receiver]:
    employer = applicant.employers.draw(rng)
    pay = round(employer.pay * _PAY_FACTOR[applicant.level], -2)
    answers = {
        "employer_name": employer.name,
        "employer_uscc": employer.uscc,
        "employer_nature": employer.nature,
        "employer_industry": employer.industry,
        "employer_region": employer.county.code,
        "employer_address": employer.address,
        "employer_contact_name": employer.contact_name,
        "employer_contact_phone": employer.contact_phone,
        "job_category": employer.job_category,
        "job_title": employer.job_title,
        "major_match": rng.choices("123", (65, 25, 10))[0],
        "start_salary": f"{pay:.2f}",
    }
    disposition = rng.choices("1234", (45, 20, 25, 10))[0]
    home_bound = disposition == "3"
    unit = (
        employer.name
        if disposition == "1"
        else _talent_centre(applicant.home if home_bound else employer.county)
    )
    place = applicant.home if home_bound else employer.county
    receiver = Receiver(disposition, unit, place, "origin" if home_bound else "work")
    return answers | _signing(rng, applicant), receiver


def _signing(rng: Random, applicant: Applicant) -> Answers:
    """Signed some weeks ago, work begins in the July of the graduating year."""
    signed = max(applicant.today - datetime.timedelta(days=rng.randint(1, 30)), applicant.student.enrolled_on)
    begins = datetime.date(applicant.student.cohort, 7, rng.randint(1, 20))
    return {"signed_on": signed.isoformat(), "report_deadline": max(begins, signed).isoformat()}


def _research(rng: Random, applicant: Applicant, category: str) -> tuple[Answers, Receiver]:
    """An assistant or postdoc at a university."""
    work, _receiver = _work(rng, applicant, category)
    school = rng.choice(table("season/universities"))
    county = counties_by_code()[school["region"]]
    project = rng.choice(("国家自然科学基金面上项目", "省重点研发计划项目", "横向合作课题"))
    answers = work | {
        "employer_name": school["name"],
        "employer_uscc": _uscc_of(school["code"], county),
        "employer_nature": "21",
        "employer_industry": "42",
        "employer_region": county.code,
        "employer_address": draw_address(rng, county),
        "job_category": "11",
        "job_title": "科研助理" if category == "271" else "博士后",
        "assistant_project": project,
    }
    return answers, Receiver("1", school["name"], county, "work")


def _programme(rng: Random, applicant: Applicant, category: str) -> tuple[Answers, Receiver]:
    county = draw_county(rng, (applicant.home.province,))
    authority, host, job = _PROGRAMMES.get(category, ("人力资源和社会保障局", "街道办事处", "30"))
    answers = {
        "employer_name": f"{county.name}{authority}",
        "employer_uscc": draw_uscc(rng, county, kind="11"),
        "employer_nature": "10",
        "employer_industry": "45",
        "employer_region": county.code,
        "program_host_unit": f"{county.name}{host}",
        "job_category": job,
        "start_salary": f"{rng.randint(30, 55)}00.00",
    }
    return answers, Receiver("7", f"{county.name}{authority}", county, "origin")


_PROGRAMMES: Mapping[str, tuple[str, str, str]] = {
    "501": ("教育局", "中心小学", "24"),
    "502": ("人力资源和社会保障局", "乡镇卫生院", "30"),
    "503": ("团委", "镇人民政府", "30"),
    "511": ("教育局", "中心小学", "24"),
    "512": ("委组织部", "镇人民政府", "10"),
    "513": ("农业农村局", "农业技术推广站", "17"),
    "514": ("卫生健康局", "村卫生室", "19"),
    "515": ("教育局", "村小学", "24"),
}


def _enlistment(rng: Random, applicant: Applicant, category: str) -> tuple[Answers, Receiver]:
    answers = {
        "enlist_region": applicant.home.code,
        "enlist_notice_no": f"{applicant.home.code[:4]}{rng.randint(0, 999_999):06}",
    }
    office = f"{applicant.home.name}人民政府征兵办公室"
    return answers, Receiver("6", office, applicant.home, "origin")


def _startup(rng: Random, applicant: Applicant, category: str) -> tuple[Answers, Receiver]:
    kind, role = {"75.1": ("1", "1"), "75.2": ("6", "5"), "75.3": ("7", "4")}[category]
    if category == "75.1" and rng.random() < 0.4:
        kind, role = "2", "4"
    trade = rng.choice(("科技", "文化", "农产品"))
    answers = {
        "startup_name": f"{applicant.home.name}{applicant.student.name[:1]}记{trade}工作室",
        "startup_kind": kind,
        "startup_uscc": draw_uscc(rng, applicant.home, kind="92") if category == "75.1" else None,
        "startup_role": role,
        "shop_url": f"https://shop{rng.randint(10_000_000, 99_999_999)}.example.com/",
    }
    return answers, _home(applicant)


def _freelance(rng: Random, applicant: Applicant, category: str) -> tuple[Answers, Receiver]:
    kind, text = rng.choice(_FREELANCE)
    answers = {
        "freelance_kind": kind,
        "freelance_description": text,
        "freelance_region": applicant.home.prefecture,
        "freelance_income": f"{rng.randint(35, 90)}00.00",
    }
    return answers, _home(applicant)


_FREELANCE = (
    ("1", "为多家杂志和公众号撰写科普稿件，按篇结算。"),
    ("2", "为出版社和企业翻译技术资料，按千字结算。"),
    ("5", "在短视频平台直播销售家乡农产品，按月结算。"),
    ("8", "在平台承接网页和小程序设计，按项目结算。"),
)


def _study(rng: Random, applicant: Applicant, category: str) -> tuple[Answers, Receiver]:
    school = rng.choice(table("season/universities"))
    county = counties_by_code()[school["region"]]
    answers = {
        "school_name": school["name"],
        "school_code": school["code"],
        "school_region": county.prefecture,
        "admit_major": applicant.major,
        "admit_degree": _ADMITTED_TO[category].get(applicant.level, "2"),
        "admission_notice_no": f"{school['code']}{applicant.student.cohort}{rng.randint(0, 99_999):05}",
    }
    return answers, Receiver("5", f"{school['name']}研究生院", county, "school")


def _overseas(rng: Random, applicant: Applicant, category: str) -> tuple[Answers, Receiver]:
    school = rng.choice(table("season/overseas_schools"))
    major_zh, major_en = rng.choice(_OVERSEAS_MAJORS)
    answers = {
        "country_code": school["country"],
        "overseas_school_zh": school["name_zh"],
        "overseas_school_en": school["name_en"],
        "overseas_major_zh": major_zh,
        "overseas_major_en": major_en,
        "admit_degree": "2" if applicant.level == "master" else "3",
    }
    return answers, Receiver(_KEPT_AT_SCHOOL, "", applicant.home, "origin")


_OVERSEAS_MAJORS = (
    ("数据科学", "Data Science"),
    ("金融学", "Finance"),
    ("教育学", "Education"),
    ("计算机科学", "Computer Science"),
    ("传媒与传播", "Media and Communication"),
)


def _plans(rng: Random, applicant: Applicant, category: str) -> tuple[Answers, Receiver]:
    answers = {
        "unplaced_reason": rng.choice(_UNPLACED_REASONS[category]),
        "intended_region": applicant.home.prefecture,
        "needs_help": rng.random() < 0.4,
    }
    if category == "71":
        return answers, Receiver(_KEPT_AT_SCHOOL, "", applicant.home, "origin")
    return answers, _home(applicant)


_UNPLACED_REASONS: Mapping[str, tuple[str, ...]] = {
    "70.1": ("1", "5"),
    "70.2": ("2",),
    "70.3": ("4",),
    "70.4": ("7",),
    "70.5": ("8",),
    "71": ("3",),
    "72.1": ("9", "10", "11"),
    "72.2": ("6",),
}

_FAMILIES: Mapping[str, Callable[[Random, Applicant, str], tuple[Answers, Receiver]]] = {
    "10": _work,
    "11": _work,
    "12": _work,
    "27": _research,
    "46": _enlistment,
    "50": _programme,
    "51": _programme,
    "70": _plans,
    "71": _plans,
    "72": _plans,
    "75": _startup,
    "76": _freelance,
    "80": _study,
    "85": _overseas,
}


def bound_answers(rng: Random, applicant: Applicant, category: str) -> Answers:
    """Answers of a graduate whose contract names the employer (RL-7)."""
    student = applicant.student
    work, _receiver = _work(rng, applicant, category)
    county = counties_by_code().get(student.target_unit_region, applicant.home)
    nature = next((code for end, code in _BOUND_NATURE.items() if student.target_unit.endswith(end)), "29")
    named = {
        "employer_name": student.target_unit,
        "employer_uscc": _uscc_of(student.target_unit, county),
        "employer_nature": nature,
        "employer_region": county.code,
        "employer_address": draw_address(rng, county),
    }
    receiver = Receiver("9", student.target_unit, county, "work")
    return {"category": category} | work | named | _archive(rng, applicant, receiver)


def _archive(rng: Random, applicant: Applicant, receiver: Receiver) -> Answers:
    """Where the file and, if it was moved to the school, the household registration go."""
    address = draw_address(rng, receiver.county)
    answers: Answers = {"archive_disposition": receiver.disposition}
    if receiver.disposition != _KEPT_AT_SCHOOL:
        answers |= {
            "archive_unit": receiver.unit,
            "archive_address": address,
            "archive_postcode": f"{rng.randint(100, 859)}{rng.randint(0, 9)}00",
            "archive_contact": draw_chinese_name(rng, rng.choice("12")),
            "archive_phone": f"0300-{rng.randint(2_000_000, 8_999_999)}",
        }
    if applicant.student.hukou_moved_in:
        answers |= {"hukou_disposition": _HUKOU_TO[receiver.goes_to], "hukou_address": address}
    return answers


def _home(applicant: Applicant) -> Receiver:
    return Receiver("3", _talent_centre(applicant.home), applicant.home, "origin")


def _talent_centre(county: County) -> str:
    return f"{county.name}公共就业和人才服务中心"


def _uscc_of(name: str, county: County) -> str:
    """The one code of a public unit, whoever names it."""
    return draw_uscc(seeded(name), county, kind="12")
