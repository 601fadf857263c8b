"""The notices of this room: to whoever asked, and to the officers who review assessments."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from messaging.kinds import NoticeKind, register


def _kind(key: str, *, icon: str, title: Any, body: Any) -> NoticeKind:
    return register(NoticeKind(f"data_request_{key}", icon=icon, title=title, body=body))


DONE = _kind("done", icon="check", title=_("Your request about your data was carried out"), body="%(answer)s")
RESTRICTED = _kind(
    "restricted",
    icon="lock",
    title=_("Your data is kept, but not used any more"),
    body=_("The law has it kept until %(until)s; it can be deleted after that. %(answer)s"),
)
HELD = _kind(
    "held",
    icon="lock",
    title=_("Your data is kept, but not used any more"),
    body=_("A proceeding or an inspection needs it; it can be deleted after that. %(answer)s"),
)
SET_ASIDE = _kind(
    "set_aside", icon="lock", title=_("Your data is kept, but not used any more"), body="%(answer)s"
)
USED_AGAIN = _kind(
    "used_again",
    icon="lock-open",
    title=_("Your data is used again"),
    body=_("It is back in the lists of the school, as was asked: %(reason)s"),
)
RETURNED = _kind(
    "returned",
    icon="arrow-back-up",
    title=_("Your request about your data needs a correction"),
    body=_("%(reason)s Correct it and hand it in again."),
)
REJECTED = _kind("rejected", icon="x", title=_("Your request about your data was refused"), body="%(reason)s")


TO_SIGN = register(
    NoticeKind(
        "assessment_to_sign",
        icon="signature",
        title=_("%(person)s asks you to sign an impact assessment: %(title)s"),
        body=_("One of those who may sign reads it and signs. It holds from then on."),
    )
)
SIGNED = register(
    NoticeKind(
        "assessment_signed",
        icon="circle-check",
        title=_("%(person)s has signed your impact assessment: %(title)s"),
        body=_("It holds from now on and is not changed any more."),
    )
)
REVIEW_SOON = register(
    NoticeKind(
        "assessment_soon",
        icon="clipboard-check",
        title=_("An impact assessment has to be reviewed soon"),
        body=_("%(title)s: the review is due on %(day)s. Write a newer one that replaces it."),
    )
)
REVIEW_OVERDUE = register(
    NoticeKind(
        "assessment_overdue",
        icon="clipboard-check",
        title=_("The review of an impact assessment is overdue"),
        body=_("%(title)s: the review was due on %(day)s. Write a newer one that replaces it."),
    )
)
