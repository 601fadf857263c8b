"""An employer's record in words, section by section."""

from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from employers.models import Employer
from forms.codes import code_name

#: Fields shown masked; seeing them in full is recorded.
REVEALABLE = ("contact_phone", "contact_email")
TABLES = {
    "org_type": "employer_org_type",
    "nature": "employer_nature",
    "industry": "employer_industry",
    "scale": "employer_scale",
    "region": "region",
    "list_state": "employer_list_state",
}


@dataclass(frozen=True)
class Line:
    """One fact."""

    field: str
    label: str
    text: str
    is_masked: bool = False
    is_number: bool = False


@dataclass(frozen=True)
class Section:
    """Facts under one heading."""

    title: str
    lines: list[Line]


def sections(employer: Employer) -> list[Section]:
    """Everything the library knows of *employer*, sensitive fields masked."""
    return [
        Section(
            _("Organisation"),
            _lines(
                employer,
                "name",
                "uscc",
                "short_name",
                "former_names",
                "org_type",
                "nature",
                "industry",
                "scale",
            ),
        ),
        Section(
            _("Registration"),
            _lines(
                employer,
                "legal_person",
                "registered_capital",
                "founded_on",
                "licence_valid_to",
                "region",
                "address",
            ),
        ),
        Section(
            _("Contact"),
            _lines(employer, "contact_name", "contact_position", "contact_phone", "contact_email", "website"),
        ),
    ]


def _lines(employer: Employer, *names: str) -> list[Line]:
    return [_line(employer, name) for name in names]


def _line(employer: Employer, name: str) -> Line:
    label = str(Employer._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    masked = name in REVEALABLE
    text = _masked(name, getattr(employer, name)) if masked else text_of(employer, name)
    return Line(name, label, text, masked and bool(text), name in ("uscc", "contact_phone"))


def text_of(employer: Employer, name: str) -> str:
    """A column in words; empty for nothing."""
    value: Any = getattr(employer, name)
    if name == "licence_valid_to" and value is None:
        return _("long-term") if employer.founded_on else ""
    if name == "registered_capital" and value is not None:
        return f"¥{value * 10_000:,}"
    if value in (None, ""):
        return ""
    if name in TABLES:
        return code_name(TABLES[name], value)
    return date_format(value, "DATE_FORMAT") if name in ("founded_on", "licence_valid_to") else str(value)


def _masked(name: str, text: str) -> str:
    """Enough to recognise it, too little to use it."""
    if name == "contact_email":
        local, _at, domain = text.partition("@")
        return f"{local[:1]}******@{domain}" if domain else ""
    return f"{text[:3]}******{text[-2:]}" if text else ""
