"""A form description with values as questions on a page."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from django.urls import reverse

from forms import codes
from forms.models import Attachment, Code
from forms.regions import RegionSelect, region_selects
from forms.schema import Checked, Field, FieldError, FormSchema, Group
from forms.schema.form import YES_NO
from forms.schema.problems import REQUIRED

MOST_RADIOS = 5

#: Field type -> attributes of its plain input.
INPUTS: Mapping[str, Mapping[str, str]] = {
    "text": {"type": "text"},
    "name": {"type": "text", "autocapitalize": "words"},
    "date": {"type": "date"},
    "time": {"type": "time"},
    "int": {"type": "text", "inputmode": "numeric"},
    "money": {"type": "text", "inputmode": "decimal"},
    "phone": {"type": "tel", "inputmode": "tel"},
    "email": {"type": "email", "inputmode": "email", "autocapitalize": "none"},
    "url": {"type": "url", "inputmode": "url", "autocapitalize": "none"},
    "uscc": {"type": "text", "autocapitalize": "characters", "spellcheck": "false", "maxlength": "24"},
    "postcode": {"type": "text", "inputmode": "numeric"},
}


class Option(NamedTuple):
    """Something to choose."""

    code: str
    label: str
    chosen: bool


class OptionGroup(NamedTuple):
    """Options under a heading; the heading is empty for those without one."""

    label: str
    options: list[Option]


@dataclass(frozen=True)
class FileLinks:
    """Where the files of a question are sent, shown and removed; `{id}` stands for the attachment's id."""

    upload: str
    show: str
    thumbnail: str
    remove: str


@dataclass(frozen=True)
class FileRow:
    """A file of a question with its addresses."""

    file: Attachment
    show: str
    thumbnail: str
    remove: str


