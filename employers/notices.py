"""The notices of this room."""

from django.utils.translation import gettext_lazy as _

from messaging.kinds import NoticeKind, register

ADMITTED = register(
    NoticeKind(
        "employer_admitted",
        icon="circle-check",
        title=_("Your organisation is in the library"),
        body=_("Case %(number)s is done. You may act for it now."),
    )
)
RETURNED = register(
    NoticeKind(
        "employer_returned",
        icon="arrow-back-up",
        title=_("Your registration needs a correction"),
        body=_("%(reason)s Open it: the places to change are marked."),
    )
)
REJECTED = register(
    NoticeKind(
        "employer_rejected",
        icon="x",
        title=_("Your registration was not accepted"),
        body=_("%(reason)s"),
    )
)
EXPIRED = register(
    NoticeKind(
        "employer_expired",
        icon="clock-off",
        title=_("Your registration has expired"),
        body=_("It lay with you for a long time without being handed in. You can begin anew at any time."),
    )
)
ASKED = register(
    NoticeKind(
        "employer_join_asked",
        icon="user-question",
        title=_("Somebody asks to join your organisation"),
        body=_("%(name)s wants to act for it. Please decide."),
    )
)
JOINED = register(
    NoticeKind(
        "employer_joined",
        icon="circle-check",
        title=_("You may act for your organisation now"),
    )
)
NOT_JOINED = register(
    NoticeKind(
        "employer_not_joined",
        icon="x",
        title=_("Your request to join was refused"),
        body=_("Please talk to the owner of the account or to the career center."),
    )
)
OPEN_AGAIN = register(
    NoticeKind(
        "employer_open_again",
        icon="building",
        title=_("The credit code you asked to join is free"),
        body=_("The application of others for it is over. You can register it yourself."),
    )
)
