"""Names in pinyin, for search and for sorting."""

from functools import lru_cache

from pypinyin import Style, lazy_pinyin
from pypinyin.phrases_dict import phrases_dict

# Readings that differ when the character is a surname.
_SURNAMES = {
    "万俟": ["mo", "qi"], "尉迟": ["yu", "chi"], "单": ["shan"], "解": ["xie"], "查": ["zha"], "仇": ["qiu"],
    "区": ["ou"], "曾": ["zeng"], "盖": ["ge"], "朴": ["piao"], "任": ["ren"], "华": ["hua"], "燕": ["yan"],
    "乐": ["yue"], "缪": ["miao"], "宓": ["mi"], "种": ["chong"], "折": ["she"], "繁": ["po"], "员": ["yun"],
    "覃": ["qin"], "洗": ["xian"], "冼": ["xian"], "召": ["shao"], "那": ["na"], "秘": ["bi"], "薄": ["bo"],
}  # fmt: skip


def syllables(name: str) -> list[str]:
    """The reading of each character; surnames with a reading of their own get that one."""
    text = name if name.isalnum() else "".join(filter(str.isalnum, name))
    for length in (2, 1):
        if text[:length] in _SURNAMES:
            return [*_SURNAMES[text[:length]], *_given_name(text[length:])]
    return _given_name(text)


def _given_name(text: str) -> list[str]:
    """Character by character; a given name that is a known word as a whole."""
    return [*map(_reading, text[:-2]), *_word(text[-2:])] if len(text) > 2 else list(map(_reading, text))


@lru_cache(maxsize=20_000)
def _word(text: str) -> list[str]:
    """The reading of two characters, which pypinyin finds slowly but a cache quickly."""
    if text in phrases_dict:
        return lazy_pinyin(text, style=Style.NORMAL)
    return list(map(_reading, text))


@lru_cache(maxsize=20_000)
def _reading(character: str) -> str:
    return lazy_pinyin(character, style=Style.NORMAL)[0].lower()


def name_pinyin(name: str) -> str:
    """Full pinyin, a blank, and the initials: 王晓雨 -> `wangxiaoyu wxy` (at most 150 characters)."""
    parts = syllables(name)
    return f"{''.join(parts)} {''.join(part[:1] for part in parts)}"[:150]


def title_pinyin(title: str) -> str:
    """The same for the name of an organisation: 启明科技 -> `qimingkeji qmkj` (at most 300 characters)."""
    parts = [part.lower() for part in lazy_pinyin("".join(filter(str.isalnum, title)), style=Style.NORMAL)]
    return f"{''.join(parts)} {''.join(part[:1] for part in parts)}"[:300]
