import pytest
from django.utils import timezone

from accounts.roles import Role
from approvals.actions import decide_many
from destinations.flows.filing.tests import kit
from destinations.models import Destination, DestinationState
from destinations.tests.kit import make_student
from messaging.models import Notice

pytestmark = pytest.mark.django_db


def _waiting_for_the_counselor(count: int) -> list[Destination]:
    """Second versions of graduates whose first version counts."""
    filings = []
    for _each in range(count):
        student = make_student()
        kit.approve_all(kit.submit(student, "70.1"))
        filings.append(kit.submit(student, "70.1"))
    return filings


def _decide(filings: list[Destination]) -> int:
    counselor = kit.reviewer(Role.COUNSELOR, filings[0].student.unit)
    tasks = [kit.open_task(filing).pk for filing in filings]
    return sum(row.ok for row in decide_many(tasks, kit.APPROVE, kit.by(counselor)))


def test_batch_supersedes_every_old_version():
    filings = _waiting_for_the_counselor(3)
    assert _decide(filings) == 3
    for filing in filings:
        old, new = Destination.objects.filter(student=filing.student).order_by("version")
        assert (old.state, old.effective_to) == (DestinationState.SUPERSEDED, timezone.localdate())
        assert (new.state, new.version) == (DestinationState.EFFECTIVE, 2)
    assert Notice.objects.filter(kind="destination_effective").count() == 6


def test_batch_of_ten_costs_as_many_statements_as_a_batch_of_two(django_assert_max_num_queries):
    counts = []
    for count in (2, 10):
        filings = _waiting_for_the_counselor(count)
        with django_assert_max_num_queries(60) as queries:
            _decide(filings)
        counts.append(len(queries) - 2 * count)  # the test itself looks up each task
    assert counts[0] == counts[1]
