"""Names of organisations compared: what is left when place and legal form are taken away."""

import re
from difflib import SequenceMatcher
from functools import lru_cache

from forms import codes

#: Legal forms and the like, the longest first; they say nothing about who somebody is.
_FORMS = (
    "股份有限公司", "有限责任公司", "集团有限公司", "有限公司", "集团公司", "合伙企业", "有限合伙",
    "普通合伙", "股份公司", "分公司", "总公司", "事务所", "公司", "集团", "中国",
)  # fmt: skip
_FORM = re.compile("|".join(_FORMS))
_LEVEL = re.compile("(?:特别行政区|自治区|自治州|自治县|地区|新区|省|市|区|县|盟|旗)$")
#: Names are called similar from this share of common characters on.
SIMILAR = 0.8
SHORTEST_PLACE = 2


def name_core(name: str) -> str:
    """杭州启明科技（浙江）有限公司 -> 启明科技: without place, brackets and legal form.

    At most 100 characters. A name that is nothing but place and form is kept as it is.
    """
    text = "".join(filter(str.isalnum, name)).casefold()
    core = _FORM.sub("", text)
    for place in _places():
        if place in core and len(core) > len(place) + 1:
            core = core.replace(place, "", 1)
    return (core or text)[:100]


@lru_cache(maxsize=1)
def _places() -> tuple[str, ...]:
    """Provinces and prefectures with and without their level, the longest first."""
    names = {row.name for row in codes.codes(codes.REGION) if codes.region_level(row) <= 2}
    short = {_LEVEL.sub("", name) for name in names}
    return tuple(sorted((n for n in names | short if len(n) >= SHORTEST_PLACE), key=lambda n: (-len(n), n)))


def alike(one: str, other: str) -> bool:
    """Whether two cores are so alike that somebody should look."""
    if min(len(one), len(other)) < 2:
        return False
    return one == other or SequenceMatcher(None, one, other).ratio() >= SIMILAR
