"""The filters of the inbox as they stand in the address."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

MAX_LENGTH = 60
LONGEST_STEP = 150


@dataclass(frozen=True)
class Filters:
    """Which tasks to show; everything empty shows all of them.

    *step* is `flow_key.node_id`, *unit* the key of a unit, *brief* a part of the line under the title,
    *q* words of a name, number or pinyin; *returned*, *overdue* and *held* (also what colleagues have
    taken) are `1` or empty.
    """

    step: str = ""
    unit: str = ""
    brief: str = ""
    returned: str = ""
    overdue: str = ""
    held: str = ""
    q: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Filters":
        """The filters in an address; what makes no sense there counts as not said."""
        given = {name: str(query.get(name, "")).strip()[:MAX_LENGTH] for name in cls.__dataclass_fields__}
        step = str(query.get("step", ""))[:LONGEST_STEP]
        return cls(
            step=step if "." in step else "",
            unit=given["unit"] if given["unit"].isdecimal() else "",
            brief=given["brief"],
            returned=_switch(given["returned"]),
            overdue=_switch(given["overdue"]),
            held=_switch(given["held"]),
            q=given["q"],
        )

    @property
    def query(self) -> str:
        """The filters as the part of an address behind the question mark."""
        return urlencode({name: value for name, value in asdict(self).items() if value})

    @property
    def flow_and_node(self) -> tuple[str, str]:
        """The two parts of *step*."""
        flow_key, _dot, node_id = self.step.partition(".")
        return flow_key, node_id

    @property
    def narrowing(self) -> int:
        """How many filters of the filter sheet are set."""
        return sum(map(bool, (self.unit, self.brief, self.returned, self.overdue, self.held)))


def _switch(text: str) -> str:
    return "1" if text and text != "0" else ""
