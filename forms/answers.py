"""A form's answers in words: page by page while it is written, section by section once it is handed in."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from forms.models import Submission
from forms.queries import schema_of
from forms.schema import Checked, Field, FieldError, FormSchema
from forms.schema.form import YES_NO


@dataclass(frozen=True)
class Step:
    """One page of the way through a form."""

    key: str
    title: str | Promise
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """A question with its answer in words, and what it said before if that differs."""

    key: str
    label: str
    text: str
    old: str = ""
    changed: bool = False
    errors: list[FieldError] = field(default_factory=list)
    warnings: list[FieldError] = field(default_factory=list)


@dataclass(frozen=True)
class Section:
    """The answers under one heading; `key` is the page on which they are given."""

    key: str
    title: str
    rows: list[Row]


def steps_of(
    schema: FormSchema,
    values: Mapping[str, Any],
    context: Mapping[str, Any],
    *,
    without: Collection[str] = (),
) -> list[Step]:
    """The pages of a form in order, one a group (but for those in *without*) that asks anything.

    A single question that may stay open is no page of its own; it joins the page after it.
    """
    shown: dict[str, list[str]] = {}
    for each in schema.visible(values, context):
        shown.setdefault(each.group, []).append(each.key)
    required, steps = schema.required(values, context), []
    waiting: list[str] = []
    for group in schema.groups:
        fields = [*waiting, *shown.get(group.key, ())]
        if group.key in without or not fields:
            continue
        lonely = len(fields) == 1 and not required & set(fields)
        waiting = fields if lonely else []
        if not lonely:
            steps.append(Step(group.key, str(group.label), tuple(fields)))
    return steps


def step_of_field(steps: Iterable[Step], key: str) -> Step | None:
    """The page on which a field is asked, or None when it is not asked any more."""
    return next((step for step in steps if key in step.fields), None)


def submission_sections(submission: Submission, previous: Submission | None = None) -> list[Section]:
    """A submission as its author saw it; what differs from *previous* carries what it said before."""
    schema = schema_of(submission.form_version)
    changes = (
        {change.field.key: change for change in schema.diff(previous.values, submission.values)}
        if previous
        else {}
    )
    texts = {
        shown.key: text
        for shown, text in schema.display_fields(submission.values)
        if _says_something(shown, submission)
    }
    sections = []
    for group in schema.groups:
        rows = [
            Row(
                each.key,
                str(each.label),
                texts.get(each.key, ""),
                changes[each.key].old if each.key in changes else "",
                each.key in changes,
            )
            for each in schema.fields
            if each.group == group.key and (each.key in texts or each.key in changes)
            if each.type != "files" or each.key in changes
        ]
        if rows:
            sections.append(Section(group.key, str(group.label), rows))
    return sections


def _says_something(shown: Field, submission: Submission) -> bool:
    """An empty tick box says nothing; a no that somebody chose does."""
    return submission.values[shown.key] is not False or shown.widget == YES_NO


def draft_sections(
    schema: FormSchema, steps: Iterable[Step], values: Mapping[str, Any], checked: Checked
) -> list[Section]:
    """What a draft says, page by page, with what is missing, wrong or odd at each answer; files apart."""
    texts = {shown.key: text for shown, text in schema.display_fields(checked.values)}
    sections = []
    for step in steps:
        rows = [
            Row(
                key,
                str(schema.by_key[key].label),
                texts.get(key) or str(values.get(key) or ""),
                errors=checked.errors.get(key, []),
                warnings=checked.warnings.get(key, []),
            )
            for key in step.fields
            if schema.by_key[key].type != "files"
        ]
        if rows:
            sections.append(Section(step.key, str(step.title), rows))
    return sections
