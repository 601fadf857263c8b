"""Reusable reads about destinations."""

from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, QuerySet

from destinations.models import LIVE_STATES, Destination, student_key
from forms.codes import code_name
from forms.models import Attachment
from processes.models import Case

if TYPE_CHECKING:
    from students.models import Student

FLOW_KEY = "destination_filing"
CATEGORIES = "destination_category"


def category_name(code: str) -> str:
    """The category in the reader's language; empty before one is chosen."""
    return code_name(CATEGORIES, code) if code else ""


def destinations_of(student: "Student") -> QuerySet[Destination]:
    """Every destination a graduate ever filed, newest first."""
    return Destination.objects.filter(student=student).order_by("-id")


def handed_in() -> Exists:
    """Of a student: something lies with the school for the year of graduation, or holds already."""
    rows = Destination.objects.filter(student=OuterRef("pk"), cohort=OuterRef("cohort"))
    return Exists(rows.filter(state__in=LIVE_STATES))


def open_filing(student: "Student") -> Destination | None:
    """The filing that is being written or reviewed; there is never more than one a cohort."""
    return Destination.objects.filter(open_key=student_key(student.pk, student.cohort)).first()


def effective_destination(student: "Student") -> Destination | None:
    """The destination that counts now."""
    return Destination.objects.filter(live_key=student_key(student.pk, student.cohort)).first()


def own_attachments(student: "Student") -> QuerySet[Attachment]:
    """Every file of every filing of a graduate."""
    filings = Destination.objects.filter(student=student).values("pk")
    kind = ContentType.objects.get_for_model(Destination)
    cases = Case.objects.filter(subject_type=kind, subject_id__in=filings).values("pk")
    return Attachment.objects.filter(case_id__in=cases)
