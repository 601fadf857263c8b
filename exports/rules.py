"""May a list be asked for, changed, taken?"""

import datetime
from collections.abc import Sequence

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common.verdict import ALLOWED, Verdict, refused
from exports.columns import ExportColumn
from exports.covering import Assessed, holding
from exports.models import Export, ExportState
from exports.queries import reads_students

#: The last day until which a list may be kept, in days from today.
LONGEST_KEPT = 365


def can_ask(user: User) -> Verdict:
    """Whoever may read students' sensitive fields may ask for a list of them."""
    return (
        ALLOWED
        if reads_students(user)
        else refused(gettext_lazy("You may read no personal data of students at present."))
    )


def can_hand_in(
    export: Export, columns: Sequence[ExportColumn], *, has_consent: bool, assessed: Assessed | None
) -> Verdict:
    """A list needs rows, columns, an end; for other bodies see `can_go_outside` (flows 32)."""
    if not export.rows:
        return refused(gettext_lazy("No row fits these filters. Choose others."))
    if export.rows > settings.EXPORT_MOST_ROWS:
        words = _("A list has at most %(most)s rows, this one has %(rows)s. Choose narrower filters.")
        return refused(words % {"most": settings.EXPORT_MOST_ROWS, "rows": export.rows})
    if not columns:
        return refused(gettext_lazy("Choose at least one column."))
    today = timezone.localdate()
    if not today <= export.keep_until <= today + datetime.timedelta(days=LONGEST_KEPT):
        return refused(gettext_lazy("Choose a day between today and a year from now."))
    return can_go_outside(has_consent, assessed) if export.outside else ALLOWED


def can_go_outside(has_consent: bool, assessed: Assessed | None) -> Verdict:
    """Another body gets data with the province's consent (flows 32), under a signed assessment (RL-34)."""
    if not has_consent:
        return refused(
            gettext_lazy(
                "Other bodies get data only with the province's consent. Add the paper that says so."
            )
        )
    if assessed is None:
        return refused(
            gettext_lazy(
                "Other bodies get data only under a signed impact assessment whose review is not overdue. "
                "Choose the one that covers this recipient. If there is none, ask a data officer or "
                "a security administrator to write one under “Impact assessments”."
            )
        )
    return ALLOWED


def still_covered(export: Export, day: datetime.date | None = None) -> Verdict:
    """Another body gets data under an assessment that still holds on that *day* (today) as well (RL-34)."""
    if not export.outside or str(export.assessment) in holding(day):
        return ALLOWED
    return refused(
        gettext_lazy(
            "The impact assessment under which this list goes to another body does not hold any more: it was "
            "replaced, or its review is overdue. A request in review has to be returned and handed in under "
            "one that holds; a list that was approved before has to be asked for again."
        )
    )


def can_change(user: User, export: Export) -> Verdict:
    """The asker writes it while it lies with them."""
    if export.asker_id == user.pk and export.is_with_asker:
        return can_ask(user)
    return refused(gettext_lazy("This export is not with you at the moment, so it cannot be changed."))


def can_take(user: User, export: Export, now: datetime.datetime) -> Verdict:
    """The asker takes the file, once, until it expires, while still seeing students (flows 32).

    With it the data leaves the school, so what covers that has to hold now.
    """
    if export.state == ExportState.TAKEN:
        return refused(
            gettext_lazy("This file was downloaded already; it works once. Ask for the list again.")
        )
    if export.state == ExportState.EXPIRED or (export.expires_at and export.expires_at <= now):
        return refused(
            gettext_lazy("The time to download is over and the file is gone. Ask for the list again.")
        )
    if export.asker_id != user.pk or export.state != ExportState.READY:
        return refused(gettext_lazy("There is no file to download yet."))
    covered = still_covered(export, timezone.localdate(now))
    return can_ask(user) if covered else covered


def can_read_password(user: User, export: Export, now: datetime.datetime) -> Verdict:
    """The password is shown once, to the asker, as long as there is a file or it was just taken."""
    if export.asker_id != user.pk or export.state not in (ExportState.READY, ExportState.TAKEN):
        return refused(gettext_lazy("There is no password to show at present."))
    if export.password_shown_at is not None or not export.password:
        return refused(
            gettext_lazy(
                "The password was shown already; it is shown once. Ask for the list again if it is lost."
            )
        )
    if export.expires_at is not None and export.expires_at <= now:
        return refused(
            gettext_lazy("The time to download is over and the file is gone. Ask for the list again.")
        )
    return can_ask(user)
