"""A filing while it is being written: what is asked of this graduate, and what is missing."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.utils import timezone

from approvals.case_draft import CaseDraft
from destinations.flows.filing import actions, forms, pages
from destinations.models import Destination
from forms.answers import Section, Step, draft_sections
from forms.schema import Checked, FormSchema


class FilingDraft(CaseDraft):
    """The open filing of one graduate."""

    namespace = "destinations"

    def __init__(self, destination: Destination) -> None:
        self.destination = destination
        self.student = destination.student
        super().__init__(actions.case_of(destination))

    @property
    def category(self) -> str:
        """The chosen category, or empty."""
        return str(self.values.get(pages.CATEGORY) or "")

    @property
    def schema(self) -> FormSchema:
        """The questions."""
        return forms.schema()

    @property
    def context(self) -> Mapping[str, Any]:
        """What the form's conditions ask of the graduate."""
        return forms.context_of(self.student)

    @property
    def steps(self) -> list[Step]:
        """The pages in order, for the answers so far."""
        return pages.steps_for(self.student, self.values)

    def next_step(self) -> str:
        """Where to go on: first of all a category is chosen."""
        return super().next_step() if self.category else pages.CATEGORY

    @property
    def asks_proof(self) -> bool:
        """Whether the category asks for proof."""
        return self.step(pages.PROOF_STEP) is not None

    @cached_property
    def checked(self) -> Checked:
        """What is missing, wrong or odd."""
        return forms.check_with_files(self.student, self.values, self.files, timezone.localdate())

    @property
    def sections(self) -> list[Section]:
        """The answers in words, page by page."""
        return draft_sections(self.schema, self.steps, self.values, self.checked)
