"""Every flow, those to come too: its answers have a period and stand in the copy of who gave them."""

import datetime
import json

import pytest
from django.utils import translation

from destinations.flows.filing.tests import kit as filing
from destinations.tests.kit import make_student
from employers.flows.vetting.tests import kit as vetting
from exports.flows.export.tests import kit as exporting
from forms.answers import submission_sections
from forms.queries import latest_submission, schema_of
from privacy.copying import everything_on
from privacy.flows.requests.tests import kit as asking
from privacy.retention.table import ENDING
from processes.models import Case
from processes.registry import all_flows, flow_for
from students.flows.rebinding.tests import kit as rebinding
from talks.flows.talk.tests import kit as talking

pytestmark = pytest.mark.django_db
LATE = datetime.datetime(2050, 1, 1, tzinfo=datetime.UTC)


def _talk() -> Case:
    return talking.case_of(talking.submit(talking.employer(), **talking.wishes(talking.slot())))


#: Flow -> a case of it that was handed in. A new flow needs a line here.
HANDED_IN = {
    "destination_filing": lambda: filing.case_of(filing.submit(make_student())),
    "employer_vetting": lambda: vetting.case_of(vetting.submit()),
    "campus_talk": _talk,
    "sensitive_export": lambda: exporting.case_of(exporting.ask(exporting.school())),
    "data_request": lambda: asking.case_of(asking.ask(asking.school(), "access")),
    "wechat_rebinding": lambda: rebinding.case_of(rebinding.ask(rebinding.student())),
}
every_flow = pytest.mark.parametrize("key", HANDED_IN)


@pytest.fixture(autouse=True)
def _in_english(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with translation.override("en"):
        yield


def test_every_flow_is_tried():
    shipped = {flow.key for flow in all_flows() if flow.folder.name}
    assert shipped == set(HANDED_IN)


@every_flow
def test_answers_have_a_period(key):
    case = HANDED_IN[key]()
    Case.objects.filter(pk=case.pk).update(finished=datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC))
    rows = [row for row in ENDING if not row.at_once]
    ending = [row.over(LATE) for row in rows]
    kept = [found for found in ending if found.model is Case and found.filter(pk=case.pk).exists()]
    assert len(kept) == 1, f"Give {key} a row in privacy/retention/table.py."


@every_flow
def test_answers_stand_in_the_copy_unless_they_are_of_others(key):
    case = HANDED_IN[key]()
    submission = latest_submission(case.pk)
    assert submission is not None
    fields = schema_of(submission.form_version).by_key
    rows = [row for section in submission_sections(submission) for row in section.rows]
    found = [
        dict(zip((name for name, _label in table.columns), row, strict=True))
        for table in everything_on(case.initiator)
        if table.key.endswith("answers")
        for row in table.rows
    ]
    told = {(row["case"], row["question"], row["answer"]) for row in found}
    own = [] if flow_for(key).is_on_behalf else [row for row in rows if not fields[row.key].others]
    assert told == {(case.number, row.label, row.text) for row in own}
    assert bool(told) != flow_for(key).is_on_behalf


def test_who_is_to_get_an_export_is_not_in_the_copy_of_who_asked_for_it():
    case = exporting.case_of(exporting.ask(exporting.school(), recipient="学工部 司徒景行"))
    content = json.dumps([table.rows for table in everything_on(case.initiator)], ensure_ascii=False)
    assert "通知毕业生领取报到证" in content
    assert "司徒景行" not in content


def test_answers_that_a_colleague_gave_in_one_s_case_are_the_colleague_s():
    case = HANDED_IN["wechat_rebinding"]()
    submission = latest_submission(case.pk)
    submission.submitted_by = make_student("另一人").user
    submission.save()
    assert [table for table in everything_on(case.initiator) if table.key == "answers"] == []
