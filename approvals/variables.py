"""Variables of cases as people type them."""

import datetime
import json
from typing import Any

from django.utils.translation import gettext as _

from common.errors import BadInput

TRUE, FALSE = frozenset({"true", "yes", "1", "是"}), frozenset({"false", "no", "0", "否", ""})


def typed_value(text: str, kind: str) -> Any:
    """What *text* stands for in a variable of type *kind*, as JSON holds it. Raises BadInput."""
    said = text.strip()
    try:
        return _value(said, kind)
    except ValueError:
        message = _("“%(value)s” does not fit the type of the variable (%(kind)s).")
        raise BadInput(message % {"value": said, "kind": kind}) from None


def _value(said: str, kind: str) -> Any:
    if kind == "int":
        return int(said)
    if kind == "double":
        return float(said)
    if kind == "bool":
        return _truth(said.lower())
    if kind == "timestamp":
        return datetime.datetime.fromisoformat(said).isoformat()
    return _list(said) if kind == "list" else said


def _truth(said: str) -> bool:
    if said in TRUE:
        return True
    if said in FALSE:
        return False
    raise ValueError(said)


def _list(said: str) -> list[Any]:
    value = json.loads(said or "[]")
    if not isinstance(value, list):
        raise ValueError(said)
    return value
