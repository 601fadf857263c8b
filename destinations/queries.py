"""Reusable reads about destinations."""

import datetime
from statistics import median
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet

from destinations.models import Destination, student_key
from forms.codes import code_name
from forms.models import Attachment
from processes.models import Case, CaseState

if TYPE_CHECKING:
    from students.models import Student

FLOW_KEY = "destination_filing"
CATEGORIES = "destination_category"

#: The usual duration is said from this many decided cases on, and looks at this many of the latest.
ENOUGH_CASES = 5
LATEST_CASES = 200


def category_name(code: str) -> str:
    """The category in the reader's language; empty before one is chosen."""
    return code_name(CATEGORIES, code) if code else ""


def destinations_of(student: "Student") -> QuerySet[Destination]:
    """Every destination a graduate ever filed, newest first."""
    return Destination.objects.filter(student=student).order_by("-id")


def open_filing(student: "Student") -> Destination | None:
    """The filing that is being written or reviewed; there is never more than one a cohort."""
    return Destination.objects.filter(open_key=student_key(student.pk, student.cohort)).first()


def effective_destination(student: "Student") -> Destination | None:
    """The destination that counts now."""
    return Destination.objects.filter(live_key=student_key(student.pk, student.cohort)).first()


def usual_duration() -> datetime.timedelta | None:
    """How long a filing takes from submission to the decision: the median of the latest approved ones.

    None while there are too few to say.
    """
    spans = [
        (finished - submitted).total_seconds()
        for submitted, finished in Case.objects.filter(flow_key=FLOW_KEY, state=CaseState.APPROVED)
        .exclude(submitted_at=None)
        .order_by("-created")
        .values_list("submitted_at", "finished")[:LATEST_CASES]
        if submitted and finished
    ]
    return datetime.timedelta(seconds=median(spans)) if len(spans) >= ENOUGH_CASES else None


def own_attachments(student: "Student") -> QuerySet[Attachment]:
    """Every file of every filing of a graduate."""
    filings = Destination.objects.filter(student=student).values("pk")
    kind = ContentType.objects.get_for_model(Destination)
    cases = Case.objects.filter(subject_type=kind, subject_id__in=filings).values("pk")
    return Attachment.objects.filter(case_id__in=cases)
