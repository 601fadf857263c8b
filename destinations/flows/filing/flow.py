"""The registration of destination filing."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from destinations.flows.filing import handlers, resubmission, rules
from destinations.models import Destination
from destinations.queries import category_name
from processes.registry import FlowRegistration, SubjectCard


def describe(destination: Destination) -> SubjectCard:
    """Name on top; class, category and place beneath; found by name, number and pinyin."""
    student = destination.student
    parts = (str(student.unit), category_name(destination.category), destination.place)
    return SubjectCard(
        title=student.name,
        brief=" · ".join(part for part in parts if part)[:120],
        search_text=f"{student.name} {student.student_no} {student.name_pinyin}"[:200],
        unit=student.unit,
        cohort=destination.cohort,
    )


def variables(destination: Destination) -> dict[str, Any]:
    """What the chain's conditions may ask: the category."""
    return {"category": destination.category}


flow = FlowRegistration(
    key="destination_filing",
    title=_("Destination filing"),
    subject_model="destinations.Destination",
    describe=describe,
    variables=variables,
    handlers={"make_effective": handlers.make_effective},
    on_change=handlers.on_change,
    can_start=rules.can_start,
    core_changed=resubmission.core_changed,
    select_related=("student__unit", "student__user"),
    task_template="destinations/filing/task.html",
    reasons="destination",
)
