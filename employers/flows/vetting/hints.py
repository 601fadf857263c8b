"""Hints for the reviewer, computed by the chain's service task when a registration is handed in (flows 1).

A hint never rejects. A *risk* asks for a second reviewer; a *note* only wants to be seen.
"""

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.crypto import blind_index
from employers.flows.vetting.checks import is_free_mail
from employers.flows.vetting.form_fields import WITH_CAPITAL
from employers.models import LISTED, Employer
from employers.queries import similar_to
from forms.codes import code_name, codes
from forms.models import Attachment

#: A company is called young for so long after it was founded.
YOUNG = datetime.timedelta(days=180)
#: Registered capital below this is called low; in units of 10,000 yuan.
LOW_CAPITAL = 10
WORDS = "employer_hint_word"
RISK, NOTE = "risk", "note"
#: So many of the other employers that a hint is about are kept with it.
SHOWN = 5

Part = dict[str, Any]


def legal_person_index(name: str) -> str:
    """The look-up hash of a legal representative's name, or empty."""
    return blind_index(name, "employer-legal-person") if name else ""


def phone_index(phone: str) -> str:
    """The look-up hash of a phone number, or empty."""
    digits = "".join(character for character in phone if character.isdigit())
    return blind_index(digits, "employer-phone") if digits else ""


def find_hints(
    employer: Employer, values: Mapping[str, Any], files: list[Attachment], today: datetime.date
) -> list[Part]:
    """What stands out about an employer, as parts to keep with it: kind, level, and what fills its words."""
    checks = (
        _listed(employer),
        _young(employer, today),
        _low_capital(employer),
        _words(values),
        _same_people(employer),
        _same_file(files),
        _similar(employer),
        _free_mail(values),
    )
    return [part for check in checks for part in check]


def risks(parts: list[Part]) -> int:
    """How many of the hints ask for a second reviewer."""
    return sum(part["level"] == RISK for part in parts)


def _part(kind: str, level: str, **more: Any) -> Part:
    return {"kind": kind, "level": level} | more


def _others(employer: Employer) -> QuerySet[Employer]:
    return Employer.objects.exclude(pk=employer.pk)


def _listed(employer: Employer) -> Iterator[Part]:
    """The own credit code, or the organisation inside it, stands on a list."""
    same = _others(employer).filter(uscc__endswith=employer.uscc[8:], list_state__in=LISTED)
    if employer.list_state in LISTED:
        yield _part("listed", RISK, list=employer.list_state)
    elif other := same.first():
        yield _part("listed", RISK, list=other.list_state)


def _young(employer: Employer, today: datetime.date) -> Iterator[Part]:
    if employer.founded_on and today - employer.founded_on < YOUNG:
        yield _part("young", RISK, days=(today - employer.founded_on).days)


def _low_capital(employer: Employer) -> Iterator[Part]:
    capital = employer.registered_capital
    if employer.org_type in WITH_CAPITAL and capital is not None and capital < LOW_CAPITAL:
        yield _part("low_capital", RISK, capital=capital)


def _words(values: Mapping[str, Any]) -> Iterator[Part]:
    text = "\n".join(str(values.get(field) or "") for field in ("name", "intro", "culture"))
    found = [row.name for row in codes(WORDS) if row.is_active and row.name in text]
    if found:
        yield _part("words", RISK, words=found)


def _same_people(employer: Employer) -> Iterator[Part]:
    """Legal representative or phone of an employer on a list; one phone for several employers."""
    if employer.legal_person_index:
        same = _others(employer).filter(legal_person_index=employer.legal_person_index)
        if keys := _keys(same.filter(list_state__in=LISTED)):
            yield _part("listed_person", RISK, employers=keys)
    if employer.contact_phone_index:
        same = _others(employer).filter(contact_phone_index=employer.contact_phone_index)
        if keys := _keys(same.filter(list_state__in=LISTED)):
            yield _part("listed_phone", RISK, employers=keys)
        elif keys := _keys(same):
            yield _part("same_phone", RISK, employers=keys)


def _keys(rows: QuerySet[Employer]) -> list[str]:
    return [str(key) for key in rows.order_by("pk").values_list("pk", flat=True)[:SHOWN]]


def _same_file(files: list[Attachment]) -> Iterator[Part]:
    digests, own = [file.sha256 for file in files], {file.case_id for file in files}
    uploaders = {file.uploaded_by_id for file in files}
    count = (
        Attachment.objects.filter(sha256__in=digests)
        .exclude(case_id__in=own)
        .exclude(uploaded_by__in=uploaders)
        .values("case_id")
        .distinct()
        .count()
    )
    if count:
        yield _part("same_file", RISK, count=count)


def _similar(employer: Employer) -> Iterator[Part]:
    found = similar_to(employer.name, employer)
    if found:
        yield _part("similar", NOTE, employers=[str(each.pk) for each in found])


def _free_mail(values: Mapping[str, Any]) -> Iterator[Part]:
    if is_free_mail(str(values.get("operator_email") or "")):
        yield _part("free_mail", NOTE)


def _days(part: Part) -> str:
    words = ngettext("Founded only %(count)s day ago", "Founded only %(count)s days ago", part["days"])
    return words % {"count": part["days"]}


def _capital(part: Part) -> str:
    return _("Registered capital of only %(amount)s") % {"amount": f"¥{part['capital'] * 10_000:,}"}


def _files(part: Part) -> str:
    words = ngettext(
        "The same file was handed in by somebody else in %(count)s case",
        "The same file was handed in by others in %(count)s cases",
        part["count"],
    )
    return words % {"count": part["count"]}


@dataclass(frozen=True)
class Kind:
    """How a kind of hint looks and reads."""

    icon: str
    words: Callable[[Part], str]


KINDS: Mapping[str, Kind] = {
    "listed": Kind(
        icon="ban",
        words=lambda part: (
            _("This organisation stands on a list: %(list)s")
            % {"list": code_name("employer_list_state", part["list"])}
        ),
    ),
    "young": Kind(icon="calendar-exclamation", words=_days),
    "low_capital": Kind(icon="coin-yuan", words=_capital),
    "words": Kind(
        icon="message-exclamation",
        words=lambda part: (
            _("Words that complaints are often about: %(words)s") % {"words": _(", ").join(part["words"])}
        ),
    ),
    "listed_person": Kind(
        icon="user-exclamation",
        words=lambda _part: _("The legal representative is that of an employer on a list"),
    ),
    "listed_phone": Kind(
        icon="phone-x", words=lambda _part: _("The contact's phone is that of an employer on a list")
    ),
    "same_phone": Kind(
        icon="phone-incoming", words=lambda _part: _("The contact's phone also stands for another employer")
    ),
    "same_file": Kind(icon="copy", words=_files),
    "similar": Kind(
        icon="building-community",
        words=lambda _part: _("The name is much like that of another employer"),
    ),
    "free_mail": Kind(
        icon="mail-question",
        words=lambda _part: _("The mail address is a private one, not the organisation's"),
    ),
}


def kind_of(part: Part) -> Kind:
    """How *part* looks and reads."""
    return KINDS[part["kind"]]
