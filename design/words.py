"""What designers did, in words."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from processes.evolve.models import DesignEvent, ProposalKind, SaveKind

_SAID: dict[str, str | Promise] = {
    "published": gettext_lazy("Version %(version)s published"),
    "retired": gettext_lazy("Retired: version %(version)s takes no new cases"),
    "draft_begun": gettext_lazy("Draft begun from version %(version)s"),
    "draft_saved": gettext_lazy("Draft saved"),
    "draft_set_aside": gettext_lazy("A save that came too late set aside"),
    "draft_rebased": gettext_lazy("Draft now takes version %(version)s into account"),
    "draft_discarded": gettext_lazy("Draft thrown away"),
    "approved": gettext_lazy("Approved"),
    "declined": gettext_lazy("Not approved: %(reason)s"),
    "withdrawn": gettext_lazy("Withdrawn"),
    "overtaken": gettext_lazy("Not carried out on its day: version %(version)s had come in between"),
}
_SAVED: dict[str, str | Promise] = {
    SaveKind.IMPORTED: gettext_lazy("File uploaded into the draft"),
    SaveKind.TAKEN_BACK: gettext_lazy("Earlier state of the draft brought back"),
}
_PROPOSED: dict[str, str | Promise] = {
    ProposalKind.PUBLISH: gettext_lazy("Draft proposed for publication: %(note)s"),
    ProposalKind.RESTORE: gettext_lazy("Restoring an older version proposed: %(note)s"),
    ProposalKind.RETIRE: gettext_lazy("Retiring proposed: %(note)s"),
}


def said(event: DesignEvent) -> str:
    """One line of the trail as a sentence; a kind that is not known yet shows its name."""
    content: dict[str, Any] = event.content
    words = _SAID.get(event.kind)
    if event.kind == "draft_saved":
        words = _SAVED.get(content.get("how", ""), words)
    if event.kind == "proposed":
        words = _PROPOSED.get(content.get("what", ""))
    if words is None:
        return event.kind
    return str(words) % content


def by_whom(name: str) -> str:
    """The person, or what is done without one."""
    return name or _("the system")
