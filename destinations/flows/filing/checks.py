"""Is what was written consistent? Cross-field rules of a filing (forms 2, RL-7, RL-14).

Single fields are checked by the form's description; this is what needs two fields, the source record
or a table.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from destinations.flows.filing import matrix
from destinations.flows.filing.wages import minimum_wage
from forms.findings import Finding
from forms.regions import registered_elsewhere

#: Degree admitted to (GB/T 6864) and band of the present education level, on one scale.
DEGREE_RANKS: Mapping[str, int] = {"4": 2, "3": 3, "2": 4}
BAND_RANKS: Mapping[str, int] = {"associate": 1, "bachelor": 2, "master": 3, "doctor": 4}
ONLY_FOR_BANDS: Mapping[str, str] = {"802": "bachelor", "803": "associate", "272": "doctor"}
LEADS_TO_BACHELOR = ("802", "803")
BACHELOR = "4"
PAY_FIELDS: Mapping[str, tuple[str, str]] = {"76": ("freelance_income", "freelance_region")}
KIND_ONLY_IN: Mapping[str, str] = {"6": "75.2", "7": "75.3"}
BOUND_MODES = ("2", "4")
PUBLICLY_FUNDED = ("12", "12.1")
UNPLACED = ("70", "71", "72")


@dataclass(frozen=True)
class Graduate:
    """What the rules need of the source record."""

    enrolled_on: datetime.date | None = None
    degree_band: str = ""
    training_mode: str = ""
    normal_student_category: str = ""
    target_unit: str = ""
    target_unit_region: str = ""

    @property
    def is_bound(self) -> bool:
        """Whether a training contract says where to go (RL-7)."""
        return self.training_mode in BOUND_MODES or self.normal_student_category in PUBLICLY_FUNDED


@dataclass(frozen=True)
class Filing:
    """A filing as the rules see it: values, whose it is, how much proof, the day."""

    values: Mapping[str, Any]
    graduate: Graduate
    proofs: int = 0
    released: bool = False
    today: datetime.date = datetime.date.min

    @property
    def category(self) -> str:
        """The category's code, or empty."""
        return str(self.values.get("category") or "")

    def text(self, field: str) -> str:
        """A value as text."""
        return str(self.values.get(field) or "")

    def day(self, field: str) -> datetime.date | None:
        """A value as a date; None when it is empty or none."""
        try:
            return datetime.date.fromisoformat(self.text(field))
        except ValueError:
            return None

    def money(self, field: str) -> Decimal | None:
        """A value as yuan; None when it is empty or no number."""
        try:
            return Decimal(self.text(field))
        except InvalidOperation:
            return None


def is_unplaced(category: str) -> bool:
    """Whether the category says that nothing is settled yet (70, 71, 72 and their children)."""
    return category.partition(".")[0] in UNPLACED


def offered_to(graduate: Graduate) -> list[str]:
    """The categories this graduate may choose, in the table's order."""
    return [code for code in matrix.categories() if _fits_level(code, graduate)]


def _fits_level(category: str, graduate: Graduate) -> bool:
    band = ONLY_FOR_BANDS.get(category)
    return not band or not graduate.degree_band or graduate.degree_band == band


def findings(filing: Filing) -> list[Finding]:
    """Every cross-field fault and warning of a filing, in the order of the form."""
    return [finding for check in CHECKS for finding in check(filing)]


def _signing_dates(filing: Filing) -> Iterator[Finding]:
    signed, deadline = filing.day("signed_on"), filing.day("report_deadline")
    if signed and signed > filing.today:
        yield Finding(
            ("signed_on",),
            "signed_on.future",
            _("The signing date lies in the future. Write the date on the document."),
        )
    if signed and filing.graduate.enrolled_on and signed < filing.graduate.enrolled_on:
        yield Finding(
            ("signed_on",),
            "signed_on.before_enrolment",
            _("The signing date lies before you enrolled. Please check the year."),
        )
    if signed and deadline and deadline < signed:
        yield Finding(
            ("report_deadline", "signed_on"),
            "report_deadline.before_signing",
            _("You would have to report before you signed. Please check both dates."),
        )


def _registered_elsewhere(filing: Filing) -> Iterator[Finding]:
    if not registered_elsewhere(filing.text("employer_uscc"), filing.text("employer_region")):
        return
    yield Finding(
        ("employer_region", "employer_uscc"),
        "employer_region.differs",
        _(
            "The credit code was registered in another place. That is fine for a branch or a head office "
            "elsewhere; otherwise please check both."
        ),
        blocks=False,
    )


