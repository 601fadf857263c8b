"""The pages of the desk, one request at a time."""

import uuid
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts.actions import add_unit
from accounts.models import AccessLog, UnitKind
from accounts.roles import Role
from approvals import saved_views
from approvals.actions import Actor, Decision, add_signer, comment, decide, delegate, submit, transfer
from approvals.filters import Filters
from approvals.models import SavedView
from approvals.tests.kit import CLASS_STEP, RETURN, approved, hand_in, open_task, proof, submitted, waiting
from common.moments import written_moment
from processes.models import Task

INBOX = "/desk/"
PANE = {"HX-Request": "true"}
JSON = {"Accept": "application/json"}
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def counselor(client, flow):
    """The counselor's browser, in English."""
    client.force_login(flow.counselor)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def task(flow):
    return submitted(flow, "20230001", "王晓雨", now=timezone.now())


def page_of(task):
    return reverse("approvals:task", args=[task.pk])


def decide_at(task):
    return reverse("approvals:decide", args=[task.pk])


def text(answer):
    return answer.content.decode()


def addresses(task, file, view):
    key = {"task_id": task.pk}
    return [
        ("get", reverse("approvals:inbox")),
        ("get", reverse("approvals:filters")),
        ("get", reverse("approvals:counts")),
        ("get", reverse("approvals:done")),
        ("get", reverse("approvals:task", kwargs=key)),
        ("post", reverse("approvals:decide", kwargs=key)),
        ("get", reverse("approvals:next", kwargs=key)),
        ("get", reverse("approvals:previous", kwargs=key)),
        ("get", reverse("approvals:file", args=[file.pk])),
        ("post", reverse("approvals:batch")),
        ("post", reverse("approvals:batch_run")),
        ("post", reverse("approvals:save_view")),
        ("get", reverse("approvals:view", args=[view.pk])),
        ("post", reverse("approvals:change_view", args=[view.pk])),
    ]


@pytest.fixture
def everything(task, flow, media):
    view = saved_views.save_view(flow.counselor, "甲", Filters())
    return addresses(task, proof(task), view)


def test_somebody_not_signed_in_is_led_to_the_sign_in_page(client, everything):
    for method, address in everything:
        answer = getattr(client, method)(address)
        assert answer.status_code == 302, address
        assert answer["Location"].startswith("/account/sign-in/?next=/"), address


def test_student_finds_no_page_of_the_desk(client, everything, task):
    client.force_login(task.process.initiator)
    assert [getattr(client, method)(address).status_code for method, address in everything] == [404] * 14


def test_reviewer_of_another_unit_finds_nothing_of_a_case(client, everything, flow):
    other = add_unit(flow.university, UnitKind.COLLEGE, "外语学院")
    client.force_login(flow.person("t9", "外人", Role.COUNSELOR, other))
    of_the_case = [everything[number] for number in (4, 5, 6, 7, 8, 13)]
    assert [getattr(client, method)(address).status_code for method, address in of_the_case] == [404] * 6
    assert not Task.objects.filter(decided_by__username="t9").exists()


def test_address_of_a_task_that_never_was_is_not_found(counselor):
    assert counselor.get(reverse("approvals:task", args=[uuid.uuid4()])).status_code == 404
    assert counselor.get(reverse("approvals:file", args=[uuid.uuid4()])).status_code == 404


# --- the list ---


def test_inbox_names_tasks_counts_and_deadlines(counselor, task):
    said = text(counselor.get(INBOX))
    assert "王晓雨" in said
    assert "Class review" in said
    assert "workday" in said
    assert page_of(task) in said


def test_empty_inbox_says_what_will_appear(counselor):
    assert "Nothing waits for you" in text(counselor.get(INBOX))


def test_search_without_match_offers_everything(counselor, task):
    said = text(counselor.get(INBOX, {"q": "没有这个人"}))
    assert "Nothing matches" in said
    assert "王晓雨" not in said


