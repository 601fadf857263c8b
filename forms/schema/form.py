"""A form description: load it, validate values with it, compare and show them."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from django.utils.functional import Promise

from common.expressions import ExpressionError
from forms.schema import problems
from forms.schema.cleaning import clean
from forms.schema.conditions import MISSING, Condition
from forms.schema.display import text_of
from forms.schema.fields import VARIABLE_TYPES, Field, SchemaError, read_field
from forms.schema.problems import FieldError, Invalid
from forms.schema.texts import NO_TEXT, Text

LEVELS = ("error", "warning")
YES_NO = "yesno"
CONTEXT_TYPES = ("string", "int", "double", "bool", "list")

Values = Mapping[str, Any]


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together, under one heading."""

    key: str
    label: Text
    help: Text = NO_TEXT


@dataclasses.dataclass(frozen=True, slots=True)
class Check:
    """A rule over several fields; its message shows at each of them."""

    code: str
    test: Condition
    fields: tuple[str, ...]
    message: Text
    level: str = "error"


@dataclasses.dataclass(slots=True)
class Checked:
    """The outcome of a validation: clean values of the visible fields, and what is wrong or odd."""

    values: dict[str, Any] = dataclasses.field(default_factory=dict)
    errors: dict[str, list[FieldError]] = dataclasses.field(default_factory=dict)
    warnings: dict[str, list[FieldError]] = dataclasses.field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the values can be handed in; warnings do not stop them."""
        return not self.errors

    def add(self, key: str, error: FieldError, level: str = "error") -> None:
        """Put one more fault (or warning) at a field."""
        target = self.errors if level == "error" else self.warnings
        target.setdefault(key, []).append(error)


class FieldChange(NamedTuple):
    """What a field showed before and shows now."""

    field: Field
    old: str
    new: str


@dataclasses.dataclass(frozen=True, slots=True)
class FormSchema:
    """A form: its groups and fields in order, its checks, and the context its conditions may use."""

    key: str
    title: Text
    groups: tuple[Group, ...]
    fields: tuple[Field, ...]
    checks: tuple[Check, ...]
    context: Mapping[str, str]
    by_key: Mapping[str, Field]

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "FormSchema":
        """Read a description. Raises SchemaError, naming the field or check, on anything wrong in it."""
        groups = tuple(
            Group(str(group["key"]), Text.read(group, "label"), Text.read(group, "help"))
            for group in data.get("groups", ())
        )
        context = _read_context(data.get("context", {}))
        fields = tuple(_read_fields(data.get("fields", ()), context, {group.key for group in groups}))
        by_key = {field.key: field for field in fields}
        filled = context | {field.key: field.variable_type.rstrip("?") for field in fields}
        checks = tuple(_read_check(check, filled, by_key) for check in data.get("checks", ()))
        return cls(str(data["key"]), Text.read(dict(data), "title"), groups, fields, checks, context, by_key)

    def validate(self, values: Any, context: Values) -> Checked:
        """Clean *values* and say what is wrong with them; never raises on any JSON-like input.

        *context* gives every declared variable (KeyError otherwise); its `cohort`, if declared, also
        decides which codes hold. Values of hidden fields are dropped, empty ones left out.
        """
        given = values if isinstance(values, Mapping) else {}
        checked, env = Checked(), self._environment(context)
        shown = self._clean_visible(given, env, checked)
        for field in shown:
            self._demand(field, env, checked)
        self._run_checks(env, checked)
        return checked

    def visible(self, values: Any, context: Values) -> list[Field]:
        """The fields that show for *values*, in order."""
        given = values if isinstance(values, Mapping) else {}
        return self._clean_visible(given, self._environment(context), Checked())

    def required(self, values: Any, context: Values) -> set[str]:
        """The keys of the visible fields that have to be filled for *values*."""
        given = values if isinstance(values, Mapping) else {}
        env = self._environment(context)
        shown = self._clean_visible(given, env, Checked())
        return {field.key for field in shown if _is_required(field, env)}

    def deciding_fields(self) -> set[str]:
        """The keys of fields on which other fields' visibility or necessity depends."""
        conditions = (
            condition
            for field in self.fields
            for condition in (field.visible_if, field.required_if)
            if condition is not None
        )
        return {name for condition in conditions for name in condition.names if name in self.by_key}

    def diff(self, old: Values, new: Values) -> list[FieldChange]:
        """The fields whose value differs between two sets of clean values, as people read them."""
        return [
            FieldChange(field, text_of(field, old.get(field.key)), text_of(field, new.get(field.key)))
            for field in self.fields
            if old.get(field.key) != new.get(field.key)
        ]

    def display_fields(self, values: Values, language: str | None = None) -> list[tuple[Field, str]]:
        """The filled fields with their text as people read it, in order."""
        return [
            (field, text_of(field, values[field.key], language))
            for field in self.fields
            if values.get(field.key) is not None
        ]

    def display(self, values: Values, language: str | None = None) -> list[tuple[str, list[tuple[str, str]]]]:
        """(group, [(label, text), ...]) of the filled fields, in order; empty groups are left out."""
        shown: dict[str, list[tuple[str, str]]] = {}
        for field, text in self.display_fields(values, language):
            shown.setdefault(field.group, []).append((_in(field.label, language), text))
        titles = {group.key: _in(group.label, language) for group in self.groups}
        return [(titles.get(key, ""), rows) for key, rows in shown.items()]

    def _environment(self, context: Values) -> dict[str, Any]:
        """The context, and every field as if it were empty."""
        given = {name: context[name] for name in {path.partition(".")[0] for path in self.context}}
        return given | {field.key: MISSING[field.variable_type] for field in self.fields}

    def _clean_visible(self, given: Values, env: dict[str, Any], checked: Checked) -> list[Field]:
        """The visible fields; their clean values go to *checked* and, for conditions, to *env*."""
        shown: list[Field] = []
        known: dict[str, bool] = {}
        cohort = env.get("cohort")
        for field in self.fields:
            if field.visible_if is not None and not _holds(field.visible_if, env, known):
                continue
            shown.append(field)
            try:
                value = clean(field, given.get(field.key), cohort)
            except Invalid as error:
                checked.add(field.key, error.error)
                continue
            if value is None and field.type == "bool" and field.widget != YES_NO:
                value = False
            if value is not None:
                checked.values[field.key] = value
                env[field.key] = _as_variable(field, value)
        return shown

    def _demand(self, field: Field, env: Values, checked: Checked) -> None:
        """A fault at an empty field that has to be filled; a required tick box has to be ticked."""
        if field.key in checked.errors or not _is_missing(field, checked.values.get(field.key)):
            return
        if _is_required(field, env):
            message = str(_demand_message(field)) % {"label": field.label}
            checked.add(field.key, FieldError(problems.REQUIRED, message))

    def _run_checks(self, env: Values, checked: Checked) -> None:
        """Run the checks all of whose fields are filled and faultless by themselves."""
        usable = checked.values.keys() - checked.errors.keys()
        for check in self.checks:
            used = self.by_key.keys() & check.test.names
            if used <= usable and not check.test.holds(env):
                for key in check.fields:
                    checked.add(key, FieldError(check.code, str(check.message)), check.level)


