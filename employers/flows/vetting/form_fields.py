"""The questions of a registration in two languages, in the order in which they are asked (forms 5).

Left out on purpose: logo, pictures and welfare tags, which belong to the public page of an employer, and the
archive receiver, which belongs to the dispatch of files.
"""

from typing import Any

#: Codes of `employer_org_type` with a registered capital, and the one that needs a permit.
WITH_CAPITAL = ("1", "6")
AGENCY = "6"

GROUPS: tuple[dict[str, str], ...] = (
    {"key": "organisation", "label": "Your organisation", "label_zh": "单位信息"},
    {
        "key": "registration",
        "label": "Registration",
        "label_zh": "登记信息",
        "help": "All of it stands on the licence. Best have it beside you.",
        "help_zh": "以下内容证照上都有，建议对照填写。",
    },
    {"key": "place", "label": "Where you are", "label_zh": "所在地"},
    {
        "key": "permit",
        "label": "Staffing permit",
        "label_zh": "人力资源服务许可",
        "help": "Whoever recruits for others needs the permit, and a mandate of each client.",
        "help_zh": "为其他单位招聘，须有人力资源服务许可证；代招时还须有委托书。",
    },
    {
        "key": "contact",
        "label": "Who acts for it",
        "label_zh": "经办人",
        "help": "The school calls this person when something is unclear. Students do not see it.",
        "help_zh": "有疑问时学校会联系经办人，学生看不到这些信息。",
    },
    {"key": "profile", "label": "About you", "label_zh": "单位介绍"},
    {
        "key": "papers",
        "label": "Papers",
        "label_zh": "证照与授权",
        "help": "Photograph whole pages in good light, or add a PDF. Seals have to be readable.",
        "help_zh": "请在光线好的地方拍下整页，也可以上传 PDF。公章须清晰可辨。",
    },
)


def _field(key: str, kind: str, group: str, en: str, zh: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "type": kind, "group": group, "label": en, "label_zh": zh} | more


def _must(key: str, kind: str, group: str, en: str, zh: str, **more: Any) -> dict[str, Any]:
    return _field(key, kind, group, en, zh, required=True, **more)


_HAS_CAPITAL = " || ".join(f'org_type == "{code}"' for code in WITH_CAPITAL)
_IS_AGENCY = f'org_type == "{AGENCY}"'

FIELDS: tuple[dict[str, Any], ...] = (
    _must(
        "org_type",
        "code(employer_org_type)",
        "organisation",
        "Kind of organisation",
        "主体类型",
        widget="select",
    ),
    _must(
        "name",
        "text(100)",
        "organisation",
        "Full name",
        "单位全称",
        help="Exactly as on the licence and the seal.",
        help_zh="与证照和公章完全一致。",
        autocomplete="organization",
    ),
    _must(
        "uscc",
        "uscc",
        "organisation",
        "Unified social credit code",
        "统一社会信用代码",
        help="18 characters, on the licence.",
        help_zh="18 位，见证照。",
    ),
    _field("short_name", "text(100)", "organisation", "Short name", "简称"),
    _field("former_names", "text(200)", "organisation", "Former names", "曾用名"),
    _must("legal_person", "name", "registration", "Legal representative", "法定代表人（负责人）"),
    _must("nature", "code(employer_nature)", "registration", "Kind of employer", "单位性质"),
    _must("industry", "code(employer_industry)", "registration", "Industry", "所属行业"),
    _must("scale", "code(employer_scale)", "registration", "Size", "单位规模", widget="select"),
    _field(
        "registered_capital",
        "int",
        "registration",
        "Registered capital, in 10,000 yuan",
        "注册资本（万元）",
        min=0,
        max=100_000_000,
        visible_if=_HAS_CAPITAL,
        required_if=_HAS_CAPITAL,
    ),
    _must("founded_on", "date", "registration", "Founded on", "成立日期"),
    _field(
        "licence_long_term", "bool", "registration", "The licence has no end date (long-term)", "证照长期有效"
    ),
    _must(
        "licence_valid_to",
        "date",
        "registration",
        "Licence valid until",
        "证照有效期至",
        visible_if="!licence_long_term",
    ),
    _field(
        "org_code",
        "text(10)",
        "registration",
        "Organisation code",
        "组织机构代码",
        help="Only if you still have a separate certificate.",
        help_zh="仍有单独的组织机构代码证时填写。",
    ),
    _must("region", "region(3)", "place", "Region", "所在地区"),
    _must("address", "text(200)", "place", "Address", "详细地址", autocomplete="street-address"),
    _field("postcode", "postcode", "place", "Postal code", "邮编", autocomplete="postal-code"),
    _must("permit_no", "text(40)", "permit", "Number of the permit", "许可证编号", visible_if=_IS_AGENCY),
    _must("permit_valid_to", "date", "permit", "Permit valid until", "许可证有效期至", visible_if=_IS_AGENCY),
    _must("operator_name", "name", "contact", "Name", "姓名", autocomplete="name"),
    _must("operator_position", "text(50)", "contact", "Position", "职务", autocomplete="organization-title"),
    _must("operator_mobile", "phone", "contact", "Phone", "联系电话", autocomplete="tel"),
    _must(
        "operator_email",
        "email",
        "contact",
        "Mail address",
        "电子邮箱",
        help="An address of your organisation is checked faster than a private one.",
        help_zh="使用单位邮箱审核更快。",
        autocomplete="email",
    ),
    _must(
        "operator_id_last4",
        "text(4)",
        "contact",
        "Last four of the identity number",
        "身份证号后四位",
        help="To compare with the letter of authority.",
        help_zh="用于与授权书核对。",
    ),
    _must(
        "intro",
        "long(5000)",
        "profile",
        "Introduction",
        "单位简介",
        help="What you do, in your own words: students decide by it.",
        help_zh="用自己的话介绍主营业务，学生会看。",
    ),
    _field("website", "url", "profile", "Website", "单位网址"),
    _field("culture", "long(2000)", "profile", "How you work together", "单位文化"),
    _field(
        "can_hold_archive",
        "bool",
        "profile",
        "Can you keep personal files of staff?",
        "是否有档案管理权限",
        widget="yesno",
    ),
    _must(
        "licence_files",
        "files",
        "papers",
        "Business licence or certificate",
        "营业执照或法人证书",
        max=3,
        help="Of a public body: the document that founded it.",
        help_zh="党政机关可上传批准成立的文件。",
    ),
    _must(
        "authorization_files",
        "files",
        "papers",
        "Letter of authority with seal",
        "授权书（盖章）",
        max=3,
        help="Your organisation names you as the person who acts for it.",
        help_zh="单位授权你办理校园招聘事务的证明。",
    ),
    _field(
        "org_certificate_files",
        "files",
        "papers",
        "Organisation code certificate",
        "组织机构代码证",
        max=3,
        help="Not needed with a licence that carries the credit code.",
        help_zh="已有三证合一的执照时不必上传。",
    ),
    _must(
        "permit_files",
        "files",
        "papers",
        "Human-resources service permit",
        "人力资源服务许可证",
        max=3,
        visible_if=_IS_AGENCY,
    ),
    _field("mandate_files", "files", "papers", "Mandates of clients", "招聘委托书", visible_if=_IS_AGENCY),
)

#: Field of files -> what they prove, a code of `proof_kind`.
FILE_KINDS = {
    "licence_files": "licence",
    "authorization_files": "authorization",
    "org_certificate_files": "org_certificate",
    "permit_files": "hr_permit",
    "mandate_files": "mandate",
}
