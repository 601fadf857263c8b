"""What the pages of a filing show: its steps, its answers in words, what changed between submissions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from destinations.flows.filing import forms, matrix
from destinations.flows.filing.words import CHOICES, PLAIN
from forms.codes import code_name
from forms.models import Submission
from forms.queries import schema_of
from forms.schema import Checked, Field, FieldError
from forms.schema.form import YES_NO

if TYPE_CHECKING:
    from students.models import Student

CATEGORY, PROOF_STEP, REVIEW = "category", "proof", "review"
PROOF_FIELD = forms.PROOF


@dataclass(frozen=True)
class Step:
    """One page of the way through a filing."""

    key: str
    title: str | Promise
    fields: tuple[str, ...] = ()


def steps_for(student: "Student", values: Mapping[str, Any]) -> list[Step]:
    """The pages of a filing in order: the category alone until it is chosen, then what it asks for.

    A single question that may stay open is no page of its own; it joins the page after it.
    """
    first = Step(CATEGORY, _("Where you are going"), (CATEGORY,))
    if not values.get(CATEGORY):
        return [first]
    schema, context = forms.schema(), forms.context_of(student)
    shown: dict[str, list[str]] = {}
    for each in schema.visible(values, context):
        shown.setdefault(each.group, []).append(each.key)
    required, steps = schema.required(values, context), [first]
    waiting: list[str] = []
    for group in schema.groups:
        fields = [*waiting, *shown.get(group.key, ())]
        if group.key == CATEGORY or not fields:
            continue
        lonely = len(fields) == 1 and not required & set(fields)
        waiting = fields if lonely else []
        if not lonely:
            steps.append(Step(group.key, str(group.label), tuple(fields)))
    return [*steps, Step(REVIEW, _("Check and submit"))]


def step_of_field(steps: Iterable[Step], key: str) -> Step | None:
    """The page on which a field is asked, or None when it is not asked any more."""
    return next((step for step in steps if key in step.fields), None)


@dataclass(frozen=True)
class Card:
    """A category to choose from."""

    code: str
    name: str
    plain: str | Promise


@dataclass(frozen=True)
class CardGroup:
    """Categories under one everyday question."""

    key: str
    title: str | Promise
    icon: str
    cards: list[Card]

    @property
    def codes(self) -> list[str]:
        """The codes of its cards."""
        return [card.code for card in self.cards]


def category_cards(student: "Student") -> list[CardGroup]:
    """The categories *student* may choose, in groups; empty groups are left out."""
    offered = set(forms.offered_categories(student))
    groups = [
        CardGroup(
            choice.key,
            choice.title,
            choice.icon,
            [
                Card(code, code_name(forms.CATEGORIES, code), PLAIN[code])
                for code in choice.categories
                if code in offered
            ],
        )
        for choice in CHOICES
    ]
    return [group for group in groups if group.cards]


@dataclass(frozen=True)
class ProofAsked:
    """What to upload for a category."""

    words: str
    min_files: int


def proof_asked(category: str) -> ProofAsked | None:
    """What counts as proof for *category*; None when none is asked."""
    rule = matrix.proof_rule(category)
    return ProofAsked(code_name("destination_proof", rule.code), rule.min_files) if rule else None


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


def draft_sections(student: "Student", values: Mapping[str, Any], checked: Checked) -> list[Section]:
    """What the draft says, page by page, with what is missing, wrong or odd at each answer."""
    schema = forms.schema()
    texts = {shown.key: text for shown, text in schema.display_fields(checked.values)}
    return [
        Section(
            step.key,
            str(step.title),
            [
                Row(
                    key,
                    str(schema.by_key[key].label),
                    texts.get(key) or str(values.get(key) or ""),
                    errors=checked.errors.get(key, []),
                    warnings=checked.warnings.get(key, []),
                )
                for key in step.fields
            ],
        )
        for step in steps_for(student, values)
        if step.key not in (PROOF_STEP, REVIEW)
    ]
