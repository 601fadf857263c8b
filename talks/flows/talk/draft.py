"""An application while it is being written."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.case_draft import REVIEW, CaseDraft
from forms.answers import Section, Step, draft_sections, steps_of
from forms.schema import Checked, FormSchema
from talks.flows.talk import forms
from talks.models import Talk


class TalkDraft(CaseDraft):
    """The open application for one talk."""

    namespace = "talks"

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        super().__init__(talk.case)

    @property
    def place(self) -> tuple[Any, ...]:
        """An employer may write several at once."""
        return (self.talk.pk,)

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
        return forms.check(self.talk, self.values, self.files, timezone.localdate())

    @property
    def sections(self) -> list[Section]:
        """The answers in words, page by page."""
        return draft_sections(self.schema, self.steps, self.values, self.checked)
