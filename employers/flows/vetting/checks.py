"""Is what was written consistent, and do the papers still hold? Rules over several fields (forms 5, flows 1).

Single fields are checked by the form's description; this is what needs two fields, the day or the library.
"""

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from common.stdnums import valid_org_code
from employers.flows.vetting.form_fields import AGENCY
from employers.models import Employer, OrgType
from employers.queries import by_uscc
from forms.findings import Finding
from forms.regions import registered_elsewhere

#: First character of a credit code (GB 32100) -> kinds of organisation that this office registers.
REGISTERED_BY: Mapping[str, tuple[str, ...]] = {
    "1": (OrgType.PUBLIC_BODY, OrgType.INSTITUTION, OrgType.SOCIAL),
    "5": (OrgType.SOCIAL,),
    "9": (OrgType.COMPANY, OrgType.INDIVIDUAL, OrgType.AGENCY),
}
#: Mail providers that give an address to everybody.
FREE_MAIL = frozenset(
    {"qq.com", "163.com", "126.com", "sina.com", "sina.cn", "sohu.com", "foxmail.com", "139.com", "189.cn",
     "yeah.net", "aliyun.com", "gmail.com", "outlook.com", "hotmail.com"}
)  # fmt: skip
_LAST_FOUR = re.compile(r"[0-9]{3}[0-9Xx]")


@dataclass(frozen=True)
class Application:
    """A registration as the rules see it: the record, clean values, the day."""

    employer: Employer
    values: Mapping[str, Any]
    today: datetime.date

    def text(self, field: str) -> str:
        """A value as text."""
        return str(self.values.get(field) or "")

    def day(self, field: str) -> datetime.date | None:
        """A value as a date; None when it is empty."""
        text = self.text(field)
        return datetime.date.fromisoformat(text) if text else None


def findings(employer: Employer, values: Mapping[str, Any], today: datetime.date) -> list[Finding]:
    """Every fault and warning over several fields, in the order of the form."""
    application = Application(employer, values, today)
    return [finding for check in CHECKS for finding in check(application)]


def is_free_mail(address: str) -> bool:
    """Whether the address is with a provider that gives one to everybody."""
    return address.rpartition("@")[2].lower() in FREE_MAIL


def _code_is_free(application: Application) -> Iterator[Finding]:
    uscc = application.text("uscc")
    if not uscc or uscc == application.employer.uscc or by_uscc(uscc) is None:
        return
    yield Finding(
        ("uscc",),
        "uscc.taken",
        _("This credit code is registered already. If it is yours, give this up and ask to join."),
    )


def _code_fits_kind(application: Application) -> Iterator[Finding]:
    kinds, kind = REGISTERED_BY.get(application.text("uscc")[:1]), application.text("org_type")
    if kinds and kind and kind not in kinds:
        yield Finding(
            ("org_type", "uscc"),
            "org_type.other_office",
            _("The credit code comes from an office that registers other kinds of organisations."),
            blocks=False,
        )


def _org_code(application: Application) -> Iterator[Finding]:
    code, uscc = application.text("org_code").upper(), application.text("uscc")
    if not code:
        return
    if not valid_org_code(code):
        yield Finding(
            ("org_code",),
            "org_code.wrong",
            _("This organisation code cannot be right: its check character differs."),
        )
    elif uscc and code.replace("-", "") != uscc[8:17]:
        yield Finding(
            ("org_code", "uscc"),
            "org_code.differs",
            _("The credit code holds another organisation code. Please compare both with the papers."),
        )


def _dates(application: Application) -> Iterator[Finding]:
    founded, ends = application.day("founded_on"), application.day("licence_valid_to")
    if founded and founded > application.today:
        yield Finding(("founded_on",), "founded_on.future", _("This day lies in the future."))
    if ends and ends < application.today:
        yield Finding(
            ("licence_valid_to",),
            "licence.expired",
            _("The licence has expired. Please renew it first, then register with the new one."),
        )
    permit = application.day("permit_valid_to")
    if application.text("org_type") == AGENCY and permit and permit < application.today:
        yield Finding(
            ("permit_valid_to",),
            "permit.expired",
            _("The permit has expired. Without a valid one nobody may recruit for others."),
        )


def _place(application: Application) -> Iterator[Finding]:
    if registered_elsewhere(application.text("uscc"), application.text("region")):
        yield Finding(
            ("region", "uscc"),
            "region.differs",
            _("The credit code was registered in another place. If that is right, leave it."),
            blocks=False,
        )


def _person(application: Application) -> Iterator[Finding]:
    last_four = application.text("operator_id_last4")
    if last_four and not _LAST_FOUR.fullmatch(last_four):
        yield Finding(
            ("operator_id_last4",),
            "id_last4.shape",
            _("Four characters: digits, the last one may be an X."),
        )


CHECKS: tuple[Callable[[Application], Iterable[Finding]], ...] = (
    _code_is_free,
    _code_fits_kind,
    _org_code,
    _dates,
    _place,
    _person,
)
