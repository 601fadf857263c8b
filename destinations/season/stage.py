"""What everybody in the season shares: the calendar of what is going to happen, and the count of what did."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from django.utils import timezone

from destinations.season.employers import Employer
from destinations.season.players import Player
from students.season.tables import Weighted

Act = Callable[["Stage", Player, datetime.datetime], None]


@dataclass
class Stage:
    """Days count from *starts_on*; `failures` are (sign-in name, act, message)."""

    starts_on: datetime.date
    employers: Weighted[Employer]
    today: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[str, str, str]] = field(default_factory=list)
    by_case: dict[UUID, Player] = field(default_factory=dict)
    agenda: dict[int, list[tuple[Player, Act]]] = field(default_factory=lambda: defaultdict(list))

    @property
    def date(self) -> datetime.date:
        """Today in the calendar."""
        return self.starts_on + datetime.timedelta(days=self.today)

    def moment(self, time: datetime.time, minutes: int = 0) -> datetime.datetime:
        """So many minutes after that time today, where the school is."""
        start = timezone.make_aware(datetime.datetime.combine(self.date, time))
        return start + datetime.timedelta(minutes=minutes)

    def later(self, days: int, player: Player, act: Act) -> None:
        """Let *player* do *act* in so many days, at least one."""
        self.agenda[self.today + days].append((player, act))

    def due(self) -> Iterator[tuple[Player, Act]]:
        """What graduates planned for today."""
        yield from self.agenda.pop(self.today, [])
