"""Hints for the reviewer, computed when a filing is handed in (forms 2 rule 8, RL-16).

A hint never blocks and never rejects: it says what to look at and why.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.crypto import blind_index
from destinations.models import LIVE_STATES, Destination
from forms.models import Attachment

#: From this many others of the same class at the same employer on, the reviewer is told.
SAME_EMPLOYER_FROM = 5

Part = dict[str, Any]


def phone_index(phone: str) -> str:
    """The look-up hash of a contact's phone number, or empty."""
    digits = "".join(character for character in phone if character.isdigit())
    return blind_index(digits, "destination-contact") if digits else ""


def find_hints(destination: Destination, own_mobile: str, attachments: list[Attachment]) -> list[Part]:
    """What stands out about a filing, as parts to keep with it: kind and, where it fits, a number."""
    checks = (
        _same_employer(destination),
        _same_phone(destination),
        _own_phone(destination, own_mobile),
        _same_file(destination, attachments),
    )
    return [part for check in checks for part in check]


def _others(destination: Destination) -> Any:
    return Destination.objects.filter(cohort=destination.cohort, state__in=LIVE_STATES).exclude(
        student_id=destination.student_id
    )


def _same_employer(destination: Destination) -> Iterator[Part]:
    if not destination.employer_name:
        return
    classmates = Destination.objects.filter(
        state__in=LIVE_STATES, student__unit_id=destination.student.unit_id
    ).exclude(student_id=destination.student_id)
    employer = Q(employer_name=destination.employer_name)
    if destination.employer_uscc:
        employer |= Q(employer_uscc=destination.employer_uscc)
    count = classmates.filter(employer).count()
    if count >= SAME_EMPLOYER_FROM:
        yield {"kind": "same_employer", "count": count}


def _same_phone(destination: Destination) -> Iterator[Part]:
    """One contact for several employers; one contact for several graduates of one employer is usual."""
    if not destination.contact_phone_index:
        return
    others = _others(destination).filter(contact_phone_index=destination.contact_phone_index)
    count = others.exclude(employer_name=destination.employer_name).count()
    if count:
        yield {"kind": "same_phone", "count": count}


def _own_phone(destination: Destination, own_mobile: str) -> Iterator[Part]:
    if own_mobile and destination.contact_phone_index == phone_index(own_mobile):
        yield {"kind": "own_phone"}


def _same_file(destination: Destination, attachments: list[Attachment]) -> Iterator[Part]:
    digests = [attachment.sha256 for attachment in attachments]
    own = {attachment.case_id for attachment in attachments}
    count = (
        Attachment.objects.filter(sha256__in=digests)
        .exclude(case_id__in=own)
        .exclude(uploaded_by_id=destination.student.user_id)
        .values("case_id")
        .distinct()
        .count()
    )
    if count:
        yield {"kind": "same_file", "count": count}


def hint_text(part: Part) -> str:
    """One part in words, in the reader's language."""
    return TEXTS[part["kind"]](part.get("count", 0))


TEXTS: Mapping[str, Callable[[int], str]] = {
    "same_employer": lambda count: (
        ngettext(
            "%(count)s other graduate of the class files the same employer",
            "%(count)s other graduates of the class file the same employer",
            count,
        )
        % {"count": count}
    ),
    "same_phone": lambda count: (
        ngettext(
            "The contact's phone also stands for another employer in %(count)s filing",
            "The contact's phone also stands for other employers in %(count)s filings",
            count,
        )
        % {"count": count}
    ),
    "own_phone": lambda _count: _("The employer's contact has the graduate's own phone number"),
    "same_file": lambda count: (
        ngettext(
            "The same file was uploaded in %(count)s other case",
            "The same file was uploaded in %(count)s other cases",
            count,
        )
        % {"count": count}
    ),
}
