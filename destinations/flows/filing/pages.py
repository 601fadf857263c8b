"""What the pages of a filing show: its steps, the categories to choose from, the proof that is asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from approvals.case_draft import REVIEW
from destinations.flows.filing import forms, matrix
from destinations.flows.filing.words import CHOICES, PLAIN
from forms.answers import Step, steps_of
from forms.codes import code_name

if TYPE_CHECKING:
    from students.models import Student

CATEGORY, PROOF_STEP = "category", "proof"
PROOF_FIELD = forms.PROOF


def steps_for(student: "Student", values: Mapping[str, Any]) -> list[Step]:
    """The pages of a filing in order: the category alone until it is chosen, then what it asks for."""
    first = Step(CATEGORY, _("Where you are going"), (CATEGORY,))
    if not values.get(CATEGORY):
        return [first]
    asked = steps_of(forms.schema(), values, forms.context_of(student), without={CATEGORY})
    return [first, *asked, Step(REVIEW, _("Check and submit"))]


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
