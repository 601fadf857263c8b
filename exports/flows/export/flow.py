"""The registration of the export of personal data."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import university
from common.errors import Refused
from common.verdict import Verdict, refused
from exports import rules
from exports.columns import chosen
from exports.flows.export import handlers
from exports.models import Export
from exports.queries import FLOW_KEY
from processes.registry import FlowRegistration, SubjectCard


def describe(export: Export) -> SubjectCard:
    """Who asks on top, what for beneath; found by both."""
    unit = university()
    if unit is None:
        raise Refused(_("This school has not been set up yet. Please come back later."))
    who = export.asker
    found_by = f"{who.name} {who.username} {export.recipient}"[:200]
    return SubjectCard(who.name, export.purpose[:120], found_by, unit)


def variables(export: Export) -> dict[str, Any]:
    """What the chain asks: how many rows, which columns, who gets it, and the school's limit."""
    columns = chosen(export.kind, export.columns)
    return {
        "rows": export.rows,
        "limit": settings.EXPORT_DIRECT_ROWS,
        "sensitive": any(column.sensitive for column in columns),
        "identity": any(column.identity for column in columns),
        "outside": export.outside,
    }


def can_start(user: User, export: Export) -> Verdict:
    """People ask for themselves."""
    if export.asker_id != user.pk:
        return refused(_("An export is asked for by whoever gets it."))
    return rules.can_ask(user)


flow = FlowRegistration(
    key=FLOW_KEY,
    title=_("Export with personal data"),
    subject_model="exports.Export",
    describe=describe,
    variables=variables,
    can_start=can_start,
    handlers={
        "release": handlers.release,
        "make": handlers.make,  # type: ignore[dict-item]
        "hand_out": handlers.hand_out,
        "taken": handlers.taken,
        "expire": handlers.expire,
        "stop": handlers.stop,
    },
    on_open={"review": handlers.review_opened},
    on_change=handlers.on_change,
    select_related=("asker",),
    task_template="exports/export/task.html",
    reasons="export",
)
