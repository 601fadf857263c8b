"""The registration of employer vetting."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.queries import university
from common.errors import Refused
from employers.flows.vetting import handlers, rules
from employers.flows.vetting.hints import risks
from employers.models import Employer, ListState
from employers.queries import FLOW_KEY
from forms.codes import code_name
from processes.registry import FlowRegistration, SubjectCard


def describe(employer: Employer) -> SubjectCard:
    """Name on top; kind, industry and place beneath; found by name, credit code and pinyin."""
    unit = university()
    if unit is None:
        raise Refused(_("This school has not been set up yet. Please come back later."))
    codes = (("employer_nature", employer.nature), ("employer_industry", employer.industry))
    parts = [code_name(table, code, language="zh-hans") for table, code in codes if code]
    if employer.region:
        parts.append(code_name("region", employer.region))
    return SubjectCard(
        title=employer.name,
        brief=" · ".join(parts)[:120],
        search_text=f"{employer.name} {employer.uscc} {employer.name_pinyin}"[:200],
        unit=unit,
    )


def variables(employer: Employer) -> dict[str, Any]:
    """What the chain's conditions may ask: agency, risks that hints name, white list."""
    return {
        "agency": employer.is_agency,
        "risk_hints": risks(employer.hints),
        "white": employer.list_state == ListState.WHITE,
    }


flow = FlowRegistration(
    key=FLOW_KEY,
    title=_("Employer vetting"),
    subject_model="employers.Employer",
    describe=describe,
    variables=variables,
    handlers={
        "assess_risk": handlers.assess_risk,
        "admit": handlers.admit,
        "expire": handlers.expire,
    },
    on_change=handlers.on_change,
    can_start=rules.can_start,
    task_template="employers/vetting/task.html",
    behalf_of=lambda employer: employer,
    reasons="employer",
)
