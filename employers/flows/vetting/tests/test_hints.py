"""What a reviewer is told about an employer."""

import datetime
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import timezone, translation

from employers.flows.vetting import actions
from employers.flows.vetting.hints import KINDS, find_hints, kind_of, risks
from employers.flows.vetting.tests import kit
from employers.models import Employer, ListState

pytestmark = pytest.mark.django_db


def _kinds(employer: Employer) -> dict[str, str]:
    return {part["kind"]: part["level"] for part in kit.fresh(employer).hints}


def _listed(state: str, **answers: Any) -> Employer:
    employer = kit.submit("杭州旧案贸易有限公司", **answers)
    Employer.objects.filter(pk=employer.pk).update(list_state=state)
    return employer


def test_ordinary_employer_has_no_hints():
    assert _kinds(kit.submit()) == {}


@pytest.mark.parametrize(("days", "hinted"), [(0, True), (179, True), (180, False)])
def test_young_company_is_pointed_out(days, hinted):
    founded = timezone.localdate() - datetime.timedelta(days=days)
    assert ("young" in _kinds(kit.submit(founded_on=founded.isoformat()))) is hinted


@pytest.mark.parametrize(("capital", "hinted"), [(0, True), (9, True), (10, False)])
def test_low_capital_of_a_company_is_pointed_out(capital, hinted):
    assert ("low_capital" in _kinds(kit.submit(registered_capital=capital))) is hinted


def test_capital_of_a_public_body_says_nothing():
    assert _kinds(kit.submit(org_type="2", nature="10", registered_capital=0)) == {}


@pytest.mark.parametrize("field", ["intro", "culture"])
def test_words_of_complaints_are_pointed_out(field):
    employer = kit.submit(**{field: "日结高薪，入职先交押金。"})
    (part,) = kit.fresh(employer).hints
    assert (part["kind"], part["level"]) == ("words", "risk")
    assert set(part["words"]) == {"日结高薪", "押金"}


@pytest.mark.parametrize("state", [ListState.RISK, ListState.BLACK])
def test_legal_representative_and_phone_of_a_listed_employer_are_pointed_out(state):
    bad = _listed(state, operator_mobile="13900001111")
    employer = kit.submit("上海新生商贸有限公司", operator_mobile="139 0000 1111")
    assert _kinds(employer) == {"listed_person": "risk", "listed_phone": "risk"}
    assert all(part["employers"] == [str(bad.pk)] for part in kit.fresh(employer).hints)


@pytest.mark.parametrize("state", [ListState.NORMAL, ListState.WHITE])
def test_employers_on_no_bad_list_only_share_the_phone(state):
    _listed(state, operator_mobile="13900001111")
    assert _kinds(kit.submit("上海新生商贸有限公司", operator_mobile="13900001111")) == {"same_phone": "risk"}


def test_own_place_on_a_list_is_pointed_out():
    employer = kit.write()
    Employer.objects.filter(pk=employer.pk).update(list_state=ListState.RISK)
    assert _kinds(kit.hand_in(employer)) == {"listed": "risk"}


def test_same_paper_of_somebody_else_is_pointed_out():
    paper = kit.picture().read()
    for name in ("杭州启明科技有限公司", "上海新生商贸有限公司"):
        employer, upload = kit.write(name, legal_person="某某某"), kit.picture()
        upload.file.seek(0)
        upload.file.truncate()
        upload.file.write(paper)
        upload.size = len(paper)
        upload.file.seek(0)
        actions.attach_paper(kit.fresh(employer), "licence_files", upload, kit.by(kit.applicant(employer)))
        employer = kit.hand_in(employer)
    (part,) = [part for part in kit.fresh(employer).hints if part["kind"] == "same_file"]
    assert (part["level"], part["count"]) == ("risk", 1)


def test_similar_name_is_a_note_that_names_the_other():
    first = kit.submit("杭州启明科技有限公司")
    second = kit.submit("启明科技（杭州）股份有限公司", legal_person="别的人")
    assert _kinds(second) == {"similar": "note"}
    assert kit.fresh(second).hints[0]["employers"] == [str(first.pk)]


def test_draft_of_others_is_not_compared_with():
    kit.write("杭州启明科技有限公司")
    assert _kinds(kit.submit("启明科技（杭州）股份有限公司")) == {}


def test_private_mail_address_is_a_note():
    assert _kinds(kit.submit(operator_email="sun@163.com")) == {"free_mail": "note"}


def test_only_risks_count():
    assert risks([{"kind": "x", "level": "risk"}, {"kind": "y", "level": "note"}]) == 1


SAMPLES = {
    "listed": {"list": "3"},
    "young": {"days": 3},
    "low_capital": {"capital": 1},
    "words": {"words": ["押金"]},
    "same_file": {"count": 2},
}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_hint_reads_in_both_languages(kind, language):
    with translation.override(language):
        part = {"kind": kind, "level": "risk"} | SAMPLES.get(kind, {})
        assert kind_of(part).words(part)


def test_hints_stand_on_the_task_page_with_words_and_the_other_employer():
    first = kit.submit("杭州启明科技有限公司")
    second = kit.submit("启明科技（杭州）股份有限公司", registered_capital=1, legal_person="别的人")
    page = render_to_string("employers/vetting/hints.html", {"subject": kit.fresh(second)})
    assert "¥10,000" in page
    assert first.name in page
    assert page.index("¥10,000") < page.index(first.name)


def test_hints_ask_for_a_bounded_number_of_rows(django_assert_max_num_queries):
    employer = kit.submit()
    with django_assert_max_num_queries(6):
        find_hints(employer, kit.ANSWERS, [], timezone.localdate())
