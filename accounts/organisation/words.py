"""How changes of units are called and drawn."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from accounts.organisation.models import ChangeKind


@dataclass(frozen=True)
class Look:
    """The heading of a change's page, its icon, and what it is for in a sentence."""

    title: str | Promise
    icon: str
    hint: str | Promise


LOOKS = {
    ChangeKind.ADD: Look(
        pgettext_lazy("organisation", "Add a unit under it"),
        icon="plus",
        hint=pgettext_lazy("organisation", "A new unit, with nobody in it yet."),
    ),
    ChangeKind.RENAME: Look(
        pgettext_lazy("organisation", "Rename the unit"),
        icon="pencil",
        hint=pgettext_lazy("organisation", "Everything stays with it; only its names change."),
    ),
    ChangeKind.MOVE: Look(
        pgettext_lazy("organisation", "Move the unit"),
        icon="arrows-move",
        hint=pgettext_lazy(
            "organisation",
            "It goes under another unit with everything in it; open tasks go to that one's people.",
        ),
    ),
    ChangeKind.MERGE: Look(
        pgettext_lazy("organisation", "Merge the unit into another"),
        icon="arrow-merge",
        hint=pgettext_lazy(
            "organisation",
            "Everything in it and everybody appointed to it go to the other one; it is closed.",
        ),
    ),
    ChangeKind.SPLIT: Look(
        pgettext_lazy("organisation", "Split off a part"),
        icon="arrows-split",
        hint=pgettext_lazy(
            "organisation", "What you choose goes to a new unit beside it, with its tasks and records."
        ),
    ),
    ChangeKind.CLOSE: Look(
        pgettext_lazy("organisation", "Close the unit"),
        icon="lock",
        hint=pgettext_lazy(
            "organisation", "It is not offered any more and appointments to it end; its records stay."
        ),
    ),
    ChangeKind.REOPEN: Look(
        pgettext_lazy("organisation", "Use the unit again"),
        icon="lock-open",
        hint=pgettext_lazy("organisation", "It is offered again; appoint people to it anew."),
    ),
}
