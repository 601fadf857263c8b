"""The pages of somebody who applies."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from approvals.actions import Actor, claim
from employers.flows.vetting import actions
from employers.flows.vetting.tests import kit
from employers.models import Employer, EmployerState
from forms.queries import attachments_of, draft_of
from processes.models import Job, JobKind

pytestmark = pytest.mark.django_db

SCRIPT = {"X-Form-Script": "files"}
MOST_QUERIES = 12


def _browser(employer: Employer) -> Client:
    browser = Client()
    browser.force_login(kit.applicant(employer))
    return browser


def _step(key: str) -> str:
    return reverse("employers:step", args=[key])


def _text(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def employer() -> Employer:
    return kit.register().employer


@pytest.fixture
def page(employer) -> Client:
    return _browser(employer)


ANSWERS = {
    "organisation": {"org_type": "1"},
    "registration": {
        "legal_person": "周启明",
        "nature": "39",
        "industry": "34",
        "scale": "3",
        "registered_capital": "500",
        "founded_on": "2015-03-01",
        "licence_long_term": "on",
    },
    "place": {"region": ["330000", "330100", "330106"], "address": "文三路199号"},
    "contact": {"operator_id_last4": "123X"},
    "profile": {"intro": "做软件。"},
}


def test_whole_way_from_the_first_question_to_submitted(page, employer):
    assert page.get(reverse("employers:application"))["Location"] == _step("organisation")
    keys = [*ANSWERS, "papers"]
    for place, (key, answers) in enumerate(ANSWERS.items(), start=1):
        draft = draft_of(kit.case_of(employer).pk)
        kept = {name: draft.values[name] for name in draft.values if isinstance(draft.values[name], str)}
        answer = page.post(_step(key), kept | answers | {"revision": draft.revision})
        assert answer["Location"] == _step(keys[place]), key
    for field in kit.PAPERS:
        page.post(reverse("employers:upload"), {field: kit.picture()})
    assert page.post(_step("papers"), {"revision": draft_of(kit.case_of(employer).pk).revision})[
        "Location"
    ] == _step("review")
    assert 'name="promised"' in _text(page.get(_step("review")))
    assert page.post(_step("review"), {"promised": "on"})["Location"] == reverse("employers:submitted")
    assert kit.fresh(employer).state == EmployerState.APPLIED
    assert page.get(reverse("employers:submitted")).status_code == 200


def test_agency_is_asked_for_its_permit(page):
    assert page.get(_step("permit"))["Location"] == reverse("employers:application")
    answer = page.post(
        _step("organisation"),
        {"org_type": "6", "name": "某某人才", "uscc": kit.uscc(7), "revision": 1},
        headers={"X-Form-Script": "body"},
    )
    assert answer.status_code == 200
    assert page.get(_step("permit")).status_code == 200


def test_page_with_a_mistake_keeps_the_answers_and_stays(page, employer):
    answer = page.post(_step("organisation"), {"name": "某某公司", "uscc": "123", "revision": 1})
    assert answer.status_code == 422
    assert "某某公司" in _text(answer)
    assert draft_of(kit.case_of(employer).pk).values["uscc"] == "123"


def test_later_goes_on_without_asking(page):
    assert page.post(_step("organisation"), {"later": "1", "revision": 1})["Location"] == _step(
        "registration"
    )


def test_autosave_answers_with_the_new_revision_and_a_stale_one_is_refused(page):
    for name, status in (("一", 200), ("二", 409)):
        answer = page.post(
            _step("profile"), {"intro": name, "revision": 1}, headers={"X-Form-Script": "values"}
        )
        assert answer.status_code == status
    assert answer.json()["message"]


def test_returned_application_opens_at_the_marked_paper(page, employer):
    kit.hand_in(kit.fill(employer))
    kit.review(employer, kit.RETURN)
    assert kit.RETURN.text in _text(page.get(reverse("employers:home")))
    assert page.get(reverse("employers:application"))["Location"] == _step("papers")
    marked = _text(page.get(_step("papers")))
    assert 'id="q-authorization_files-mark"' in marked
    assert f"{_step('papers')}#authorization_files" in _text(page.get(_step("review")))


def test_home_says_until_when_a_draft_waits(page, employer):
    day = timezone.localdate() + datetime.timedelta(days=30)
    assert (
        f"请在 {day.year}年{day.month}月{day.day}日 前提交"
        in page.get(reverse("employers:home")).content.decode()
    )


def test_home_asks_nobody_to_hand_in_what_is_in_review_even_if_a_timer_runs_there(page, employer):
    kit.hand_in(kit.fill(employer))
    Job.objects.create(
        case=kit.case_of(employer), kind=JobKind.TIMER, run_at=timezone.now() + datetime.timedelta(days=3)
    )
    assert "前提交" not in page.get(reverse("employers:home")).content.decode()


def test_line_says_who_has_it(page, employer):
    person = kit.reviewer()
    kit.hand_in(kit.fill(employer))
    line = _text(page.get(reverse("employers:home")))
    assert person.name in line
    assert 'aria-current="step"' in line


def test_reviewer_who_has_it_is_asked_to_let_it_go(page, employer):
    kit.hand_in(kit.fill(employer))
    claim(kit.open_task(employer).pk, Actor(kit.reviewer()))
    answer = page.post(reverse("employers:withdraw"), follow=True)
    assert answer.redirect_chain == [(reverse("employers:home"), 302)]
    assert "已请审核老师放回" in answer.content.decode()
    assert kit.fresh(employer).state == EmployerState.APPLIED
    assert kit.open_task(employer).data["withdrawal"]


def test_withdrawn_and_given_up_through_the_pages(page, employer):
    kit.hand_in(kit.fill(employer))
    page.post(reverse("employers:withdraw"))
    assert kit.fresh(employer).state == EmployerState.DRAFT
    page.post(reverse("employers:discard"))
    assert kit.fresh(employer).state == EmployerState.CANCELLED
    page.post(reverse("employers:start"))
    assert kit.fresh(employer).state == EmployerState.DRAFT
    assert draft_of(kit.case_of(employer).pk).values["intro"] == kit.ANSWERS["intro"]


def test_second_start_is_refused_with_the_way_to_the_open_one(page, employer):
    answer = page.post(reverse("employers:start"))
    assert answer.status_code == 409
    assert f'href="{reverse("employers:application")}"' in _text(answer)


def test_file_that_is_no_picture_is_refused_with_words(page):
    upload = kit.picture("licence.jpg")
    upload.file.seek(0)
    upload.file.truncate()
    upload.file.write(b"MZ\x90 a renamed program")
    upload.file.seek(0)
    answer = page.post(reverse("employers:upload"), {"licence_files": upload}, headers=SCRIPT)
    assert answer.status_code == 409
    assert answer.json()["message"]


def test_file_under_a_question_without_files_is_refused(page, employer):
    answer = page.post(reverse("employers:upload"), {"intro": kit.picture()}, headers=SCRIPT)
    assert answer.status_code == 409
    assert not attachments_of(kit.case_of(employer).pk).exists()


def test_removed_paper_is_gone_from_the_page(page, employer):
    page.post(reverse("employers:upload"), {"licence_files": kit.picture()})
    paper = attachments_of(kit.case_of(employer).pk).get()
    answer = page.post(reverse("employers:remove", args=[paper.pk]), headers=SCRIPT)
    assert answer.status_code == 200
    assert not attachments_of(kit.case_of(employer).pk).exists()


def test_front_door_leads_to_the_own_organisation(page):
    assert page.get(reverse("home"))["Location"] == reverse("employers:home")


def test_bar_of_an_employer_holds_no_page_of_students(page):
    for route in ("employers:home", "messaging:notices", "accounts:change_password"):
        bar = _text(page.get(reverse(route)))
        assert reverse("employers:home") in bar
        assert f'href="{reverse("destinations:me")}"' not in bar


def test_reviewer_sees_hints_form_and_papers_in_few_queries():
    for name in ("杭州启明科技有限公司", "启明科技（杭州）股份有限公司"):
        employer = kit.submit(name, registered_capital=1)
    kit.review(employer, kit.RETURN)
    actions.save_answers(kit.fresh(employer), {"intro": "改过的介绍"}, kit.by(kit.applicant(employer)))
    kit.hand_in(employer)
    browser = Client()
    browser.force_login(kit.reviewer(Role.EMPLOYER_REVIEWER))
    url = reverse("approvals:task", args=[kit.open_task(employer).pk])
    browser.get(url)
    with CaptureQueriesContext(connection) as queries:
        page = _text(browser.get(url))
    assert len(queries) <= MOST_QUERIES
    for words in ("¥10,000", "杭州启明科技有限公司", "改过的介绍", "营业执照", kit.RETURN.text):
        assert words in page
