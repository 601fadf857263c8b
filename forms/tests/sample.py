"""A small form with every type, and a large one like the real filing."""

import csv
from typing import Any

from common import stdnums
from forms.loading import FOLDER


def field(key: str, kind: str, **settings: Any) -> dict[str, Any]:
    return {"key": key, "type": kind, "label": key.replace("_", " "), "label_zh": f"字段{key}"} | settings


SAMPLE: dict[str, Any] = {
    "key": "sample",
    "title": "Sample",
    "title_zh": "样例",
    "context": {"cohort": "int", "today": "string", "student": {"hukou_moved_in": "bool"}},
    "groups": [
        {"key": "what", "label": "Destination", "label_zh": "去向"},
        {"key": "who", "label": "Employer", "label_zh": "用人单位"},
    ],
    "fields": [
        field("category", "code(destination_category)", group="what", required=True, label_zh="去向类别"),
        field("employer", "text(20)", group="who", visible_if='category in ["10", "11"]',
              required_if='category == "10"', label_zh="单位名称"),
        field("uscc", "uscc", group="who", visible_if='category in ["10", "11"]'),
        field("region", "region(3)", group="who", visible_if='employer != ""'),
        field("signed_on", "date", group="what"),
        field("report_by", "date", group="what"),
        field("pay", "money", group="what", label_zh="起薪"),
        field("heads", "int", min=1, max=9),
        field("contact", "name"),
        field("phone", "phone"),
        field("mail", "email"),
        field("shop", "url"),
        field("postcode", "postcode"),
        field("story", "long(50)"),
        field("hukou", "code(hukou_disposition)", visible_if="student.hukou_moved_in"),
        field("help", "bool", widget="yesno", required=True),
        field("declaration", "bool", required=True),
        field("proof", "files", min=1, max=3, required_if='!category.startsWith("7")'),
    ],
    "checks": [
        {"code": "report.before_signing", "test": "report_by >= signed_on",
         "fields": ["report_by", "signed_on"], "message": "Reporting comes after signing.", "message_zh": "报到应在签约之后。"},
        {"code": "pay.low", "test": "pay >= 2000.0", "level": "warning",
         "message": "That is little.", "message_zh": "偏低。"},
    ],
}  # fmt: skip

CONTEXT: dict[str, Any] = {"cohort": 2027, "today": "2027-06-01", "student": {"hukou_moved_in": False}}

PROOF = [
    {
        "id": "00000000-0000-4000-8000-000000000001",
        "name": "agreement.pdf",
        "kind": "agreement",
        "sha256": "0" * 64,
    }
]

GOOD: dict[str, Any] = {
    "category": "10",
    "employer": "杭州测试科技有限公司",
    "uscc": "91110000600037341L",
    "region": "330106",
    "signed_on": "2027-05-01",
    "report_by": "2027-07-01",
    "pay": "6500",
    "heads": "3",
    "contact": "王晓雨",
    "phone": "13800138000",
    "mail": "hr@example.com",
    "shop": "https://example.com",
    "postcode": "310000",
    "story": "两行\n文字",
    "help": "no",
    "declaration": "on",
    "proof": PROOF,
}

TYPES = {
    key: kind
    for kind, keys in {
        "uscc": ["employer_uscc", "startup_uscc"],
        "region(3)": ["employer_region", "enlist_region", "school_region"],
        "region(2)": ["intended_region"],
        "date": ["signed_on", "report_deadline"],
        "money": ["start_salary", "freelance_income"],
        "name": ["employer_contact_name", "archive_contact"],
        "phone": ["employer_contact_phone", "archive_phone"],
        "code(degree_gb6864)": ["admit_degree"],
        "code(country)": ["country_code"],
        "long(300)": ["freelance_description"],
        "url": ["shop_url"],
        "bool": ["needs_help"],
        "postcode": ["archive_postcode"],
        "files": ["proof_files"],
    }.items()
    for key in keys
} | {
    table: f"code({table})"
    for table in (
        "employer_nature",
        "employer_industry",
        "job_category",
        "major_match",
        "startup_kind",
        "startup_role",
        "freelance_kind",
        "unplaced_reason",
        "archive_disposition",
        "hukou_disposition",
    )
}


def large_form() -> dict[str, Any]:
    """The fields and the matrix of destination filing: 50 fields, two conditions each."""
    with (FOLDER / "destination_required_fields.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    fields = [field("category", "code(destination_category)", required=True)]
    for row in rows:
        key = row.pop("field")
        shown = [column for column, mark in row.items() if mark != "-"]
        needed = [column for column, mark in row.items() if mark.startswith("R")]
        fields.append(field(key, TYPES.get(key, "text(100)"), visible_if=_in(shown), required_if=_in(needed)))
    checks = [
        {"code": "dates", "test": "report_deadline >= signed_on", "message": "m", "message_zh": "m"},
        {"code": "future", "test": "signed_on <= today", "message": "m", "message_zh": "m"},
        {"code": "pay", "test": "start_salary >= 2000.0", "message": "m", "message_zh": "m"},
    ]
    return {
        "key": "large",
        "context": {"cohort": "int", "today": "string"},
        "fields": fields,
        "checks": checks,
    }


def _in(columns: list[str]) -> str:
    codes = {column.replace("x", digit) for column in columns for digit in ("1", "2", "3")}
    listed = ", ".join(f'"{code}"' for code in sorted(codes or {"-"}))
    return f"category in [{listed}]"


def large_values() -> dict[str, Any]:
    first17 = "91330106MA2ABCDE0"
    return {
        "category": "10", "employer_name": "杭州某某科技有限公司",
        "employer_uscc": first17 + stdnums.uscc_check_char(first17), "employer_nature": "39",
        "employer_industry": "34", "employer_region": "330106", "employer_address": "文三路 1 号",
        "job_category": "13", "job_title": "软件工程师", "signed_on": "2027-05-01",
        "report_deadline": "2027-07-01", "start_salary": "9000", "major_match": "1",
        "employer_contact_name": "陈经理", "employer_contact_phone": "13800138000",
        "archive_disposition": "1", "archive_unit": "杭州市人才服务中心", "archive_address": "某路 2 号",
        "archive_postcode": "310000", "archive_contact": "李老师", "archive_phone": "0571-88888888",
        "hukou_disposition": "0", "hukou_address": "不迁", "proof_files": PROOF,
    }  # fmt: skip
