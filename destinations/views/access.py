"""Who is at the browser, and whose filing the page is about."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from approvals.actions import Actor
from common.http import client_ip
from destinations.models import Destination
from destinations.queries import open_filing
from students.models import Student


def student_of(request: HttpRequest) -> Student:
    """The record of the graduate who is signed in. Raises Http404 for everybody else."""
    return get_object_or_404(Student.objects.select_related("unit", "user"), user=request.user)


def actor_of(request: HttpRequest) -> Actor:
    """The graduate at this browser."""
    return Actor(request.user, ip=client_ip(request))  # type: ignore[arg-type]


def open_filing_of(request: HttpRequest) -> Destination:
    """The open filing of the graduate who is signed in. Raises Http404 when there is none."""
    student = student_of(request)
    destination = open_filing(student)
    if destination is None:
        raise Http404
    destination.student = student
    return destination
