"""A registration while it is being written."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.case_draft import REVIEW, CaseDraft
from employers.flows.vetting import forms
from employers.models import Employer
from forms.answers import Section, Step, draft_sections, steps_of
from forms.schema import Checked, FormSchema


class ApplicationDraft(CaseDraft):
    """The open application of one employer."""

    namespace = "employers"

    def __init__(self, employer: Employer) -> None:
        self.employer = employer
        super().__init__(employer.case)

    @property
    def schema(self) -> FormSchema:
        """The questions."""
        return forms.schema()

    @property
    def context(self) -> Mapping[str, Any]:
        """Nothing beside the answers."""
        return {}

    @property
    def steps(self) -> list[Step]:
        """The pages in order, for the answers so far."""
        return [*steps_of(self.schema, self.values, self.context), Step(REVIEW, _("Check and submit"))]

    @cached_property
    def checked(self) -> Checked:
        """What is missing, wrong or odd."""
        return forms.check_with_files(self.employer, self.values, self.files, timezone.localdate())

    @property
    def sections(self) -> list[Section]:
        """The answers in words, page by page."""
        return draft_sections(self.schema, self.steps, self.values, self.checked)

    @property
    def file_fields(self) -> list[tuple[str, str, list[Any], list[Any]]]:
        """(key, label, files, faults) of every field of papers that is asked."""
        shown = {key for step in self.steps for key in step.fields}
        return [
            (
                field.key,
                str(field.label),
                [file for file in self.files if file.field == field.key],
                list(self.checked.errors.get(field.key, ())),
            )
            for field in self.schema.fields
            if field.type == "files" and field.key in shown
        ]
