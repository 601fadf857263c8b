"""Which impact assessments cover giving data to another body, as the register of them says (RL-34)."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils import timezone


@dataclass(frozen=True)
class Assessed:
    """One assessment that holds: its key in the register and its title."""

    key: str
    title: str


Register = Callable[[datetime.date], Iterable[Assessed]]
_registers: list[Register] = []


def declare(register: Register) -> Register:
    """From now on exports to other bodies can go out under what *register* gives for a day."""
    _registers.append(register)
    return register


def holding(day: datetime.date | None = None) -> dict[str, Assessed]:
    """What data may be given to another body under on *day* (today), by key; nothing when nobody declared."""
    found = [each for register in _registers for each in register(day or timezone.localdate())]
    return {each.key: each for each in found}
