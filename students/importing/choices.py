"""Codes as people write them: padded, by name, by an older or shorter name."""

import difflib
import unicodedata
from collections import defaultdict
from functools import cached_property, lru_cache

from forms import codes

# What files say besides the official names.
SYNONYMS: dict[str, dict[str, str]] = {
    "gender": {"男性": "1", "女性": "2", "m": "1", "f": "2", "male": "1", "female": "2"},
    "political_status": {
        "党员": "01", "中国共产党党员": "01", "预备党员": "02", "中国共产党预备党员": "02", "团员": "03",
        "中国共产主义青年团团员": "03", "民革会员": "04", "无党派民主人士": "12", "无党派": "12",
    },
    "ethnic_group": {"毛难族": "36", "崩龙族": "46"},
    "education_level": {
        "博士": "01", "博士研究生": "01", "博士生": "01", "硕士": "11", "硕士研究生": "11", "硕士生": "11",
        "本科": "31", "本科生": "31", "大学本科": "31", "第二学士学位": "25",
        "专科": "41", "大专": "41", "专科生": "41", "高职": "61", "高职高专": "61",
    },
    "study_form": {"普通全日制": "1", "脱产": "1", "非脱产": "2"},
    "training_mode": {"非定向就业": "1", "定向就业": "2", "在职人员": "3", "委托培养": "4", "自费": "5"},
    "urban_rural": {"城市": "1", "城镇生源": "1", "乡村": "2", "农村生源": "2"},
    "normal_student_category": {"否": "2", "公费师范生": "12", "免费师范生": "12", "师范生": "1"},
    "hardship_category": {"否": "0", "无": "0", "不困难": "0"},
    "id_document_type": {"身份证": "01", "居民身份证": "01", "港澳通行证": "02", "台胞证": "03"},
    "academic_status": {"在校": "1", "正常": "1", "应届毕业": "1"},
}  # fmt: skip


@lru_cache(maxsize=10_000)
def plain(text: str) -> str:
    """The text without width, case and blanks."""
    return unicodedata.normalize("NFKC", text).casefold().replace(" ", "")


class CodeList:
    """One code table, looked up by anything a cell may say."""

    def __init__(self, table: str) -> None:
        self._rows = codes.codes(table)
        self._synonyms = SYNONYMS.get(table, {})

    def find(self, text: str) -> str | None:
        """The code that *text* means; None when it means none."""
        return self._codes.get(text) or self._names.get(plain(text))

    def near(self, text: str) -> str:
        """The name that is most like *text*; empty when none is."""
        names = [row.name for row in self._rows]
        return next(iter(difflib.get_close_matches(text, names, n=1, cutoff=0.5)), "")

    @cached_property
    def _codes(self) -> dict[str, str]:
        """Every code, and every code as Excel leaves it when it takes text for a number."""
        stripped = {row.code.lstrip("0"): row.code for row in self._rows if row.code.lstrip("0")}
        return stripped | {row.code: row.code for row in self._rows}

    @cached_property
    def _names(self) -> dict[str, str]:
        found = {plain(name): code for name, code in self._synonyms.items()}
        for row in reversed(self._rows):
            found |= {
                plain(name): row.code for name in (row.name.removesuffix("族"), row.name_en, row.name) if name
            }
        return found


class RegionList:
    """Regions by code, by full name and, where that is unambiguous, by a shorter name."""

    def find(self, text: str) -> str | None:
        """The code that *text* means; empty when several regions are called so; None when none is."""
        if text in codes.tables().region_paths:
            return text
        return self._names.get(plain(text).translate(_SEPARATORS))

    @cached_property
    def _names(self) -> dict[str, str]:
        found: dict[str, set[str]] = defaultdict(set)
        for code, path in codes.tables().region_paths.items():
            names = [row.name for row in path]
            for variant in {"".join(names), "".join(names[1:]), "".join((names[0], *names[-1:])), names[-1]}:
                if variant:
                    found[variant].add(code)
        return {name: (all_codes.pop() if len(all_codes) == 1 else "") for name, all_codes in found.items()}


_SEPARATORS = str.maketrans(dict.fromkeys("-/\\|>,，、·", ""))
