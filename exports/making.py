"""Making the file of an export, outside any transaction; safe to repeat (flows 32)."""

import datetime
import secrets

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.access.actions import log_access
from accounts.access.models import Channel, Verb
from common.errors import Refused
from exports.columns import chosen
from exports.models import Export
from exports.queries import sees_students, visible_rows
from exports.workbook import Mark, locked, write_workbook

#: Without signs that look like others.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 4


def make_file(export: Export, now: datetime.datetime) -> datetime.datetime:
    """Make the file from what the asker may see at *now*; gives when it expires.

    Raises Refused when the asker may see nothing of it any more.
    """
    if not sees_students(export.asker):
        raise Refused(_("Whoever asked does not see students any more."))
    with translation.override(export.language or settings.LANGUAGE_CODE):
        columns = chosen(export.kind, export.columns)
        rows = [[column.text(row) for column in columns] for row in visible_rows(export.asker, export)]
        if not rows:
            raise Refused(_("Whoever asked may see none of these rows any more."))
        content = write_workbook(_mark(export, len(rows), now), [column.label for column in columns], rows)
    password = _new_password()
    earlier = export.file.name
    export.file.save("", ContentFile(locked(content, password)), save=False)
    export.password, export.made_rows, export.made_at = password, len(rows), now
    export.expires_at = min(now + datetime.timedelta(hours=settings.EXPORT_HOURS), _end_of(export.keep_until))
    kept = ["file", "password", "made_rows", "made_at", "expires_at"]
    with transaction.atomic():
        export.save(update_fields=kept)
        keys = ",".join(column.key for column in columns)
        detail = f"{len(rows)} {export.kind}: {keys}"
        log_access(
            export.asker, Verb.EXPORT, export, detail=detail, words=export.purpose, channel=Channel.EXPORT
        )
    if earlier:
        export.file.storage.delete(earlier)
    return export.expires_at


def _end_of(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(23, 59, 59)))


def _new_password() -> str:
    """About 79 bits that can be read out and typed."""
    groups = ("".join(secrets.choice(_SIGNS) for _sign in range(_GROUP)) for _number in range(_GROUPS))
    return "-".join(groups)


def _mark(export: Export, rows: int, now: datetime.datetime) -> Mark:
    who = f"{export.asker.name} ({export.asker.username})"
    moment = f"{timezone.localtime(now):%Y-%m-%d %H:%M}"
    line = _("%(who)s · %(moment)s · personal data, not to be passed on") % {"who": who, "moment": moment}
    facts = [
        (_("Taken by"), who),
        (_("Made"), moment),
        (_("List"), " · ".join(part for part in (str(export), export.about) if part)),
        (_("Rows"), str(rows)),
        (_("Purpose"), export.purpose),
        (_("Recipient"), export.recipient),
        (_("Delete it by"), export.keep_until.isoformat()),
        (_("Number of the case"), export.case.number),
    ]
    return Mark(line, who, facts)
