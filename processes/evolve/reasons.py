"""Why a case, or a step, cannot be moved to another version: a code, and words for people."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from processes.bpmn.model import Element

VANISHED, OTHER_KIND, OTHER_SCOPE = "vanished", "other_kind", "other_scope"
APPLICANT, VOTE, JOB, CALLED, PREPARES = "applicant", "vote", "job", "called", "prepares"
BRANCH, TOKENS, INCIDENT, BUSY = "branch", "tokens", "incident", "busy"
VARIABLE, VARIABLE_TYPE, OPINION, ENDED, ELSEWHERE = (
    "variable",
    "variable_type",
    "opinion",
    "ended",
    "elsewhere",
)
RULE, FAILED, GONE_ON = "rule", "failed", "gone_on"

WORDS: Mapping[str, str | Promise] = {
    VANISHED: _("The new version has no step “%(step)s”. Say which step takes its place."),
    OTHER_KIND: _("“%(step)s” is something else in the new version: another kind of step or event."),
    OTHER_SCOPE: _("“%(step)s” lies in another sub-process in the new version."),
    APPLICANT: _("“%(step)s” is the applicant's own first step in only one of the two versions."),
    VOTE: _("A joint decision is under way at “%(step)s”, and the new version asks or counts differently."),
    JOB: _("The new version does not do “%(step)s” in the same way as the work that is already under way."),
    CALLED: _("“%(step)s” waits for a case of another kind than the new version would."),
    PREPARES: _("The new version prepares something when “%(step)s” opens, which has not happened here."),
    BRANCH: _("Paths that came to “%(step)s” already have no counterpart in the new version."),
    TOKENS: _(
        "In the new version the case could not stand at “%(step)s” like this: other paths would have to be "
        "under way beside it, or fewer."
    ),
    INCIDENT: _("Automatic work at “%(step)s” has failed and waits for an operator. Mend it first."),
    BUSY: _("Automatic work at “%(step)s” is running just now. Try again in a few minutes."),
    VARIABLE: _("The case has a value for “%(step)s”, which the new version does not know."),
    VARIABLE_TYPE: _("The value of “%(step)s” does not fit the type that the new version gives it."),
    OPINION: _("A colleague has been asked for an opinion at “%(step)s”, where others would be asked now."),
    ENDED: _("The case has ended meanwhile."),
    ELSEWHERE: _("The case is no longer on the version it was to leave."),
    FAILED: _("The case could not be moved. Tell the administrator."),
    GONE_ON: _("The case has gone on since it was moved, so it stays."),
}


class Obstructed(Exception):
    """A case cannot be moved: *reason* is a code of `WORDS`, *node_id* the element or variable in the way."""

    def __init__(self, reason: str, node_id: str = "") -> None:
        super().__init__(f"{reason} {node_id}")
        self.reason, self.node_id = reason, node_id


def words(reason: str, node_id: str, elements: "Mapping[str, Element]", language: str) -> str:
    """The reason in the reader's language, the step named as *elements* name it."""
    element = elements.get(node_id)
    step = element.label(language) if element is not None else node_id
    return str(WORDS[reason]) % {"step": step}
