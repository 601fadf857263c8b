"""Local minimum wages, an editable code table (`minimum_wage`): yuan a month by region and day."""

import datetime
from decimal import Decimal

from forms.codes import children

TABLE = "minimum_wage"


def minimum_wage(region: str, day: datetime.date) -> Decimal | None:
    """Yuan a month that hold in *region* (six digits) on *day*: the nearest level that has a rate.

    The county's rate goes before the prefecture's and that before the province's. None when the table
    knows none, and then nothing is tested (RL-14).
    """
    for code in (region, f"{region[:4]}00", f"{region[:2]}0000"):
        rates = [
            (row.attributes["in_force_from"], Decimal(row.attributes["monthly"]))
            for row in children(TABLE, code)
            if row.is_active and row.attributes["in_force_from"] <= day.isoformat()
        ]
        if rates:
            return max(rates)[1]
    return None
