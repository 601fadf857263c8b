"""One field of a form description, and how it is read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from common.expressions import ExpressionError
from forms.schema.conditions import Condition
from forms.schema.texts import NO_TEXT, Text

#: Field type -> type of its variable in conditions.
VARIABLE_TYPES: Mapping[str, str] = {
    "text": "string",
    "long": "string",
    "name": "string",
    "code": "string",
    "region": "string",
    "date": "string",
    "time": "string",
    "int": "int?",
    "money": "double?",
    "bool": "bool",
    "phone": "string",
    "email": "string",
    "url": "string",
    "uscc": "string",
    "postcode": "string",
    "files": "list",
}

_TYPE = re.compile(r"([a-z]+)(?:\(([a-z0-9_]+)\))?")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
_KNOWN = frozenset(
    {
        "key",
        "type",
        "group",
        "required",
        "required_if",
        "visible_if",
        "min",
        "max",
        "widget",
        "autocomplete",
        "others",
    }
    | {"label", "label_zh", "help", "help_zh", "placeholder", "placeholder_zh"}
)
_LENGTHS = {"text": 100, "long": 1000, "name": 50, "url": 300}
_LEVELS = 3
_FILES = 9


class SchemaError(ValueError):
    """A form description that cannot be used; says where and why."""


@dataclass(frozen=True, slots=True)
class Field:
    """A question of a form.

    `argument` is what the type has in brackets: the length of text(100), the table of code(gender),
    the depth of region(3). `minimum` and `maximum` bound an int, money, or the number of files.
    """

    key: str
    type: str
    label: Text
    argument: str = ""
    group: str = ""
    help: Text = NO_TEXT
    placeholder: Text = NO_TEXT
    required: bool = False
    required_if: Condition | None = None
    visible_if: Condition | None = None
    minimum: int | None = None
    maximum: int | None = None
    widget: str = ""
    autocomplete: str = ""
    others: bool = False
    """Whether the answer is about somebody else than who gives it: it stands in nobody's copy of own data."""

    @property
    def variable_type(self) -> str:
        """The type of this field's variable in conditions."""
        return VARIABLE_TYPES[self.type]

    @property
    def max_length(self) -> int:
        """The most characters of a text."""
        return int(self.argument or _LENGTHS.get(self.type, 0))

    @property
    def level(self) -> int:
        """How deep a region goes: 1 province, 2 prefecture, 3 county."""
        return int(self.argument or _LEVELS)

    @property
    def most_files(self) -> int:
        """How many files the field takes."""
        return self.maximum if self.maximum is not None else _FILES

    @property
    def is_choice(self) -> bool:
        """Whether one chooses instead of writing."""
        return self.type in ("code", "region", "bool", "date", "time")


def read_field(data: Mapping[str, Any], visible: Mapping[str, str], required: Mapping[str, str]) -> Field:
    """A field out of its description.

    *visible* and *required* declare the variables its two conditions may use: whether a field shows
    depends on the context and on earlier fields alone, so that one pass settles it. Raises
    SchemaError naming the field.
    """
    key = str(data.get("key"))
    try:
        kind, argument = _read_type(data)
        field = Field(
            key=key,
            type=kind,
            argument=argument,
            label=Text.read(dict(data), "label"),
            group=str(data.get("group", "")),
            help=Text.read(dict(data), "help"),
            placeholder=Text.read(dict(data), "placeholder"),
            required=_read_flag(data, "required"),
            required_if=_read_condition(data, "required_if", required),
            visible_if=_read_condition(data, "visible_if", visible),
            minimum=_read_number(data, "min"),
            maximum=_read_number(data, "max"),
            widget=str(data.get("widget", "")),
            autocomplete=str(data.get("autocomplete", "")),
            others=_read_flag(data, "others"),
        )
        _refuse_nonsense(field, data)
    except SchemaError as error:
        raise SchemaError(f"Field {key!r}: {error}") from error
    return field


def _read_type(data: Mapping[str, Any]) -> tuple[str, str]:
    written = _TYPE.fullmatch(str(data.get("type", "")))
    if written is None or written[1] not in VARIABLE_TYPES:
        raise SchemaError(
            f"the type {data.get('type')!r} is unknown; use one of {', '.join(VARIABLE_TYPES)}."
        )
    kind, argument = written[1], written[2] or ""
    if kind == "code" and not argument:
        raise SchemaError("the type needs its table: code(TABLE).")
    if kind in ("text", "long", "region", "url") and argument and not argument.isdecimal():
        raise SchemaError(f"the type {data['type']!r} needs a number in brackets.")
    return kind, argument


def _read_flag(data: Mapping[str, Any], name: str) -> bool:
    value = data.get(name, False)
    if not isinstance(value, bool):
        raise SchemaError(f"{name} has to be true or false; a condition goes to {name}_if.")
    return value


def _read_number(data: Mapping[str, Any], name: str) -> int | None:
    value = data.get(name)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise SchemaError(f"{name} has to be a whole number.")
    return value


def _read_condition(data: Mapping[str, Any], name: str, declared: Mapping[str, str]) -> Condition | None:
    text = data.get(name)
    if text is None:
        return None
    try:
        return Condition.load(str(text), declared)
    except ExpressionError as error:
        raise SchemaError(f"{name} {error}.") from error


def _refuse_nonsense(field: Field, data: Mapping[str, Any]) -> None:
    if not _KEY.fullmatch(field.key):
        raise SchemaError("the key has to be lower-case letters, digits and underscores.")
    if unknown := set(data) - _KNOWN:
        raise SchemaError(f"unknown settings: {', '.join(sorted(unknown))}.")
    if not (field.label.en and field.label.zh):
        raise SchemaError("the label is needed in both languages (label, label_zh).")
    if field.required and field.required_if:
        raise SchemaError("required and required_if exclude each other.")
