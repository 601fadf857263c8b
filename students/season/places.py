"""Counties to come from, and addresses in them."""

from dataclasses import dataclass
from functools import lru_cache
from random import Random

from students.season.tables import Weighted, table

_ROADS = ("人民路", "解放路", "建设路", "中山路", "文化路", "新华街", "滨河路", "迎宾大道", "学府路")


@dataclass(frozen=True)
class County:
    """A county-level place (GB/T 2260).

    `prefecture` and `province` are the codes of what it lies in; a municipality is both. `city` is the
    prefecture's name, empty in a municipality and for what a province runs directly.
    """

    code: str
    name: str
    city: str
    prefecture: str
    province: str
    province_name: str

    @property
    def full_name(self) -> str:
        """Province, city and county as on an envelope; a municipality is named once."""
        return f"{self.province_name}{self.city}{self.name}"


@lru_cache
def counties() -> dict[str, tuple[County, ...]]:
    """The counties of each mainland province, by the province's code."""
    regions = {row["code"]: row for row in table("codes/region")}
    found: dict[str, list[County]] = {row["code"]: [] for row in table("season/provinces")}
    for row in table("codes/region_county"):
        found[f"{row['code'][:2]}0000"].append(_county(row, regions))
    return {province: tuple(rows) for province, rows in found.items()}


def _county(row: dict[str, str], regions: dict[str, dict[str, str]]) -> County:
    """A row of the table; a place that its province runs directly is its own prefecture."""
    province = regions[f"{row['code'][:2]}0000"]
    above = regions[row["parent"]]
    in_prefecture = above is not province
    is_prefecture = not in_prefecture and province["kind"] != "直辖市"
    return County(
        code=row["code"],
        name=row["name_zh"],
        city=above["name_zh"] if in_prefecture else "",
        prefecture=row["code"] if is_prefecture else row["parent"],
        province=province["code"],
        province_name=province["name_zh"],
    )


@lru_cache
def counties_by_code() -> dict[str, County]:
    """Every mainland county by its code."""
    return {county.code: county for rows in counties().values() for county in rows}


def beyond(code: str) -> County:
    """Hong Kong, Macao or Taiwan as a place to come from; it has no counties in the table."""
    name = next(row["name_zh"] for row in table("codes/region") if row["code"] == code)
    return County(code, name, "", code, code, "")


@lru_cache
def _provinces() -> Weighted[str]:
    return Weighted((row["code"], int(row["population"])) for row in table("season/provinces"))


@lru_cache
def _postcodes() -> dict[str, str]:
    return {row["code"]: row["postcode"] for row in table("season/provinces")}


def draw_county(rng: Random, provinces: tuple[str, ...] = ()) -> County:
    """A county: in one of *provinces*, or anywhere in proportion to the provinces' population."""
    province = rng.choice(provinces) if provinces else _provinces().draw(rng)
    return rng.choice(counties()[province])


def draw_address(rng: Random, county: County) -> str:
    """A flat in the county, province first."""
    house, building, floor = rng.randint(1, 299), rng.randint(1, 20), rng.randint(1, 18)
    return f"{county.full_name}{rng.choice(_ROADS)}{house}号{building}栋{floor}{rng.randint(1, 4):02}室"


def draw_postcode(rng: Random, county: County) -> str:
    """A postal code that begins as those of the county's province do."""
    return f"{_postcodes().get(county.province, '99')}{rng.randint(1, 99):02}00"