def test_own_case_is_shown_but_cannot_be_selected(client, flow):
    own = submitted(flow, "x1", "自己", now=timezone.now())
    flow.counselor.appointments.update(user=own.process.initiator)
    client.force_login(own.process.initiator)
    said = text(client.get(INBOX))
    assert page_of(own) in said
    assert f'value="{own.pk}"' not in said


def test_more_brings_the_rows_that_follow_and_no_second_head(counselor, flow):
    waiting(flow, 60, now=timezone.now())
    first = counselor.get(INBOX)
    following = {"after": first.context["inbox"].next, "under": first.context["inbox"].last_step}
    rows = text(counselor.get(INBOX, following, headers=PANE))
    assert rows.count("data-row=") == 10
    assert "inbox-step" not in rows
    assert "<html" not in rows


def test_more_without_script_is_a_whole_page(counselor, flow):
    waiting(flow, 60, now=timezone.now())
    page = text(counselor.get(INBOX, {"after": counselor.get(INBOX).context["inbox"].next}))
    assert page.count("data-row=") == 10
    assert "<html" in page


def test_made_up_cursor_is_not_found(counselor):
    assert counselor.get(INBOX, {"after": "xyz"}).status_code == 404
    assert counselor.get("/desk/done/", {"after": "xyz"}).status_code == 404


