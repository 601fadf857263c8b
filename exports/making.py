"""Making the file of an export, outside any transaction; safe to repeat (flows 32)."""

import datetime
import secrets
from collections.abc import Iterator, Sequence
from functools import partial

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.access.actions import log_access
from accounts.access.models import Channel, Verb
from common.errors import Refused
from exports.columns import ExportColumn, chosen
from exports.models import Export, ExportState
from exports.queries import reads_students, visible_rows
from exports.workbook import Mark, locked, write_workbook

#: Without signs that look like others.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 4
#: So many rows are written before the waiting page hears of them.
_STEP = 500


def make_file(export: Export, now: datetime.datetime) -> datetime.datetime:
    """Make the file from what the asker may see at *now*; gives when it expires.

    Raises Refused when the asker may see nothing of it any more, or the export was ended meanwhile.
    """
    if not reads_students(export.asker):
        raise Refused(_("Whoever asked may read no personal data of students any more."))
    with translation.override(export.language or settings.LANGUAGE_CODE):
        columns = chosen(export.kind, export.columns)
        header = [column.label for column in columns]
        content, rows = write_workbook(_mark(export, now), header, _lines(export, columns))
    if not rows:
        raise Refused(_("Whoever asked may see none of these rows any more."))
    export.password, export.made_rows, export.made_at = _new_password(), rows, now
    export.expires_at = min(now + datetime.timedelta(hours=settings.EXPORT_HOURS), _end_of(export.keep_until))
    export.file.save("", ContentFile(locked(content, export.password)), save=False)
    try:
        _keep(export, columns)
    except BaseException:
        _delete(export)
        raise
    return export.expires_at


@transaction.atomic
def _keep(export: Export, columns: Sequence[ExportColumn]) -> None:
    """Let the new file count, in place of one that an earlier try left."""
    before = Export.objects.select_for_update().get(pk=export.pk)
    if before.state != ExportState.MAKING:
        raise Refused(_("The export was ended while its file was made."))
    export.save(update_fields=["file", "password", "made_rows", "made_at", "expires_at"])
    detail = f"{export.made_rows} {export.kind}: {','.join(column.key for column in columns)}"
    log_access(export.asker, Verb.EXPORT, export, detail=detail, words=export.purpose, channel=Channel.EXPORT)
    if before.file.name:
        transaction.on_commit(partial(_delete, before))


def _delete(export: Export) -> None:
    export.file.storage.delete(str(export.file.name))


def _lines(export: Export, columns: Sequence[ExportColumn]) -> Iterator[list[str]]:
    """The rows as text; now and then the waiting page is told how many there are."""
    for number, row in enumerate(visible_rows(export.asker, export), start=1):
        yield [column.text(row) for column in columns]
        if number % _STEP == 0:
            Export.objects.filter(pk=export.pk).update(made_rows=number)


def _end_of(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(23, 59, 59)))


def _new_password() -> str:
    """About 79 bits that can be read out and typed."""
    groups = ("".join(secrets.choice(_SIGNS) for _sign in range(_GROUP)) for _number in range(_GROUPS))
    return "-".join(groups)


def _mark(export: Export, now: datetime.datetime) -> Mark:
    who = f"{export.asker.name} ({export.asker.username})"
    moment = f"{timezone.localtime(now):%Y-%m-%d %H:%M}"
    words = {"who": who, "moment": moment, "purpose": export.purpose[:80]}
    line = _("%(who)s · %(moment)s · %(purpose)s · personal data, not to be passed on") % words
    facts = [
        (_("Taken by"), who),
        (_("Made"), moment),
        (pgettext("export", "List"), " · ".join(part for part in (str(export), export.about) if part)),
        (_("Purpose"), export.purpose),
        (_("Recipient"), export.recipient),
        (_("Delete it by"), export.keep_until.isoformat()),
        (_("Number of the case"), export.case.number),
    ]
    return Mark(line, who, facts)
