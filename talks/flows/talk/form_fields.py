"""The questions of an application in two languages, in the order in which they are asked (forms 8).

Left out on purpose: the online form of a talk, rooms for tests and interviews, campus (venues have one) and
the link to reviewed jobs, which belong to flows of their own.
"""

from typing import Any

from talks.slots import MOST_WISHES

GROUPS: tuple[dict[str, str], ...] = (
    {"key": "talk", "label": "Your talk", "label_zh": "宣讲内容"},
    {
        "key": "times",
        "label": "When it suits you",
        "label_zh": "希望的时间",
        "help": "One to three times, the best one first, 3 to 90 days ahead. You confirm what you get.",
        "help_zh": "填写一至三个时间，最希望的写在前面，须在 3 至 90 天之内。学校安排后由您确认。",
    },
    {"key": "room", "label": "Room and guests", "label_zh": "场地与来访"},
    {
        "key": "contact",
        "label": "Contact and poster",
        "label_zh": "联系人与海报",
        "help": "The school calls this person about the day itself. Students do not see it.",
        "help_zh": "学校会就当天安排与此人联系，学生看不到。",
    },
)

_NUMBERS_ZH = ("一", "二", "三")


def _field(key: str, kind: str, group: str, en: str, zh: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "type": kind, "group": group, "label": en, "label_zh": zh} | more


def _must(key: str, kind: str, group: str, en: str, zh: str, **more: Any) -> dict[str, Any]:
    return _field(key, kind, group, en, zh, required=True, **more)


def _wish(number: int) -> tuple[dict[str, Any], ...]:
    """Day, beginning and end of one wanted time; the first one has to be there."""
    ask = _must if number == 1 else _field
    zh = _NUMBERS_ZH[number - 1]
    key = f"slot{number}"
    return (
        ask(f"{key}_date", "date", "times", f"Day, choice {number}", f"第{zh}志愿日期"),
        ask(f"{key}_start", "time", "times", f"From, choice {number}", f"第{zh}志愿开始时间"),
        ask(f"{key}_end", "time", "times", f"To, choice {number}", f"第{zh}志愿结束时间"),
    )


FIELDS: tuple[dict[str, Any], ...] = (
    _must(
        "title",
        "text(60)",
        "talk",
        "Title",
        "宣讲会标题",
        help="As students will read it.",
        help_zh="学生看到的标题。",
    ),
    _must("intro", "long(2000)", "talk", "What it is about", "宣讲内容"),
    _must(
        "jobs",
        "long(2000)",
        "talk",
        "Positions",
        "招聘职位",
        help="One a line: what it is, where, how many.",
        help_zh="每行一个：职位、地点、人数。",
    ),
    _must(
        "audience",
        "text(100)",
        "talk",
        "For whom",
        "面向专业与学历",
        help="Majors and degrees.",
        help_zh="例如：计算机类、电子信息类，本科及以上。",
    ),
    *(field for number in range(1, MOST_WISHES + 1) for field in _wish(number)),
    _must("expected", "int", "room", "Expected students", "预计参加学生人数", min=1, max=5000),
    _must("venue_kind", "code(venue_kind)", "room", "Kind of venue", "场地类型"),
    _field(
        "equipment",
        "text(200)",
        "room",
        "Equipment",
        "需要的设备",
        help="Projector, microphones, computers ...",
        help_zh="投影、话筒、电脑等。",
    ),
    _must(
        "visitors",
        "int",
        "room",
        "People who come from outside",
        "校外来访人数",
        min=0,
        max=500,
        help="With more than ten, campus security sees the list first.",
        help_zh="超过十人时须由保卫处核对名单。",
    ),
    _field(
        "visitor_names",
        "long(1000)",
        "room",
        "Who comes, and number plates",
        "来访人员名单与车牌",
        help="One a line. For the gate alone.",
        help_zh="每行一人或一车，仅用于入校登记。",
    ),
    _must("contact_name", "name", "contact", "Contact", "联系人", autocomplete="name"),
    _must("contact_phone", "phone", "contact", "Phone", "联系电话", autocomplete="tel"),
    _field("poster_files", "files", "contact", "Poster", "海报", max=3),
)

#: Field of files -> what they are, a code of `proof_kind`.
FILE_KINDS = {"poster_files": "poster"}
