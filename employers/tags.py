"""The tags that follow from what is known of an employer (codes of `employer_tag`)."""

import datetime
from collections.abc import Callable

from employers.models import Employer
from forms.codes import find_code

YOUNG_YEARS = 3
SMALL_SCALES = ("1", "2", "3")
LARGE_SCALES = ("6", "7")
STATE_OWNED, FOREIGN = "31", "32"

Rule = Callable[[Employer, datetime.date], bool]


def _is_public(employer: Employer, _day: datetime.date) -> bool:
    row = find_code("employer_nature", employer.nature)
    return row is not None and row.attributes.get("class") == "public"


def _is_young(employer: Employer, day: datetime.date) -> bool:
    founded = employer.founded_on
    return founded is not None and (day - founded).days < YOUNG_YEARS * 365


RULES: dict[str, Rule] = {
    "agency": lambda employer, _day: employer.is_agency,
    "public": _is_public,
    "state_owned": lambda employer, _day: employer.nature == STATE_OWNED,
    "foreign": lambda employer, _day: employer.nature == FOREIGN,
    "small": lambda employer, _day: employer.scale in SMALL_SCALES,
    "large": lambda employer, _day: employer.scale in LARGE_SCALES,
    "young": _is_young,
    "archive": lambda employer, _day: employer.keeps_archives,
}


def tags_for(employer: Employer, day: datetime.date) -> list[str]:
    """The tags that hold on *day*, in the order of the rules."""
    return [code for code, holds in RULES.items() if holds(employer, day)]