def queries_of(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_pages_take_at_most_12_queries_and_the_same_at_3_and_at_300_rows(counselor, flow, task, media):
    hand_in(task, employer="海康", pay=9000)
    hand_in(task, employer="海康", pay=9500)
    proof(task)
    for done in waiting(flow, 3, now=timezone.now())[:2]:
        decide(done.pk, Decision("approve"), Actor(flow.counselor))
    narrowed = f"{INBOX}?step={CLASS_STEP}&q=s000&unit={flow.student_class.pk}&returned=1&brief=s"
    everywhere = [INBOX, f"{INBOX}?q=s000", narrowed, page_of(task), "/desk/done/", "/desk/filters/"]
    view = saved_views.save_view(flow.officer, "甲", Filters())
    everywhere.append(f"{INBOX}?view={view.pk}&unit={flow.student_class.pk}")
    few = [queries_of(counselor, address) for address in everywhere]
    flow.students = lambda count: [flow.person(f"x{n:03}", "学生") for n in range(count)]
    for number, each in enumerate(waiting(flow, 300, now=timezone.now())):
        if number % 5 == 0:
            decide(each.pk, Decision("approve"), Actor(flow.counselor))
    many = [queries_of(counselor, address) for address in everywhere]
    assert many == few
    assert max(many) <= 12


def test_filters_offer_only_units_in_scope(counselor, flow):
    said = text(counselor.get("/desk/filters/", {"overdue": "1"}))
    assert "软件2301" in said
    assert "软件学院" not in said
    assert 'name="overdue" value="1" checked' in said


# --- a task ---


def test_task_page_says_what_is_asked_by_when_and_why_here(counselor, task):
    said = text(counselor.get(page_of(task)))
    for words in ("王晓雨", task.process.number, "Class review", "You are Counselor of 软件2301.", "workday"):
        assert words in said


def test_task_page_in_the_pane_is_the_part_beside_the_list(counselor, task):
    said = text(counselor.get(page_of(task), headers=PANE))
    assert "王晓雨" in said
    assert "<html" not in said


def test_task_page_shows_history_with_reason_and_marked_fields(counselor, flow, task):
    hand_in(task, employer="海康", pay=9000)
    decision = Decision("return", "R03", "证明看不清，请重拍", fields=("pay",))
    decide(task.pk, decision, Actor(flow.second_counselor))
    again = open_task(task.process_id)
    hand_in(task, employer="海康", pay=9500)
    submit(again.pk, Actor(task.process.initiator))
    said = text(counselor.get(page_of(open_task(task.process_id))))
    for words in (
        "Returned before by 孙老师",
        "证明看不清，请重拍",
        "Marked:",
        "Changed since:",
        "of working time",
    ):
        assert words in said
    changed = said.partition("Changed since:")[2].partition("</div>")[0]
    assert "Pay" in changed
    assert "Employer" not in changed


def test_returning_offers_reasons_and_the_fields_of_the_form(counselor, task):
    hand_in(task, employer="海康", pay=9000)
    said = text(counselor.get(page_of(task)))
    assert 'value="R03"' in said
    assert 'name="fields" value="employer"' in said
    assert 'value="R42"' not in said  # a reason of destination filing alone


def test_returning_offers_the_steps_the_case_has_passed(client, flow, task):
    approved(task, flow.counselor)
    client.force_login(flow.officer)
    offered = client.get(page_of(open_task(task.process_id))).context["page"].targets
    assert [target.id for target in offered] == ["", "class_review"]


@pytest.mark.parametrize(("step", "offered"), [(1, False), (2, False), (3, True)])
def test_rejecting_is_offered_only_where_the_chain_allows_it(client, flow, task, step, offered):
    people = [flow.counselor, flow.officer, flow.director]
    for person in people[: step - 1]:
        task = approved(task, person)
    client.force_login(people[step - 1])
    assert ('data-dialog="reject-dialog"' in text(client.get(page_of(task)))) is offered


def test_own_case_has_no_decision_bar_but_a_reason(client, flow):
    own = submitted(flow, "x1", "自己", now=timezone.now())
    flow.counselor.appointments.update(user=own.process.initiator)
    client.force_login(own.process.initiator)
    said = text(client.get(page_of(own), headers=ENGLISH))
    assert "Nobody reviews their own case" in said
    assert 'value="approve"' not in said


def test_decided_task_says_who_decided(counselor, flow, task):
    decide(task.pk, Decision("approve"), Actor(flow.second_counselor))
    said = text(counselor.get(page_of(task)))
    assert "孙老师 has approved this." in said
    assert 'value="approve"' not in said


@pytest.mark.parametrize(
    ("give", "why"),
    [
        (transfer, "陈老师 handed it on to you."),
        (delegate, "陈老师 asks for your opinion."),
        (partial(add_signer, place="before"), "陈老师 asks you to sign."),
    ],
)
def test_task_given_in_person_says_who_gave_it_and_with_which_words(counselor, client, flow, task, give, why):
    give(task.pk, flow.officer.pk, by=Actor(flow.counselor), text="公章看不清，请您看看")
    client.force_login(flow.officer)
    given = Task.objects.get(process=task.process_id, owner=flow.officer)
    said = text(client.get(page_of(given)))
    head, _history = said.split('id="task-history"')
    assert (why in head, "陈老师 says" in head, "公章看不清，请您看看" in head) == (True, True, True)


def test_decision_is_offered_back_until_somebody_goes_on_with_the_case(counselor, flow, task):
    decide(task.pk, Decision("approve"), Actor(flow.counselor))
    comment(task.process_id, Actor(flow.counselor), "已电话核实")
    assert "Take my decision back" in text(counselor.get(page_of(task)))
    decide(open_task(task.process_id).pk, Decision("approve"), Actor(flow.officer))
    assert "Take my decision back" not in text(counselor.get(page_of(task)))


# --- deciding ---


def test_approving_opens_the_next_task_of_the_list(counselor, flow):
    first, second = waiting(flow, 2, now=timezone.now())
    answer = counselor.post(f"{decide_at(first)}?q=s000", {"outcome": "approve", "revision": 0})
    assert answer.status_code == 302
    assert answer["Location"] == f"{page_of(second)}?q=s000"
    first.refresh_from_db()
    assert (first.outcome, first.decided_by) == ("approve", flow.counselor)


def test_approving_the_last_task_leads_back_to_the_list(counselor, task):
    answer = counselor.post(decide_at(task), {"outcome": "approve", "revision": 0}, follow=True)
    assert answer.redirect_chain[0][0] == "/desk/?view=all"
    assert "王晓雨: approved." in text(answer)


def test_approving_behind_the_last_task_of_the_list_begins_again_at_the_top(counselor, flow):
    first, second = waiting(flow, 2, now=timezone.now())
    answer = counselor.post(decide_at(second), {"outcome": "approve", "revision": 0})
    assert answer["Location"] == page_of(first)


def test_approving_beside_the_list_answers_with_words(counselor, task):
    answer = counselor.post(decide_at(task), {"outcome": "approve", "revision": 0}, headers=JSON)
    assert answer.json() == {"message": "王晓雨: approved."}


def test_deciding_records_address_and_channel(counselor, task):
    counselor.post(decide_at(task), {"outcome": "approve"}, REMOTE_ADDR="10.1.2.3")
    event = task.process.events.latest("seq")
    assert (event.ip, event.channel, event.kind) == ("10.1.2.3", "web", "approved")


def test_sending_twice_gives_the_same_answer_and_one_event(counselor, task):
    said = {"outcome": "approve", "revision": 0}
    answers = [counselor.post(decide_at(task), said, headers=JSON) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert task.process.events.filter(kind="approved").count() == 1


def test_the_slower_of_two_is_told_who_decided_what_and_when(counselor, flow, task):
    decide(task.pk, Decision("approve"), Actor(flow.second_counselor))
    answer = counselor.post(decide_at(task), {"outcome": "approve", "revision": 0}, headers=JSON)
    assert answer.status_code == 409
    when = written_moment(Task.objects.get(pk=task.pk).finished)
    assert f"孙老师 was faster: approved, {when}" in answer.json()["message"]
    assert answer.json()["open"] is False


def test_page_that_is_out_of_date_is_refused_and_shown_anew(counselor, task):
    answer = counselor.post(decide_at(task), {"outcome": "approve", "revision": 7})
    assert answer.status_code == 409
    assert "was changed meanwhile" in text(answer)
    assert open_task(task.process_id).pk == task.pk


RETURNING = {"outcome": "return", "revision": 0, "reason_code": "R03", "text": "证明看不清，请重拍"}


def test_returning_keeps_reason_words_and_marked_fields(counselor, task):
    hand_in(task, employer="海康", pay=9000)
    counselor.post(decide_at(task), RETURNING | {"fields": ["pay", "made_up"]})
    reopened = open_task(task.process_id)
    assert reopened.node_id == "file"
    correction = {"reason_code": "R03", "reason_text": "证明看不清，请重拍", "fields": ["pay"]}
    assert reopened.data == correction | {"returned_from": "class_review"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"text": "太短"}, "at least 5 characters"),
        ({"text": "长" * 501}, "500 characters at most"),
        ({"reason_code": ""}, "Choose a reason."),
        ({"reason_code": "R42"}, "not offered here"),
        ({"reason_code": "R99"}, "not offered here"),
        ({"target": "university_review"}, "cannot be returned to that step"),
        ({"outcome": "explode"}, "not complete"),
        ({"revision": "x"}, "not complete"),
        ({"outcome": "submit"}, "not complete"),
    ],
)
def test_incomplete_decision_changes_nothing_and_says_what_is_missing(counselor, task, change, words):
    answer = counselor.post(decide_at(task), RETURNING | change, headers=JSON)
    assert answer.status_code == 422
    assert words in answer.json()["message"]
    assert answer.json()["open"] is True
    assert open_task(task.process_id).pk == task.pk


