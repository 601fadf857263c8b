"""The menu “more”: what it offers, its forms, and what a verb leaves on the page."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from approvals import verbs
from approvals.actions import Actor, Decision, claim, decide, delegate, request_withdrawal
from approvals.queries import task_with_case
from approvals.tests.kit import open_task, submitted, waiting
from approvals.tests.test_claiming import kinds
from processes.models import Task

WHY = "这个班我不熟悉，请您看"


def offered(task, person) -> list[str]:
    found = verbs.offers(Actor(person), task_with_case(task.pk), timezone.now())
    return [verb.name for verb in found]


def do(client, task, name, **said):
    return client.post(reverse("approvals:verb", args=[task.pk, name]), said)


def test_menu_offers_what_the_reader_may_do_now(flow):
    task = submitted(flow, "1")
    assert offered(task, flow.counselor) == ["claim", "transfer", "delegate", "sign", "copy", "comment"]
    claim(task.pk, Actor(flow.counselor))
    assert offered(task, flow.counselor) == ["release", "transfer", "delegate", "sign", "copy", "comment"]
    assert offered(task, flow.second_counselor) == ["copy", "comment", "urge"]
    delegate(task.pk, flow.officer.pk, Actor(flow.counselor), text=WHY)
    assert offered(task, flow.officer) == ["give-back", "copy", "comment"]
    assert "call-back" in offered(task, flow.counselor)
    request = Actor(task.process.initiator)
    request_withdrawal(task.process_id, request)
    assert offered(task, flow.officer) == ["give-back", "copy", "comment", "keep", "let-go"]


def test_every_verb_has_a_key_of_its_own_but_for_those_that_never_meet():
    letters = [verb.letter for verb in verbs.VERBS.values() if verb.letter]
    assert len(set(letters)) == len(letters) - 2  # claim and release, give back and call back


@pytest.mark.parametrize("name", ["transfer", "delegate", "sign", "copy", "comment"])
def test_form_of_a_verb_names_colleagues(client, flow, name):
    task = submitted(flow, "1")
    client.force_login(flow.counselor)
    page = client.get(reverse("approvals:verb", args=[task.pk, name])).content.decode()
    assert "李老师" in page
    assert "data-verb-form" in page


def test_verbs_of_the_page_reach_the_trail(client, flow):
    task = submitted(flow, "1")
    client.force_login(flow.counselor)
    officer = str(flow.officer.pk)
    assert do(client, task, "claim").status_code == 302
    assert do(client, task, "comment", text="电话打不通", person=officer).status_code == 302
    assert do(client, task, "copy", person=str(flow.director.pk)).status_code == 302
    assert do(client, task, "sign", person=officer, choice="after", text=WHY).status_code == 302
    assert do(client, task, "unsign", person=officer).status_code == 302
    assert do(client, task, "release").status_code == 302
    assert do(client, task, "delegate", person=officer, text=WHY).status_code == 302
    client.force_login(flow.officer)
    assert do(client, task, "give-back", text="我看没有问题").status_code == 302
    assert kinds(task.process_id)[2:] == [
        "claimed",
        "copied",  # whoever is mentioned can read the case
        "commented",
        "copied",
        "signer_added",
        "signer_removed",
        "released",
        "delegated",
        "opinion_given",
    ]


def test_opinion_needs_words_and_who_asked_calls_back_without_any(client, flow):
    task = submitted(flow, "1")
    delegate(task.pk, flow.officer.pk, Actor(flow.counselor), text=WHY)
    client.force_login(flow.officer)
    form = client.get(reverse("approvals:verb", args=[task.pk, "give-back"])).content.decode()
    assert ("（选填）" in form, 'required minlength="5"' in form) == (False, True)
    assert do(client, task, "give-back", text="").status_code == 422
    client.force_login(flow.counselor)
    assert do(client, task, "call-back").status_code == 302
    assert kinds(task.process_id)[2:] == ["delegated", "called_back"]


def test_form_with_a_fault_stays_open_and_keeps_what_was_said(client, flow):
    task = submitted(flow, "1")
    client.force_login(flow.counselor)
    answer = do(client, task, "transfer", person=str(flow.officer.pk), text="短")
    assert (answer.status_code, "短" in answer.content.decode()) == (422, True)
    assert do(client, task, "transfer", person="nobody", text=WHY).status_code == 422
    assert do(client, task, "sing").status_code == 404


def test_beside_the_list_a_verb_answers_with_the_row_and_an_event(client, flow):
    task = submitted(flow, "1")
    client.force_login(flow.counselor)
    address = reverse("approvals:verb", args=[task.pk, "claim"])
    answer = client.post(address, headers={"HX-Request": "true"})
    told = json.loads(answer["HX-Trigger-After-Settle"])["verbdone"]
    assert (told["task"], told["stays"]) == (str(task.pk), True)
    assert f'id="row-{task.pk}" hx-swap-oob="true"' in answer.content.decode()
    address = reverse("approvals:verb", args=[task.pk, "transfer"])
    said = {"person": str(flow.second_counselor.pk), "text": WHY}
    answer = client.post(address, said, headers={"HX-Request": "true"})
    assert json.loads(answer["HX-Trigger-After-Settle"])["verbdone"]["stays"] is False
    answer = client.post(reverse("approvals:verb", args=[task.pk, "claim"]), headers={"HX-Request": "true"})
    assert "孙老师" in json.loads(answer["HX-Trigger"])["toast"]["text"]


def test_last_decision_is_taken_back_from_the_list(client, flow):
    first, second = waiting(flow, 2)
    for task in (first, second):
        decide(task.pk, Decision("approve"), Actor(flow.counselor))
    client.force_login(flow.counselor)
    assert client.post(reverse("approvals:take_last_back")).status_code == 302
    assert Task.objects.get(pk=second.pk).is_open
    answer = client.post(reverse("approvals:take_last_back"), headers={"HX-Request": "true"})
    assert str(first.pk) in answer["HX-Redirect"]
    answer = client.post(reverse("approvals:take_last_back"), headers={"HX-Request": "true"})
    assert "toast" in json.loads(answer["HX-Trigger"])


def test_applicant_who_asks_back_is_answered_on_the_page(client, flow):
    task = submitted(flow, "1")
    claim(task.pk, Actor(flow.counselor))
    request_withdrawal(task.process_id, Actor(task.process.initiator), text="单位写错了")
    client.force_login(flow.counselor)
    assert "单位写错了" in client.get(reverse("approvals:task", args=[task.pk])).content.decode()
    assert do(client, task, "keep", text="短").status_code == 422
    assert do(client, task, "let-go").status_code == 302
    assert open_task(task.process_id).owner_id == task.process.initiator_id