@dataclass
class Question:
    """A field on a page: what was typed, what is wrong with it, how it is asked."""

    field: Field
    value: Any = None
    errors: Sequence[FieldError] = ()
    warnings: Sequence[FieldError] = ()
    required: bool = False
    decides: bool = False
    mark: str = ""
    cohort: int | None = None
    files: Sequence[Attachment] = ()
    links: FileLinks | None = None

    @property
    def key(self) -> str:
        """The field's key, which is also the name of its input."""
        return self.field.key

    @property
    def id(self) -> str:
        """The id of its input; links to a question end with #KEY."""
        return f"q-{self.key}"

    @property
    def template(self) -> str:
        """The template that draws it."""
        return f"forms/controls/{self.control}.html"

    @cached_property
    def control(self) -> str:
        """How it is asked: text, long, select, radios, tick, yesno, region or files."""
        match self.field.type:
            case "long" | "region" | "files":
                return self.field.type
            case "bool":
                return YES_NO if self.field.widget == YES_NO else "tick"
            case "code":
                return "radios" if self._has_few_options else "select"
            case _:
                return "text"

    @property
    def in_fieldset(self) -> bool:
        """Whether it has several inputs, so that its label is a legend."""
        return self.control in ("radios", YES_NO, "region", "files")

    @property
    def described_by(self) -> str:
        """The ids of its help, marks and errors, for screen readers."""
        parts = {"mark": self.mark, "help": self.field.help, "error": self.errors, "warning": self.warnings}
        return " ".join([*(f"{self.id}-{name}" for name, part in parts.items() if part), f"{self.id}-live"])

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes of a plain input."""
        attributes = dict(INPUTS.get(self.field.type, {}))
        if self.field.type in ("text", "long", "name") and self.field.max_length:
            attributes["maxlength"] = str(self.field.max_length)
        if self.field.placeholder:
            attributes["placeholder"] = str(self.field.placeholder)
        attributes["autocomplete"] = self.field.autocomplete or "off"
        return attributes

    @property
    def text(self) -> str:
        """What the input holds."""
        return "" if self.value is None else str(self.value)

    @property
    def is_yes(self) -> bool:
        """Whether a yes is what the draft holds."""
        return self.value is True or self.value in ("true", "on", "yes", "1")

    @property
    def is_no(self) -> bool:
        """Whether a no is what the draft holds."""
        return self.value is False or self.value in ("false", "off", "no", "0")

    @property
    def _has_few_options(self) -> bool:
        if self.field.widget in ("radios", "select"):
            return self.field.widget == "radios"
        groups = self.option_groups
        return len(groups) == 1 and not groups[0].label and len(groups[0].options) <= MOST_RADIOS

    @cached_property
    def option_groups(self) -> list[OptionGroup]:
        """What can be chosen; rows with children are headings. A choice gone by stays, as the last one."""
        groups: list[OptionGroup] = []
        for row in codes.children(self.field.argument, "", self.cohort):
            below = codes.children(self.field.argument, row.code, self.cohort)
            if below:
                groups.append(OptionGroup(row.label(), [self._option(child) for child in below]))
            elif groups and not groups[-1].label:
                groups[-1].options.append(self._option(row))
            else:
                groups.append(OptionGroup("", [self._option(row)]))
        if self.text and not any(option.chosen for group in groups for option in group.options):
            gone = Option(self.text, codes.code_name(self.field.argument, self.text, self.cohort), True)
            groups.append(OptionGroup("", [gone]))
        return groups

    def _option(self, row: Code) -> Option:
        return Option(row.code, row.label(), row.code == self.value)

    @property
    def region_selects(self) -> list[RegionSelect]:
        """The selects of a region, from the province down to the first that is still open."""
        return region_selects(self.text, self.field.level)

    @property
    def region_url(self) -> str:
        """Where the selects come from when one of them changes."""
        return reverse("forms:regions")

    @property
    def file_rows(self) -> list[FileRow]:
        """The files with their addresses."""
        links = self.links
        return [
            FileRow(file, *(link.format(id=file.pk) for link in (links.show, links.thumbnail, links.remove)))
            for file in self.files
            if links is not None
        ]


@dataclass
class FormPage:
    """The visible questions of a form, or those of one page of it, ready to be drawn.

    keys: the fields of this page (default: all). checked: a validation whose faults are shown. marks:
    field key -> what a reviewer said about it. files: the present attachments of the case. headings:
    False where the page has a heading of its own.
    """

    schema: FormSchema
    values: Mapping[str, Any]
    context: Mapping[str, Any]
    keys: Collection[str] | None = None
    checked: Checked | None = None
    marks: Mapping[str, str] = field(default_factory=dict)
    files: Iterable[Attachment] = ()
    links: FileLinks | None = None
    headings: bool = True

    @cached_property
    def questions(self) -> list[Question]:
        """The questions in order."""
        required = self.schema.required(self.values, self.context)
        deciding = self.schema.deciding_fields()
        files = list(self.files)
        return [
            Question(
                field=each,
                value=self.values.get(each.key),
                errors=self._found("errors", each.key),
                warnings=self._found("warnings", each.key),
                required=each.key in required,
                decides=each.key in deciding,
                mark=self.marks.get(each.key, ""),
                cohort=self.context.get("cohort"),
                files=[file for file in files if file.field == each.key],
                links=self.links,
            )
            for each in self.schema.visible(self.values, self.context)
            if self.keys is None or each.key in self.keys
        ]

    @property
    def groups(self) -> list[tuple[Group | None, list[Question]]]:
        """The questions under their headings, in order."""
        headings = {group.key: group for group in self.schema.groups}
        grouped: dict[str, list[Question]] = {}
        for question in self.questions:
            grouped.setdefault(question.field.group, []).append(question)
        return [(headings.get(key), questions) for key, questions in grouped.items()]

    @property
    def faulty(self) -> list[Question]:
        """The questions of this page that have errors."""
        return [question for question in self.questions if question.errors]

    def faults(self) -> dict[str, str]:
        """Field key -> words, for what was typed and cannot be right; what is missing is not among it."""
        errors = self.schema.validate(self.values, self.context).errors
        return {
            question.key: str(errors[question.key][0])
            for question in self.questions
            if question.key in errors and errors[question.key][0].code != REQUIRED
        }

    def _found(self, level: str, key: str) -> Sequence[FieldError]:
        return getattr(self.checked, level).get(key, ()) if self.checked is not None else ()