def test_rejecting_where_the_chain_does_not_allow_it_is_refused(counselor, task):
    answer = counselor.post(decide_at(task), RETURNING | {"outcome": "reject"}, headers=JSON)
    assert answer.status_code == 409
    assert "cannot reject" in answer.json()["message"]


def test_own_case_cannot_be_decided(client, flow):
    own = submitted(flow, "x1", "自己", now=timezone.now())
    flow.counselor.appointments.update(user=own.process.initiator)
    client.force_login(own.process.initiator)
    assert client.post(decide_at(own), {"outcome": "approve"}, headers=JSON).status_code == 409
    assert open_task(own.process_id).pk == own.pk


def test_neighbours_lead_through_the_list_and_back_to_it(counselor, flow):
    first, second = waiting(flow, 2, now=timezone.now())
    following = counselor.get(reverse("approvals:next", args=[first.pk]))
    assert following["Location"] == page_of(second)
    preceding = counselor.get(reverse("approvals:previous", args=[first.pk]))
    assert preceding["Location"] == "/desk/?view=all"


# --- files ---


def test_proof_is_shown_to_whoever_sees_the_case(counselor, task, media):
    answer = counselor.get(reverse("approvals:file", args=[proof(task).pk]))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/png"
    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")


def test_seeing_a_proof_is_recorded_and_asking_for_one_in_vain_is_not(counselor, flow, task, media):
    file = proof(task)
    counselor.get(reverse("approvals:file", args=[uuid.uuid4()]))
    assert not AccessLog.objects.exists()
    counselor.get(reverse("approvals:file", args=[file.pk]))
    seen = AccessLog.objects.get()
    assert (seen.user, seen.action, seen.detail) == (flow.counselor, "file", str(file.pk))
    assert seen.object_id == str(task.process.subject_id)


