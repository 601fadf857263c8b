"""What lint answers with, and the names it may check a definition against."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from processes.bpmn.model import CALL_ACTIVITY, Element, Model, SequenceFlow

#: Longer values are shown cut.
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: a stable code, the element it sits on, what is wrong and how to mend it."""

    code: str
    element_id: str
    message: str
    hint: str = ""
    line: int = 0

    def __str__(self) -> str:
        where = f"{self.element_id or '-'} (line {self.line})" if self.line else self.element_id or "-"
        return f"{where}: {self.message} [{self.code}]" + (f"\n    {self.hint}" if self.hint else "")


@dataclass(frozen=True)
class CalledFlow:
    """What a definition that is called has to tell: its variables, and whom it calls itself."""

    variables: Mapping[str, str]
    calls: frozenset[str] = frozenset()
    #: Whether it has a plain start event, at which a call begins.
    can_be_called: bool = True

    @classmethod
    def of(cls, model: Model) -> "CalledFlow":
        """What *model* has to tell."""
        return cls(
            variables=model.variables,
            calls=frozenset(call.called for call in model.of_type(CALL_ACTIVITY)),
            can_be_called=model.start_of() is not None,
        )


@dataclass(frozen=True)
class Catalogue:
    """The names a definition may use; None means: not checked."""

    roles: frozenset[str] | None = None
    #: Levels of the organisation, from above.
    units: tuple[str, ...] | None = None
    handlers: frozenset[str] | None = None
    #: Of the roles, those whose holders can be given a task.
    staff_roles: frozenset[str] | None = None
    #: Form -> keys of its fields.
    forms: Mapping[str, frozenset[str]] | None = None
    #: Keys of the fields of the flow's own form, for tasks that name none.
    fields: frozenset[str] | None = None
    #: Key of a definition -> what a call of it has to know.
    flows: Mapping[str, CalledFlow] | None = None


ANYTHING = Catalogue()

Check = Callable[[Model, Catalogue], Iterable[Problem]]


def on(item: Element | SequenceFlow, code: str, message: str, hint: str) -> Problem:
    """A problem that sits on an element or a flow."""
    return Problem(code, item.id, message, hint, item.line)


def shown(value: str) -> str:
    """A value from the text, quoted and not too long."""
    return repr(value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…")


def listed(names: Iterable[str]) -> str:
    """Names for a hint, in alphabetical order."""
    return ", ".join(sorted(names)) or "none"


def meant(name: str, known: Iterable[str]) -> str:
    """A hint with the names there are, or only the one that begins and ends like *name*."""
    names, name = sorted(known), name[:_SHOWN]
    close = max(names, key=lambda each: _alike(name, each), default="")
    if close and _alike(name, close) * 2 >= len(close):
        return f"Did you mean {close}?"
    return f"Use one of {listed(names)}."


def _alike(one: str, other: str) -> int:
    """How many letters two names have in common at the beginning and at the end."""
    begin = _begin(one, other)
    return begin + _begin(one[begin:][::-1], other[begin:][::-1])


def _begin(one: str, other: str) -> int:
    return next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def whole_number(text: str, most: int) -> int | None:
    """The number from 1 to *most* that *text* is, else None."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return None
    return int(text) if 1 <= int(text) <= most else None