def _pay(filing: Filing) -> Iterator[Finding]:
    """RL-14: a floor for 12, 27x and 76; a warning for other pay; nothing for start-ups."""
    field, region = PAY_FIELDS.get(filing.category, ("start_salary", "employer_region"))
    pay = filing.money(field)
    floor = minimum_wage(filing.text(region), filing.today) if filing.text(region) else None
    if pay is None or floor is None or pay >= floor:
        return
    tested = matrix.categories().get(filing.category, {}).get("min_wage_check") == "Y"
    message = _pay_too_low() if tested else _pay_looks_low()
    yield Finding((field, region), "pay.below_minimum", message % {"floor": f"{floor:,.0f}"}, blocks=tested)


def _pay_too_low() -> str:
    return _(
        "The local minimum wage is %(floor)s yuan a month, and this category needs at least that. "
        "If the amount is right, please choose another category."
    )


def _pay_looks_low() -> str:
    return _("This is below the local minimum wage of %(floor)s yuan a month. Please check the digits.")


def _study_level(filing: Filing) -> Iterator[Finding]:
    admitted = DEGREE_RANKS.get(filing.text("admit_degree"), 0)
    present = BAND_RANKS.get(filing.graduate.degree_band, 0)
    if not _fits_level(filing.category, filing.graduate):
        yield Finding(
            ("category",),
            "category.wrong_level",
            _("This category does not fit your education level. Please choose another."),
        )
    if filing.category == "801" and admitted and admitted <= present:
        yield Finding(
            ("admit_degree",),
            "admit_degree.not_above",
            _("Postgraduate study leads to a degree above your present one. Please check the notice."),
        )
    if filing.category in LEADS_TO_BACHELOR and admitted and admitted != DEGREE_RANKS[BACHELOR]:
        yield Finding(
            ("admit_degree",),
            "admit_degree.not_bachelor",
            _("This category leads to a bachelor's degree."),
        )


def _startup_kind(filing: Filing) -> Iterator[Finding]:
    only = KIND_ONLY_IN.get(filing.text("startup_kind"))
    if only and filing.category.startswith("75") and filing.category != only:
        yield Finding(
            ("startup_kind", "category"),
            "startup_kind.other_category",
            _(
                "An unregistered team belongs to the incubator category, an unregistered shop to "
                "e-commerce. Please choose what fits."
            ),
        )


def _bound_by_contract(filing: Filing) -> Iterator[Finding]:
    """RL-7: targeted, commissioned and publicly funded graduates file what their contract says."""
    if not filing.category or is_unplaced(filing.category) or filing.released:
        return
    graduate = filing.graduate
    if graduate.training_mode in BOUND_MODES and graduate.target_unit:
        if _plain(filing.text("employer_name")) != _plain(graduate.target_unit):
            yield _contract_mismatch("contract.other_unit", graduate.target_unit)
    elif graduate.normal_student_category in PUBLICLY_FUNDED and not _serves_region(filing):
        yield _contract_mismatch(
            "contract.other_region", graduate.target_unit or _("a school in the contracting province")
        )


def _serves_region(filing: Filing) -> bool:
    """A publicly funded teacher teaches, and in the province of the contract where that is known."""
    region = filing.graduate.target_unit_region
    teaches = filing.text("employer_nature") in ("21", "22") or filing.category in ("501", "511", "515")
    return teaches and (not region or filing.text("employer_region")[:2] == region[:2])


def _contract_mismatch(code: str, unit: str) -> Finding:
    message = _(
        "Your training contract binds you to %(unit)s, and this filing names something else. Please file "
        "the contracted unit. If you were released, add the release paper to the proof and submit again; if"
        " in doubt, call your college."
    )
    return Finding(("employer_name", "category"), code, message % {"unit": unit})


def _plain(name: str) -> str:
    """A unit's name without spaces and with one kind of brackets."""
    return "".join(name.split()).replace("（", "(").replace("）", ")").casefold()


def _enough_proof(filing: Filing) -> Iterator[Finding]:
    """None at all is the form's own fault to find; here it is about too few."""
    rule = matrix.proof_rule(filing.category)
    if rule and 0 < filing.proofs < rule.min_files:
        message = _("Please add the proof: this category needs at least %(needed)s, you added %(given)s.")
        yield Finding(
            ("proof_files",), "proof.too_few", message % {"needed": rule.min_files, "given": filing.proofs}
        )


CHECKS: tuple[Callable[[Filing], Iterable[Finding]], ...] = (
    _study_level,
    _bound_by_contract,
    _signing_dates,
    _registered_elsewhere,
    _pay,
    _startup_kind,
    _enough_proof,
)
