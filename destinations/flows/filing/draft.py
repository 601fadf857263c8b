"""A filing while it is being written: its answers, its pages, what is missing and what a reviewer marked."""

from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone

from destinations.flows.filing import actions, forms, pages
from destinations.models import Destination
from destinations.parcel import Correction, correction_of
from forms.models import Attachment, Draft
from forms.queries import attachments_of, draft_of
from forms.rendering import FileLinks, FormPage
from forms.schema import Checked, FormSchema
from processes.models import Case

#: `{id}` is filled in by the form, see FileLinks; reverse() would quote it.
_ANY = "00000000-0000-0000-0000-000000000000"


class FilingDraft:
    """The open filing of one graduate. What is shown twice is read once."""

    def __init__(self, destination: Destination) -> None:
        self.destination = destination
        self.student = destination.student
        self.case: Case = actions.case_of(destination)
        self.take(draft_of(self.case.pk))

    def take(self, draft: Draft | None) -> None:
        """Go on with *draft*."""
        self.saved = draft
        self.values: dict[str, Any] = dict(draft.values) if draft else {}
        self.__dict__.pop("checked", None)

    @property
    def revision(self) -> int:
        """The revision of the draft the page is made from."""
        return self.saved.revision if self.saved else 0

    @property
    def category(self) -> str:
        """The chosen category, or empty."""
        return str(self.values.get(pages.CATEGORY) or "")

    @property
    def schema(self) -> FormSchema:
        """The questions."""
        return forms.schema()

    @cached_property
    def files(self) -> list[Attachment]:
        """The proof added so far."""
        return list(attachments_of(self.case.pk).present())

    @property
    def steps(self) -> list[pages.Step]:
        """The pages in order, for the answers so far."""
        return pages.steps_for(self.student, self.values)

    def step(self, key: str) -> pages.Step | None:
        """The page under *key*, or None when the filing has no such page."""
        return next((step for step in self.steps if step.key == key), None)

    def after(self, key: str) -> str:
        """The key of the page after *key*; a returned filing goes from mark to mark, then to the check."""
        keys = [step.key for step in self.steps]
        rest = keys[keys.index(key) + 1 :]
        if self.marks:
            rest = [each for each in rest if each in self._marked_steps] + [pages.REVIEW]
        return rest[0] if rest else pages.REVIEW

    def before(self, key: str) -> str:
        """The key of the page before *key*, or empty on the first."""
        keys = [step.key for step in self.steps]
        place = keys.index(key)
        return keys[place - 1] if place else ""

    def next_step(self) -> str:
        """Where to go on: at what a reviewer marked, else at the first page that is not complete."""
        if not self.category:
            return pages.CATEGORY
        if self._marked_steps:
            return self._marked_steps[0]
        faulty = self.checked.errors
        return next((step.key for step in self.steps if faulty.keys() & set(step.fields)), pages.REVIEW)

    @property
    def asks_proof(self) -> bool:
        """Whether the category asks for proof."""
        return self.step(pages.PROOF_STEP) is not None

    @cached_property
    def correction(self) -> Correction | None:
        """What a reviewer wants changed, if the filing was returned."""
        return correction_of(self.case)

    @property
    def marks(self) -> dict[str, str]:
        """Field -> what the reviewer said."""
        found = self.correction
        return dict.fromkeys(found.fields, found.text) if found else {}

    @property
    def _marked_steps(self) -> list[str]:
        return [step.key for step in self.steps if set(step.fields) & self.marks.keys()]

    @property
    def field_links(self) -> list[tuple[str, str]]:
        """(label, address) of every field a reviewer marked that is still asked."""
        found = [(key, pages.step_of_field(self.steps, key)) for key in self.marks]
        return [
            (str(self.schema.by_key[key].label), f"{reverse('destinations:step', args=[step.key])}#{key}")
            for key, step in found
            if step
        ]

    @cached_property
    def checked(self) -> Checked:
        """What is missing, wrong or odd."""
        return forms.check_with_files(self.student, self.values, self.files, timezone.localdate())

    def form(self, step: pages.Step, *, show_faults: bool = False) -> FormPage:
        """The questions of one page, with what is wrong if that is to be shown."""
        return FormPage(
            schema=self.schema,
            values=self.values,
            context=forms.context_of(self.student),
            keys=step.fields,
            checked=self.checked if show_faults else None,
            marks=self.marks,
            files=self.files,
            links=file_links(),
            headings=False,
        )


def file_links() -> FileLinks:
    """The addresses of a graduate's own files."""
    return FileLinks(
        upload=reverse("destinations:upload"),
        show=_with_id("destinations:file"),
        thumbnail=_with_id("destinations:thumbnail"),
        remove=_with_id("destinations:remove"),
    )


def _with_id(name: str) -> str:
    return reverse(name, args=[_ANY]).replace(_ANY, "{id}")
