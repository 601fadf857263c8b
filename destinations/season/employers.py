"""Made-up employers with valid credit codes (GB 32100)."""

from dataclasses import dataclass
from random import Random

from common.stdnums import org_check_char, uscc_check_char
from students.season.names import draw_chinese_name
from students.season.places import County, counties, draw_address
from students.season.tables import Weighted, seeded, table

_PUBLIC = frozenset({"10", "20", "21", "22", "23", "29"})
_FIRST = "华中天恒新金瑞鼎盛远宏星云海智联创锐科信德安泰康嘉博通"
_SECOND = "达源盛通辰宇泰峰润和诚业腾晟凯元丰立维思科美图"
# No city has an area code that begins with 030: the phones ring nowhere.
_AREA_CODE = "030"
_CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True)
class Employer:
    """An employer as graduates write it down; `pay` is yuan a month for a bachelor."""

    name: str
    uscc: str
    nature: str
    industry: str
    county: County
    address: str
    contact_name: str
    contact_phone: str
    job_category: str
    job_title: str
    pay: int


def draw_employers(count: int, seed: int) -> Weighted[Employer]:
    """*count* employers, the first of them hiring most (Zipf); the same *seed* gives the same ones."""
    rng = seeded(seed, "employers")
    jobs = {row["code"]: int(row["jobs"]) for row in table("season/provinces")}
    provinces = Weighted(jobs.items())
    trades = Weighted((row, int(row["weight"])) for row in table("season/trades"))
    drawn: dict[str, Employer] = {}
    while len(drawn) < count:
        employer = _employer(rng, rng.choice(counties()[provinces.draw(rng)]), trades.draw(rng))
        drawn.setdefault(employer.name, employer)
    return Weighted((employer, 1 / rank**0.6) for rank, employer in enumerate(drawn.values(), start=1))


def _employer(rng: Random, county: County, trade: dict[str, str]) -> Employer:
    public = trade["nature"] in _PUBLIC
    brand = "" if public else rng.choice(_FIRST) + rng.choice(_SECOND)
    place = county.name if public else _short(county)
    return Employer(
        name=f"{place}{brand}{trade['suffix']}",
        uscc=draw_uscc(rng, county, kind="12" if public else "91"),
        nature=trade["nature"],
        industry=trade["industry"],
        county=county,
        address=draw_address(rng, county),
        contact_name=draw_chinese_name(rng, rng.choice("12")),
        contact_phone=f"{_AREA_CODE}{rng.randint(0, 9)}-{rng.randint(2_000_000, 8_999_999)}",
        job_category=trade["job_category"],
        job_title=trade["job_title"],
        pay=int(trade["pay"]) * rng.randint(85, 130) // 10_000 * 100,
    )


def _short(county: County) -> str:
    """The city, or the municipality, without its last character: 杭州, 上海."""
    return (county.city or county.province_name)[:-1]


def draw_uscc(rng: Random, county: County, kind: str = "91") -> str:
    """A valid code of a unit registered in the county; *kind* is authority and type (V-USCC)."""
    organisation = "".join(rng.choice(_CODE_CHARACTERS) for _ in range(8))
    first17 = f"{kind}{county.code}{organisation}{org_check_char(organisation)}"
    return first17 + uscc_check_char(first17)
