"""The notices of this room."""

from django.utils.translation import gettext_lazy as _

from messaging.kinds import NoticeKind, register

EFFECTIVE = register(
    NoticeKind(
        "destination_effective",
        icon="circle-check",
        title=_("Your destination is approved and in effect"),
        body=_("Case %(number)s is done. There is nothing more to do."),
    )
)
RETURNED = register(
    NoticeKind(
        "destination_returned",
        icon="arrow-back-up",
        title=_("Your filing needs a correction"),
        body=_("“%(reason)s” Open it: the places to change are marked."),
    )
)
REJECTED = register(
    NoticeKind(
        "destination_rejected",
        icon="x",
        title=_("Your filing was not accepted"),
        body=_("“%(reason)s” You can file again."),
    )
)
STILL_OWED = register(
    NoticeKind(
        "destination_owed",
        icon="bell-ringing",
        title=_("Please hand in your destination"),
        body=_(
            "Your school is waiting for it. The page says what comes next, also when it was returned to you."
        ),
    )
)
