"""What the asker does with an export: one function a verb, one transaction."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.access.actions import log_access
from accounts.access.models import Channel, Verb
from accounts.models import User
from accounts.security import limits
from approvals import actions as approvals
from approvals.actions import Actor
from common.errors import BadInput, Refused
from common.retry import retrying
from exports import covering, rules
from exports.columns import chosen
from exports.flows.export import forms
from exports.models import Export, ExportState
from forms import actions as form_actions
from forms.queries import attachments_of, file_values
from processes.actions import deliver_message
from processes.models import Case
from processes.queries import open_tasks

TAKEN = "taken"
CONSENT = "consent"


@dataclass(frozen=True)
class Wish:
    """What somebody asks for: the rows and how they were found, the columns, and what for."""

    kind: str
    query: str
    about: str
    keys: Sequence[UUID]
    columns: Sequence[str]
    purpose: str
    recipient: str
    outside: bool
    keep_until: datetime.date
    consent: "UploadedFile[bytes] | None" = None
    assessment: str = ""


@transaction.atomic
def ask(wish: Wish, by: Actor) -> Export:
    """Ask for a list. Raises Refused or BadInput by rule, TooMany when it was too often."""
    rules.can_ask(by.user).require()
    limits.spend("export", str(by.user.pk))
    export = Export.objects.create(asker=by.user, kind=wish.kind, keep_until=wish.keep_until)
    approvals.start_case(forms.KEY, export, by)
    return _hand_in(export, wish, by)


@transaction.atomic
def ask_again(export: Export, wish: Wish, by: Actor) -> Export:
    """Hand in what was returned or taken back, with other words or columns. Raises like `ask`."""
    export = _locked(export.pk, by.user)
    rules.can_change(by.user, export).require()
    limits.spend("export", str(by.user.pk))
    return _hand_in(export, wish, by)


def _hand_in(export: Export, wish: Wish, by: Actor) -> Export:
    columns = chosen(wish.kind, wish.columns)
    export.kind, export.query, export.about = wish.kind, wish.query, wish.about
    export.keys, export.rows = [str(key) for key in wish.keys], len(wish.keys)
    export.columns = [column.key for column in columns]
    export.purpose, export.recipient, export.outside = wish.purpose, wish.recipient, wish.outside
    export.keep_until, export.language = wish.keep_until, get_language() or ""
    case = export.case
    if wish.consent is not None:
        form_actions.attach(case.pk, CONSENT, CONSENT, wish.consent, by.user)
    papers = file_values(attachments_of(case.pk).present())
    assessed = covering.holding().get(wish.assessment) if wish.outside else None
    export.assessment = UUID(assessed.key) if assessed else None
    verdict = rules.can_hand_in(export, columns, has_consent=bool(papers), assessed=assessed)
    if not verdict:
        raise BadInput(verdict.reason)
    export.save()
    answers = {
        "purpose": wish.purpose,
        "recipient": wish.recipient,
        "outside": wish.outside,
        "keep_until": wish.keep_until.isoformat(),
        CONSENT: papers,
        "assessment": assessed.title if assessed else "",
    }
    checked = forms.SCHEMA.validate(answers, {})
    if not checked.ok:
        raise BadInput(_("Something is still missing. The places are marked below."))
    version = form_actions.current_version(forms.KEY, forms.DESCRIPTION)
    submission = form_actions.submit(case.pk, version, checked.values, by=by.user)
    note = {
        "submission": submission.number,
        "digest": submission.digest,
        "list": export.kind,
        "rows": export.rows,
        "columns": export.columns,
    }
    approvals.submit(open_tasks(case).get().pk, by, note=note)
    return Export.objects.get(pk=export.pk)


@retrying
@transaction.atomic
def take(export_id: UUID, by: Actor, *, now: datetime.datetime | None = None) -> bytes:
    """The file, once: whoever comes second, even in the same moment, is refused (flows 32).

    Raises Refused by rule, TooMany when it was too often.
    """
    moment = now or timezone.now()
    export = _locked(export_id, by.user)
    rules.can_take(by.user, export, moment).require()
    limits.spend("export", str(by.user.pk))
    won = Export.objects.filter(pk=export.pk, state=ExportState.READY, taken_at=None)
    if not won.update(taken_at=moment):
        raise Refused(_("This file was downloaded already; it works once. Ask for the list again."))
    with export.file.open("rb") as stored:
        content: bytes = stored.read()
    detail = f"{export.made_rows} {export.kind}: {','.join(export.columns)}"
    log_access(by.user, Verb.FILE, export, detail=detail, words=export.purpose, channel=Channel.EXPORT)
    deliver_message(export.case.pk, TAKEN, by)
    return content


@retrying
@transaction.atomic
def read_password(export_id: UUID, by: Actor, *, now: datetime.datetime | None = None) -> str:
    """The password of the file, once; it is forgotten then. Raises Refused by rule."""
    moment = now or timezone.now()
    export = _locked(export_id, by.user)
    rules.can_read_password(by.user, export, moment).require()
    password = export.password
    hidden = Export.objects.filter(pk=export.pk, password_shown_at=None)
    if not hidden.update(password_shown_at=moment, password=""):
        raise Refused(
            _("The password was shown already; it is shown once. Ask for the list again if it is lost.")
        )
    log_access(by.user, Verb.REVEAL, export, detail="password", words=export.purpose, channel=Channel.EXPORT)
    return password


def withdraw(export: Export, by: Actor) -> bool:
    """Take it back into a draft, or ask the reviewer to let it go; gives whether it is back (flows X1)."""
    return approvals.withdraw_or_ask(export.case.pk, by)


def give_up(export: Export, by: Actor) -> None:
    """Drop what lies with the asker. Raises Refused by rule."""
    rules.can_change(by.user, export).require()
    approvals.discard(export.case.pk, by)


def _locked(export_id: UUID, user: User) -> Export:
    """The asker's export as it stands, behind the lock of its case."""
    export = Export.objects.get(pk=export_id, asker=user)
    Case.objects.select_for_update().get(pk=export.case.pk)
    return Export.objects.get(pk=export_id, asker=user)