def test_task_page_shows_pictures_and_pdfs_that_were_handed_in(counselor, task, media):
    picture, pdf = proof(task), proof(task, name="contract.pdf", content_type="application/pdf")
    waits = proof(task, name="later.png")
    waits.submissions.clear()
    said = text(counselor.get(page_of(task)))
    assert f'<img src="{reverse("approvals:file", args=[picture.pk])}"' in said
    assert f'<iframe class="proof-pdf" src="{reverse("approvals:file", args=[pdf.pk])}"' in said
    assert "later.png" not in said
    assert counselor.get(reverse("approvals:file", args=[waits.pk])).status_code == 404


# --- done ---


def test_done_lists_own_decisions_and_says_so_when_there_are_none(counselor, flow, task):
    assert "You have decided nothing yet" in text(counselor.get("/desk/done/"))
    decide(task.pk, RETURN, Actor(flow.counselor))
    said = text(counselor.get("/desk/done/"))
    assert "王晓雨" in said
    assert "Returned" in said
    assert "You decided no such case" in text(counselor.get("/desk/done/", {"outcome": "approve"}))


# --- saved views ---


def test_view_is_kept_with_the_filters_of_the_page_and_opened(counselor, flow):
    answer = counselor.post("/desk/views/", {"name": "逾期", "overdue": "1", "q": "王"})
    view = SavedView.objects.get(owner=flow.counselor)
    assert answer["Location"] == f"/desk/?view={view.pk}&overdue=1&q=%E7%8E%8B"


def test_view_that_opens_first_is_where_the_inbox_begins(counselor, flow, task):
    view = saved_views.save_view(flow.counselor, "逾期", Filters(overdue="1"))
    counselor.post(f"/desk/views/{view.pk}/change/", {"do": "default"})
    assert counselor.get(INBOX)["Location"] == f"/desk/?view={view.pk}&overdue=1"
    assert "王晓雨" in text(counselor.get(INBOX, {"view": "all"}))


def test_view_of_a_colleague_opens_on_the_readers_own_tasks_and_can_be_kept(client, flow, task):
    view = saved_views.save_view(flow.counselor, "王姓", Filters(q="0001"))
    client.force_login(flow.officer)
    answer = client.get(f"/desk/views/{view.pk}/", follow=True, headers=ENGLISH)
    assert "A view shared by 陈老师" in text(answer)
    assert "王晓雨" not in text(answer)


def test_view_of_a_colleague_cannot_be_changed(client, flow):
    view = saved_views.save_view(flow.counselor, "王姓", Filters(q="王"))
    client.force_login(flow.officer)
    assert client.post(f"/desk/views/{view.pk}/change/", {"do": "delete"}).status_code == 404
    assert SavedView.objects.filter(pk=view.pk).exists()


def test_view_is_renamed_and_deleted(counselor, flow):
    view = saved_views.save_view(flow.counselor, "甲", Filters(q="王"))
    counselor.post(f"/desk/views/{view.pk}/change/", {"do": "rename", "name": "乙"})
    assert SavedView.objects.get().name == "乙"
    counselor.post(f"/desk/views/{view.pk}/change/", {"do": "delete"})
    assert not SavedView.objects.exists()
