"""The columns of the spreadsheet of graduates (domain: forms 1); labels, aliases, kinds, rules."""

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Kind = Literal[
    "text",
    "name",
    "number",
    "code",
    "region",
    "date",
    "year",
    "length",
    "yes_no",
    "phone",
    "email",
    "postcode",
]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: *zh* is the label in Chinese files, *aliases* other headers it is known by."""

    field: str
    label: str | Promise
    zh: str
    kind: Kind = "text"
    aliases: tuple[str, ...] = ()
    required: bool = False
    fallback: bool = False
    """The column may be missing or blank because its value follows from others or has a default."""
    core: bool = False
    """A change reopens the student's confirmation (flows 13)."""
    sensitive: bool = False
    table: str = ""
    max_length: int = 0
    note: str | Promise = ""
    example: str = ""

    @property
    def must_be_filled(self) -> bool:
        """Whether a new student cannot be made without a value in this column."""
        return self.required and not self.fallback


_DAY = _("A day such as 2027-06-30 or 20270630.")
_YES_NO = _("是 or 否.")
_CODE = _("Code or name; see the sheet with the codes.")

COLUMNS: tuple[Column, ...] = (
    Column(
        field="student_no", label=_("student number"), zh="学号", kind="number", required=True, core=True,
        aliases=("xh", "学生学号"), max_length=20, example="20230101001",
        note=_("6 to 20 digits or letters; the key of the row."),
    ),
    Column(
        field="exam_no", label=_("examinee number"), zh="考生号", kind="number", max_length=20,
        aliases=("ksh", "高考考生号"), example="23330106150001",
        note=_("14 digits; postgraduates 15. May be blank."),
    ),
    Column(
        field="name", label=pgettext_lazy("person", "name"), zh="姓名", kind="name", required=True,
        core=True, max_length=50, aliases=("xm", "学生姓名"), example="王晓雨",
    ),
    Column(
        field="id_document_type", label=_("kind of identity document"), zh="证件类型", kind="code",
        table="id_document_type", required=True, fallback=True, core=True,
        aliases=("sfzjlx", "身份证件类型"), example="01", note=_("Blank means resident identity card."),
    ),
    Column(
        field="id_no", label=_("identity number"), zh="身份证号", kind="number", required=True, core=True,
        sensitive=True, max_length=18, aliases=("sfzh", "身份证号码", "证件号码", "证件号", "居民身份证号"),
        example="33010620050315002X", note=_("Text, so that no digit is lost. Stored encrypted."),
    ),
    Column(
        field="gender", label=_("gender"), zh="性别", kind="code", table="gender", required=True,
        fallback=True, aliases=("xb", "xbdm", "性别代码"), example="2",
        note=_("Blank: taken from the identity number."),
    ),
    Column(
        field="birth_date", label=_("date of birth"), zh="出生日期", kind="date",
        aliases=("csrq", "出生年月日"), example="2005-03-15",
        note=_("Only needed for other documents than the resident identity card."),
    ),
    Column(
        field="ethnic_group", label=_("ethnic group"), zh="民族", kind="code", table="ethnic_group",
        required=True, aliases=("mz", "mzdm", "民族代码", "民族名称"), example="01", note=_CODE,
    ),
    Column(
        field="political_status", label=_("political status"), zh="政治面貌", kind="code",
        table="political_status", required=True, aliases=("zzmm", "zzmmdm", "政治面貌代码", "政治面貌名称"),
        example="03", note=_CODE,
    ),
    Column(
        field="college", label=_("college"), zh="院系", required=True, core=True, max_length=80,
        aliases=("学院", "院系名称", "学院名称", "所在院系", "所在学院", "二级学院", "yx", "yxmc", "xy"),
        example="计算机学院", note=_("A college that is not there yet is added."),
    ),
    Column(
        field="major", label=_("major"), zh="专业", required=True, core=True, max_length=80,
        aliases=("专业名称", "zy", "zymc"), example="软件工程",
    ),
    Column(
        field="student_class", label=_("class"), zh="班级", required=True, core=True, max_length=80,
        aliases=("班级名称", "行政班", "行政班级", "bj", "bjmc"), example="软件2301",
        note=_("A class belongs to one major of one college."),
    ),
    Column(
        field="major_code_national", label=_("national major code"), zh="专业代码", kind="number",
        required=True, max_length=12, aliases=("zydm", "国标专业代码"), example="080902",
    ),
    Column(
        field="catalogue_year", label=_("year of the major catalogue"), zh="专业目录年份", kind="year",
        required=True, fallback=True, aliases=("目录年份", "专业目录版本"), example="2023",
        note=_("Blank: the year of enrolment."),
    ),
    Column(
        field="specialization", label=_("specialization"), zh="专业方向", max_length=60, aliases=("zyfx",),
    ),
    Column(
        field="education_level", label=_("education level"), zh="学历层次", kind="code",
        table="education_level", required=True, core=True,
        aliases=("学历", "xl", "xldm", "学历代码", "学历层次代码", "培养层次"), example="31", note=_CODE,
    ),
    Column(
        field="study_form", label=_("form of study"), zh="学习形式", kind="code", table="study_form",
        required=True, aliases=("xxxs", "xxxsdm", "学习形式代码"), example="1", note=_CODE,
    ),
    Column(
        field="training_mode", label=_("training mode"), zh="培养方式", kind="code", table="training_mode",
        required=True, core=True, aliases=("pyfs", "pyfsdm", "培养方式代码"), example="1", note=_CODE,
    ),
    Column(
        field="target_unit", label=_("targeted or commissioning employer"), zh="定向或委培单位",
        max_length=100, aliases=("定向/委培单位", "定向委培单位", "定向单位", "委培单位", "dxhwpdw"),
        note=_("Required for the training modes targeted, in-service and commissioned."),
    ),
    Column(
        field="target_unit_region", label=_("region of that employer"), zh="定向或委培单位所在地",
        kind="region", aliases=("定向单位所在地", "委培单位所在地", "dxhwpdwszddm"),
    ),
    Column(
        field="schooling_length", label=_("length of schooling in years"), zh="学制", kind="length",
        required=True, aliases=("xz", "学制年限"), example="4",
        note=_("Years, in steps of a half: 1 to 9.5."),
    ),
    Column(
        field="enrolled_on", label=_("enrolled on"), zh="入学日期", kind="date", required=True, core=True,
        aliases=("入学时间", "入学年月", "rxsj", "rxrq"), example="2023-09-01", note=_DAY,
    ),
    Column(
        field="graduate_on", label=_("graduates on"), zh="毕业日期", kind="date", required=True, core=True,
        aliases=("毕业时间", "毕业年月", "预计毕业日期", "bysj", "byrq"), example="2027-06-30", note=_DAY,
    ),
    Column(
        field="academic_status", label=_("academic status"), zh="学籍状态", kind="code",
        table="academic_status", required=True, fallback=True, aliases=("xjzt", "xjztdm", "学籍状态代码"),
        example="1", note=_("Blank: expected to graduate."),
    ),
    Column(
        field="origin_region", label=_("origin region"), zh="生源地", kind="region", required=True,
        core=True,
        aliases=("syd", "syszd", "syszddm", "生源地代码", "生源所在地", "生源所在地代码", "生源地名称"),
        example="330106", note=_("County code of 6 digits, or its full name such as 浙江省杭州市西湖区."),
    ),
    Column(
        field="urban_rural", label=_("town or countryside"), zh="城乡生源", kind="code",
        table="urban_rural", aliases=("cxsy", "cxsydm", "城乡生源代码"), example="1", note=_CODE,
    ),
    Column(
        field="normal_student_category", label=_("teacher-training category"), zh="师范生类别", kind="code",
        table="normal_student_category", required=True, aliases=("sfslb", "sfslbdm", "师范生类别代码"),
        example="2", note=_CODE,
    ),
    Column(
        field="hardship_category", label=_("hardship category"), zh="困难生类别", kind="code",
        table="hardship_category", required=True, sensitive=True,
        aliases=("knslb", "knslbdm", "困难生类别代码"), example="0", note=_CODE,
    ),
    Column(
        field="hardship_reason", label=_("hardship reason"), zh="困难原因", max_length=200, sensitive=True,
        aliases=("knyy",),
    ),
    Column(
        field="examinee_type", label=_("examinee category"), zh="考生类别", max_length=40,
        aliases=("kslb", "kslbmc"),
    ),
    Column(
        field="archive_moved_in", label=_("archive moved to the school"), zh="档案是否转入学校",
        kind="yes_no", required=True, aliases=("档案是否转入", "dasfzrxx"), example="是", note=_YES_NO,
    ),
    Column(
        field="archive_before", label=_("archive kept before enrolment at"), zh="入学前档案所在单位",
        max_length=100, aliases=("rxqdaszdw",),
    ),
    Column(
        field="hukou_moved_in", label=_("household registration moved to the school"),
        zh="户口是否转入学校", kind="yes_no", required=True, aliases=("户口是否转入", "hksfzrxx"),
        example="否", note=_YES_NO,
    ),
    Column(
        field="police_station_before", label=_("police station before enrolment"),
        zh="入学前户口所在地派出所", max_length=100, aliases=("rxqhkszdpcs",),
    ),
    Column(
        field="mobile", label=_("mobile phone"), zh="手机号码", kind="phone", required=True, sensitive=True,
        max_length=20, aliases=("手机", "手机号", "移动电话", "联系电话", "sjh", "sjhm"),
        example="13800000000", note=_("11 digits, or + and the country code. Stored encrypted."),
    ),
    Column(
        field="backup_mobile", label=_("second phone"), zh="备用手机", kind="phone", sensitive=True,
        max_length=25, aliases=("备用电话", "备用联系电话"),
    ),
    Column(
        field="email", label=_("e-mail"), zh="电子邮箱", kind="email", max_length=254,
        aliases=("邮箱", "电子邮件", "e-mail", "dzyx"), example="wang@example.edu.cn",
    ),
    Column(
        field="qq", label="QQ", zh="QQ", kind="number", max_length=20, aliases=("qq号", "qq号码"),
    ),
    Column(
        field="wechat_no", label=_("WeChat number"), zh="微信号", max_length=40, aliases=("微信", "wxh"),
    ),
    Column(
        field="home_address", label=_("home address"), zh="家庭地址", required=True, sensitive=True,
        max_length=200, aliases=("家庭住址", "家庭详细地址", "jtdz"),
        example="浙江省杭州市西湖区文一路 1 号", note=_("Stored encrypted."),
    ),
    Column(
        field="home_postcode", label=_("home postcode"), zh="家庭邮编", kind="postcode", max_length=6,
        aliases=("邮政编码", "邮编", "jtyb"), example="310012",
    ),
    Column(
        field="home_phone", label=_("home phone"), zh="家庭电话", kind="phone", sensitive=True,
        max_length=25, aliases=("jtdh",),
    ),
)  # fmt: skip

BY_FIELD = {column.field: column for column in COLUMNS}
UNIT_FIELDS = ("college", "major", "student_class")
MUST_BE_FILLED = tuple(column.field for column in COLUMNS if column.must_be_filled)
CORE_FIELDS = frozenset({column.field for column in COLUMNS if column.core} - set(UNIT_FIELDS) | {"unit"})
ERASABLE = tuple(column.field for column in COLUMNS if not column.required and column.field != "birth_date")
"""Fields a blank cell may erase when their column is ticked."""
