"""Reusable reads about form versions, drafts, submissions and attachments."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from forms.models import Attachment, AttachmentQuerySet, Draft, FormVersion, Submission
from forms.schema import FormSchema

_schemas: dict[UUID, FormSchema] = {}


def schema_of(version: FormVersion) -> FormSchema:
    """The description of a stored version, read once per process; versions never change."""
    if version.pk not in _schemas:
        _schemas[version.pk] = FormSchema.from_dict(version.schema)
    return _schemas[version.pk]


def draft_of(case_id: UUID) -> Draft | None:
    """What has been typed for a case so far, with its form version."""
    drafts = Draft.objects.select_related("form_version").defer("form_version__schema")
    return drafts.filter(case_id=case_id).first()


def submissions_of(case_id: UUID) -> QuerySet[Submission]:
    """The hand-ins of a case, first to last, with form version and author."""
    submissions = Submission.objects.select_related("form_version", "submitted_by")
    return submissions.defer("form_version__schema").filter(case_id=case_id)


def latest_submission(case_id: UUID) -> Submission | None:
    """The last hand-in of a case."""
    return submissions_of(case_id).last()


def attachments_of(case_id: UUID) -> AttachmentQuerySet:
    """The files of a case, in the order of upload, removed ones included (see `present`)."""
    return Attachment.objects.filter(case_id=case_id).order_by("uploaded_at", "id")


def attachments_in(submission: Submission) -> QuerySet[Attachment]:
    """The files a submission was handed in with, also those removed since."""
    return submission.attachments.order_by("uploaded_at", "id")


def file_values(attachments: Iterable[Attachment]) -> list[dict[str, Any]]:
    """Attachments of one field as the value of that field in a form."""
    return [
        {"id": str(file.pk), "name": file.name, "kind": file.kind, "sha256": file.sha256}
        for file in attachments
    ]
