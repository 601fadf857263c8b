"""Counties to come from."""

import pytest

from students.season.places import counties_by_code, draw_address, draw_county
from students.season.tables import seeded


@pytest.mark.parametrize(
    ("code", "full_name", "prefecture"),
    [
        ("420106", "湖北省武汉市武昌区", "420100"),
        ("110101", "北京市东城区", "110000"),
        ("429004", "湖北省仙桃市", "429004"),
        ("620200", "甘肃省嘉峪关市", "620200"),
    ],
)
def test_a_county_knows_what_it_lies_in(code: str, full_name: str, prefecture: str) -> None:
    county = counties_by_code()[code]
    assert (county.full_name, county.prefecture) == (full_name, prefecture)


def test_a_county_is_drawn_from_the_wanted_provinces() -> None:
    rng = seeded("places")
    drawn = {draw_county(rng, ("540000", "650000")).province for _ in range(50)}
    assert drawn == {"540000", "650000"}


def test_more_come_from_where_more_people_live() -> None:
    rng = seeded("places")
    provinces = [draw_county(rng).province for _ in range(3000)]
    assert provinces.count("440000") > 5 * provinces.count("630000")


def test_an_address_begins_with_the_county() -> None:
    county = counties_by_code()["420106"]
    assert draw_address(seeded("places"), county).startswith("湖北省武汉市武昌区")
