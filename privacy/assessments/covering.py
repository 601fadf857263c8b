"""Under which assessments an export may go to another body (RL-34, PIPL art. 55)."""

import datetime
from collections.abc import Iterable

from exports.covering import Assessed, declare
from privacy.assessments.queries import giving


@declare
def _giving(day: datetime.date) -> Iterable[Assessed]:
    return [Assessed(str(each.pk), each.title) for each in giving(day)]
