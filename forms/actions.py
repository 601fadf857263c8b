"""Every write about code tables, form versions, drafts, submissions and attachments."""

import datetime
import hashlib
import json
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import BadInput, Stale
from common.moments import spoken_moment
from common.uploads import CleanFile, clean_upload
from forms import codes
from forms.commitments import digest_of, new_salt
from forms.models import Attachment, Code, CodeTable, Draft, FormVersion, Submission
from forms.schema import FormSchema

DRAFT_MAX_CHARACTERS = 200_000


@transaction.atomic
def save_code(code: Code) -> Code:
    """Save a row edited by the school; a new one counts as the school's own (codes, rule 5)."""
    if code._state.adding:
        code.is_local = True
    code.save()
    CodeTable.objects.filter(pk=code.table_id).update(changed_at=timezone.now())
    transaction.on_commit(codes.invalidate)
    return code


def current_version(key: str, description: Mapping[str, Any]) -> FormVersion:
    """The newest stored version of form *key*, a new one when *description* differs from it.

    Raises SchemaError, and stores nothing, when the description cannot be used.
    """
    text = json.dumps(description, ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    newest = FormVersion.objects.filter(key=key).defer("schema").order_by("-number").first()
    if newest is not None and newest.digest == digest:
        return newest
    FormSchema.from_dict(description)
    version, _created = FormVersion.objects.get_or_create(
        key=key,
        number=newest.number + 1 if newest else 1,
        defaults={"schema": description, "digest": digest},
    )
    return version if version.digest == digest else current_version(key, description)


@transaction.atomic
def save_draft(
    case_id: UUID, form_version: FormVersion, values: Mapping[str, Any], revision: int, *, by: User
) -> Draft:
    """Keep *values*, complete or not, as the draft of a case.

    *revision* is the one the page was made from, 0 when there was no draft. Sending the same again
    gives the same answer. Raises Stale, naming who saved when, if the draft has moved on since, and
    BadInput when it is too large to be a form.
    """
    if len(json.dumps(values, cls=DjangoJSONEncoder)) > DRAFT_MAX_CHARACTERS:
        raise BadInput(_("This is too much text for one form. Please shorten it."))
    content = {
        "form_version": form_version,
        "values": dict(values),
        "saved_at": timezone.now(),
        "saved_by": by,
    }
    following = Draft.objects.filter(case_id=case_id, revision=revision)
    saved = bool(following.update(**content, revision=revision + 1))
    draft, created = Draft.objects.select_related("saved_by").get_or_create(case_id=case_id, defaults=content)
    if not (saved or created or draft.values == content["values"]):
        raise _stale(draft, by)
    return draft


def _stale(draft: Draft, by: User) -> Stale:
    values = {"when": spoken_moment(draft.saved_at), "who": draft.saved_by.name}
    if draft.saved_by_id == by.pk:
        return Stale(
            _(
                "You saved this form on another page or phone (%(when)s), so this page is out of date. "
                "Reload it and go on from there."
            )
            % values
        )
    return Stale(
        _("%(who)s saved this form in the meantime (%(when)s). Reload the page and go on from there.")
        % values
    )


@transaction.atomic
def submit(
    case_id: UUID,
    form_version: FormVersion,
    values: Mapping[str, Any],
    *,
    by: User,
    now: datetime.datetime | None = None,
) -> Submission:
    """Freeze the clean values of a validation as the next submission of a case.

    The files they name are frozen with them and are kept when somebody removes them later. Raises
    Stale when the same case is handed in at the same moment elsewhere.
    """
    latest = Submission.objects.filter(case_id=case_id).order_by("-number").values_list("number", flat=True)
    submission = Submission(
        case_id=case_id,
        number=(latest.first() or 0) + 1,
        form_version=form_version,
        values=dict(values),
        salt=new_salt(),
        submitted_by=by,
        submitted_at=now or timezone.now(),
    )
    submission.digest = digest_of(submission)
    try:
        with transaction.atomic():
            submission.save(force_insert=True)
    except IntegrityError as error:
        raise Stale(_("This form was handed in at the same moment elsewhere. Reload the page.")) from error
    submission.attachments.add(*_files_of(case_id, values))
    return submission


def _files_of(case_id: UUID, values: Mapping[str, Any]) -> list[Attachment]:
    """The attachments that the values of file fields name; files of other cases are not among them."""
    ids = [file["id"] for value in values.values() if isinstance(value, list) for file in value]
    return list(Attachment.objects.filter(case_id=case_id, pk__in=ids)) if ids else []


def attach(case_id: UUID, field: str, kind: str, upload: "UploadedFile[bytes]", by: User) -> Attachment:
    """Keep an uploaded file for a field of a case's form; the same file again is the same attachment.

    Raises BadInput when the file cannot be accepted (V-FILE) or the form would hold too much.
    """
    clean = clean_upload(upload)
    present = list(Attachment.objects.filter(case_id=case_id).present())
    same = next((file for file in present if (file.field, file.sha256) == (field, clean.sha256)), None)
    if same is not None:
        return same
    if sum(file.size for file in present) + clean.size > settings.FORM_UPLOAD_MAX_BYTES:
        raise BadInput(
            _("The files of this form have more than %(most)s MB together. Please remove one first.")
            % {"most": settings.FORM_UPLOAD_MAX_BYTES // 1024**2}
        )
    return _store(Attachment(case_id=case_id, field=field, kind=kind, uploaded_by=by), clean)


def _store(attachment: Attachment, clean: CleanFile) -> Attachment:
    """Write the files, then the row; a failure leaves no files behind."""
    attachment.name, attachment.content_type = clean.name, clean.content_type
    attachment.size, attachment.sha256 = clean.size, clean.sha256
    try:
        attachment.file.save(clean.name, ContentFile(clean.content), save=False)
        if clean.thumbnail:
            attachment.thumbnail.save("thumbnail.jpg", ContentFile(clean.thumbnail), save=False)
        with transaction.atomic():
            attachment.save(force_insert=True)
    except BaseException:
        _delete_files(attachment)
        raise
    return attachment


@transaction.atomic
def remove_attachment(attachment: Attachment) -> None:
    """Take a file out of the form; it is kept as long as a submission was handed in with it."""
    if attachment.submissions.exists():
        attachment.removed_at = attachment.removed_at or timezone.now()
        attachment.save(update_fields=["removed_at"])
        return
    attachment.delete()
    transaction.on_commit(partial(_delete_files, attachment))


def _delete_files(attachment: Attachment) -> None:
    for file in (attachment.file, attachment.thumbnail):
        if file:
            file.storage.delete(str(file.name))


@transaction.atomic
def erase(case_ids: Collection[UUID], now: datetime.datetime) -> dict[UUID, list[int]]:
    """Erase values, salts, drafts and files of cases; gives the numbers of the submissions, case by case.

    The rows of submissions stay with their digests, so that the trail can say what was handed in when.
    """
    left = Submission.objects.select_for_update().filter(case_id__in=case_ids, erased_at=None)
    numbers: dict[UUID, list[int]] = {case_id: [] for case_id in case_ids}
    for case_id, number in left.order_by("case_id", "number").values_list("case_id", "number"):
        numbers[case_id].append(number)
    left.order_by().update(values={}, salt="", erased_at=now)
    Draft.objects.filter(case_id__in=case_ids).delete()
    for attachment in (files := list(Attachment.objects.filter(case_id__in=case_ids))):
        transaction.on_commit(partial(_delete_files, attachment))
    Attachment.objects.filter(pk__in=[file.pk for file in files]).delete()
    return numbers