def _is_required(field: Field, env: Values) -> bool:
    return field.required or (field.required_if is not None and field.required_if.holds(env))


def _is_missing(field: Field, value: Any) -> bool:
    return value is None or (value is False and field.widget != YES_NO)


def _demand_message(field: Field) -> str | Promise:
    if field.type == "files":
        return problems.ADD_FILES
    if field.type == "bool" and field.widget != YES_NO:
        return problems.CONFIRM
    return problems.CHOOSE if field.is_choice else problems.FILL_IN


def _holds(condition: Condition, env: Values, known: dict[str, bool]) -> bool:
    """The condition's outcome, worked out once for all fields that share its text."""
    if condition.text not in known:
        known[condition.text] = condition.holds(env)
    return known[condition.text]


def _as_variable(field: Field, value: Any) -> Any:
    """A clean value as conditions see it: money as a number, files as the list of their kinds."""
    if field.type == "money":
        return float(value)
    if field.type == "files":
        return [file["kind"] for file in value]
    return value


def _in(text: Text, language: str | None) -> str:
    return str(text) if language is None else text.in_language(language)


def _read_context(data: Mapping[str, Any]) -> dict[str, str]:
    """Declared variables as name -> type; those of a map as `map.name`."""
    context: dict[str, str] = {}
    for name, kind in data.items():
        members = (
            {f"{name}.{member}": inner for member, inner in kind.items()}
            if isinstance(kind, dict)
            else {name: kind}
        )
        context |= members
    for name, kind in context.items():
        if kind not in CONTEXT_TYPES:
            raise SchemaError(
                f"Context {name!r}: the type {kind!r} is unknown; use {', '.join(CONTEXT_TYPES)}."
            )
    return context


def _read_fields(
    data: Iterable[Mapping[str, Any]], context: Mapping[str, str], groups: set[str]
) -> Iterator[Field]:
    """The fields in order; each may show depending on the context and the fields before it."""
    descriptions = list(data)
    everything = dict(context) | {
        str(field.get("key")): VARIABLE_TYPES.get(str(field.get("type", "")).partition("(")[0], "string")
        for field in descriptions
    }
    earlier = dict(context)
    for description in descriptions:
        field = read_field(description, earlier, everything)
        if field.key in earlier:
            raise SchemaError(f"Field {field.key!r}: the key is taken.")
        if field.group and field.group not in groups:
            raise SchemaError(f"Field {field.key!r}: the group {field.group!r} is not declared.")
        earlier[field.key] = field.variable_type
        yield field


def _read_check(data: Mapping[str, Any], variables: Mapping[str, str], by_key: Mapping[str, Field]) -> Check:
    code = str(data.get("code"))
    try:
        test = Condition.load(str(data.get("test", "")), variables)
    except ExpressionError as error:
        raise SchemaError(f"Check {code!r}: test {error}.") from error
    fields = tuple(data.get("fields", ())) or tuple(name for name in test.names if name in by_key)
    check = Check(code, test, fields, Text.read(dict(data), "message"), str(data.get("level", "error")))
    if unknown := set(fields) - by_key.keys():
        raise SchemaError(f"Check {code!r}: unknown fields {', '.join(sorted(unknown))}.")
    if check.level not in LEVELS:
        raise SchemaError(f"Check {code!r}: the level has to be one of {', '.join(LEVELS)}.")
    if not (check.message.en and check.message.zh):
        raise SchemaError(f"Check {code!r}: the message is needed in both languages (message, message_zh).")
    return check
