"""The choice of a region, level by level."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from forms import codes
from forms.models import Code

STATE_LEVEL = "100000"
MUNICIPALITIES = ("11", "12", "31", "50")
"""Provinces without prefectures: Beijing, Tianjin, Shanghai, Chongqing."""

LEVEL_NAMES: tuple[str | Promise, ...] = (_("Province"), _("City"), _("District or county"))


@dataclass(frozen=True)
class RegionSelect:
    """One of the selects: its name, what can be chosen, what is."""

    label: str | Promise
    options: list[Code]
    chosen: str


def region_selects(code: str, level: int) -> list[RegionSelect]:
    """The selects down to *level* for the region chosen so far; the next one is still open."""
    path = [row.code for row in codes.region_path(code)]
    selects: list[RegionSelect] = []
    for parent, chosen in zip(["", *path], [*path, ""], strict=True):
        options = [row for row in codes.children(codes.REGION, parent) if codes.region_level(row) <= level]
        if options:
            label = LEVEL_NAMES[max(map(codes.region_level, options)) - 1]
            selects.append(RegionSelect(label, options, chosen))
    return selects


def chosen_region(parts: Iterable[str]) -> str:
    """The deepest region that several selects agree on, in whatever order they come.

    A city that is left over from another province is not reached.
    """
    rows = [codes.find_code(codes.REGION, part) for part in parts if part]
    below = {row.parent_code: row.code for row in rows if row is not None}
    code = ""
    while code in below:
        code = below[code]
    return code


def registered_elsewhere(uscc: str, region: str) -> bool:
    """Whether a credit code was registered in another prefecture than *region*; False while one is missing.

    Codes registered with the state say nothing. Two levels are compared: counties are merged and renamed
    every year.
    """
    registered = uscc[2:8]
    if not (registered and region) or registered == STATE_LEVEL:
        return False
    length = 2 if region[:2] in MUNICIPALITIES else 4
    whole_province = region[2:] == "0000" and registered[:2] == region[:2]
    return registered[:length] != region[:length] and not whole_province
