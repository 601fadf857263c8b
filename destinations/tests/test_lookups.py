"""Look-ups that every page and every submission make stay the same size when a cohort is large."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from destinations.flows.filing.suspicion import _same_employer
from destinations.flows.filing.tests import kit
from destinations.queries import effective_destination, open_filing, own_attachments
from destinations.tests.kit import make_student
from processes.queries import cases_on

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's query plan"),
]


def plan_of(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return "; ".join(str(row[3]) for row in cursor.fetchall())


def test_no_lookup_reads_the_whole_cohort() -> None:
    filing = kit.submit(make_student())
    student = filing.student
    with CaptureQueriesContext(connection) as captured:
        open_filing(student)
        effective_destination(student)
        list(cases_on(filing))
        list(own_attachments(student))
        list(_same_employer(filing))
    plans = [plan_of(query["sql"]) for query in captured.captured_queries]
    assert len(plans) == 5
    assert not [plan for plan in plans if "SCAN" in plan or "cohort_state" in plan or "flow_state" in plan]
