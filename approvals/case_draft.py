"""A case while its applicant writes it: the answers, their pages, what is missing, what a reviewer marked."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from django.urls import reverse

from approvals.parcel import Correction, correction_of
from forms.answers import Step
from forms.models import Attachment, Draft
from forms.queries import attachments_of, draft_of
from forms.rendering import FileLinks, FormPage
from forms.schema import Checked, FormSchema
from processes.models import Case

REVIEW = "review"
#: `{id}` is filled in by the form, see FileLinks; reverse() would quote it.
_ANY = "00000000-0000-0000-0000-000000000000"


class CaseDraft(ABC):
    """The draft of one open case. What is shown twice is read once.

    A flow says what its form is: `schema`, `context`, `steps` (the last one has the key `review`) and
    `checked`. Its addresses are `NAMESPACE:step` (with the step's key) and, for files, `NAMESPACE:upload`,
    `file`, `thumbnail` and `remove`. Where an applicant has several cases, `place` comes before the rest.
    """

    namespace: ClassVar[str]

    def __init__(self, case: Case) -> None:
        self.case = case
        self.take(draft_of(case.pk))

    def take(self, draft: Draft | None) -> None:
        """Go on with *draft*."""
        self.saved = draft
        self.values: dict[str, Any] = dict(draft.values) if draft else {}
        self.__dict__.pop("checked", None)

    @property
    @abstractmethod
    def schema(self) -> FormSchema:
        """The questions."""

    @property
    @abstractmethod
    def context(self) -> Mapping[str, Any]:
        """What the form's conditions ask beside the answers."""

    @property
    @abstractmethod
    def steps(self) -> list[Step]:
        """The pages in order, for the answers so far."""

    @property
    @abstractmethod
    def checked(self) -> Checked:
        """What is missing, wrong or odd."""

    @property
    def revision(self) -> int:
        """The revision of the draft the page is made from."""
        return self.saved.revision if self.saved else 0

    @cached_property
    def files(self) -> list[Attachment]:
        """The files added so far."""
        return list(attachments_of(self.case.pk).present())

    def step(self, key: str) -> Step | None:
        """The page under *key*, or None when there is no such page."""
        return next((step for step in self.steps if step.key == key), None)

    @property
    def place(self) -> tuple[Any, ...]:
        """The arguments of every address that say which of an applicant's cases this is."""
        return ()

    def step_url(self, key: str) -> str:
        """The address of the page under *key*."""
        return reverse(f"{self.namespace}:step", args=[*self.place, key])

    def after(self, key: str) -> str:
        """The key of the page after *key*; a returned case goes from mark to mark, then to the check."""
        keys = [step.key for step in self.steps]
        rest = keys[keys.index(key) + 1 :]
        if self.marks:
            rest = [each for each in rest if each in self._marked_steps] + [REVIEW]
        return rest[0] if rest else REVIEW

    def before(self, key: str) -> str:
        """The key of the page before *key*, or empty on the first."""
        keys = [step.key for step in self.steps]
        place = keys.index(key)
        return keys[place - 1] if place else ""

    def next_step(self) -> str:
        """Where to go on: at what a reviewer marked, else at the first page that is not complete."""
        if self._marked_steps:
            return self._marked_steps[0]
        faulty = self.checked.errors
        return next((step.key for step in self.steps if faulty.keys() & set(step.fields)), REVIEW)

    @cached_property
    def correction(self) -> Correction | None:
        """What a reviewer wants changed, if the case was returned."""
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
        places = {key: step for step in self.steps for key in step.fields}
        return [
            (str(self.schema.by_key[key].label), f"{self.step_url(places[key].key)}#{key}")
            for key in self.marks
            if key in places
        ]

    def form(self, step: Step, *, show_faults: bool = False) -> FormPage:
        """The questions of one page, with what is wrong if that is to be shown."""
        return FormPage(
            schema=self.schema,
            values=self.values,
            context=self.context,
            keys=step.fields,
            checked=self.checked if show_faults else None,
            marks=self.marks,
            files=self.files,
            links=self._file_links(),
            headings=False,
        )

    def _file_links(self) -> FileLinks:
        """The addresses of the applicant's own files."""
        return FileLinks(
            upload=reverse(f"{self.namespace}:upload", args=self.place),
            show=self._with_id("file"),
            thumbnail=self._with_id("thumbnail"),
            remove=self._with_id("remove"),
        )

    def _with_id(self, name: str) -> str:
        return reverse(f"{self.namespace}:{name}", args=[*self.place, _ANY]).replace(_ANY, "{id}")
