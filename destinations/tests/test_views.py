import pytest
from django.test import Client
from django.urls import reverse

from destinations.flows.filing.tests import kit
from destinations.models import Destination, DestinationState
from destinations.tests.kit import make_student
from forms.queries import attachments_of, draft_of
from processes.actions import load_definitions

pytestmark = pytest.mark.django_db


@pytest.fixture
def student():
    return make_student()


@pytest.fixture
def page(student, client: Client):
    load_definitions()
    client.force_login(student.user)
    return client


SCRIPT = {"X-Form-Script": "files"}


def _step(key: str) -> str:
    return reverse("destinations:step", args=[key])


def test_home_asks_first_to_confirm_the_record(client):
    student = make_student(confirmed=False)
    client.force_login(student.user)
    answer = client.get(reverse("destinations:me"))
    assert answer.status_code == 200
    assert reverse("students:record") in answer.content.decode()
    assert reverse("destinations:start") not in answer.content.decode()


def test_filing_page_leads_to_the_record_or_says_why_there_is_nothing_to_file(client):
    for student, leads in ((make_student(confirmed=False), True), (make_student(academic_status="6"), False)):
        client.force_login(student.user)
        page = client.get(reverse("destinations:filing")).content.decode()
        assert (f'btn-block" href="{reverse("students:record")}"' in page) is leads
        assert reverse("destinations:start") not in page


def test_whole_way_from_home_to_submitted(page, student):
    assert reverse("destinations:start") in page.get(reverse("destinations:me")).content.decode()
    assert page.post(reverse("destinations:start"), follow=True).redirect_chain[-1][0] == _step("category")
    answer = page.post(_step("category"), {"category": "801"})
    assert answer["Location"] == _step("study")
    answer = page.post(
        _step("study"), kit.ANSWERS["801"] | {"school_region": ["330000", "330100"], "revision": "1"}
    )
    assert answer["Location"] == _step("archive")
    answer = page.post(_step("archive"), kit.ARCHIVE | {"revision": "2"})
    assert answer["Location"] == _step("proof")
    page.post(reverse("destinations:upload"), {"proof_files": kit.picture()})
    assert page.get(_step("review")).status_code == 200
    answer = page.post(_step("review"), {"declared": "on"}, follow=True)
    destination = Destination.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("destinations:submitted", args=[destination.pk])
    assert destination.state == DestinationState.IN_REVIEW
    assert page.get(reverse("destinations:me")).status_code == 200
    assert page.get(reverse("destinations:filing"))["Location"] == reverse(
        "destinations:detail", args=[destination.pk]
    )


def test_page_with_a_mistake_keeps_the_answers_and_stays(page, student):
    kit.start(student)
    page.post(_step("category"), {"category": "801"})
    answer = page.post(_step("study"), {"school_name": "浙江大学", "revision": "1"})
    assert answer.status_code == 422
    assert "浙江大学" in answer.content.decode()
    draft = draft_of(kit.case_of(Destination.objects.get()).pk)
    assert draft.values["school_name"] == "浙江大学"


def test_later_goes_on_without_asking(page, student):
    kit.start(student)
    page.post(_step("category"), {"category": "801"})
    assert page.post(_step("study"), {"later": "1", "revision": "1"})["Location"] == _step("archive")


def test_autosave_answers_with_the_new_revision(page, student):
    kit.start(student)
    page.post(_step("category"), {"category": "801"})
    answer = page.post(
        _step("study"), {"school_name": "浙大", "revision": "1"}, headers={"X-Form-Script": "values"}
    )
    assert answer.json()["revision"] == 2


def test_stale_autosave_is_refused_with_words(page, student):
    kit.start(student)
    page.post(_step("category"), {"category": "801"})
    for name, status in (("一", 200), ("二", 409)):
        answer = page.post(
            _step("study"), {"school_name": name, "revision": "1"}, headers={"X-Form-Script": "values"}
        )
        assert answer.status_code == status
    assert answer.json()["message"]


def test_stale_page_keeps_what_was_typed_and_can_be_sent_again(page, student):
    kit.start(student)
    page.post(_step("category"), {"category": "801"})
    page.post(_step("study"), {"school_name": "一", "revision": "1", "later": "1"})
    answer = page.post(_step("study"), {"school_name": "二", "revision": "1", "later": "1"})
    assert answer.status_code == 422
    assert 'value="二"' in answer.content.decode()
    assert 'name="revision" value="2"' in answer.content.decode()


def test_wrong_category_says_so_and_changes_nothing(page, student):
    kit.start(student)
    answer = page.post(_step("category"), {"category": "27"}, follow=True)
    assert answer.redirect_chain[-1][0] == _step("category")
    assert draft_of(kit.case_of(Destination.objects.get()).pk) is None


def test_submit_without_declaration_stays_on_the_page(page, student):
    kit.write(student)
    answer = page.post(_step("review"), {})
    assert answer.status_code == 422
    assert Destination.objects.get().state == DestinationState.DRAFT


def test_submit_of_an_incomplete_filing_marks_what_is_missing(page, student):
    kit.write(student, "10", employer_uscc="")
    answer = page.post(_step("review"), {"declared": "on"})
    assert answer.status_code == 422
    assert f"{_step('employer')}#employer_uscc" in answer.content.decode()


def test_second_submit_leads_to_the_same_page(page, student):
    destination = kit.submit(student)
    answer = page.post(_step("review"), {"declared": "on"})
    assert answer["Location"] == reverse("destinations:detail", args=[destination.pk])


def test_returned_filing_opens_at_the_marked_page(page, student):
    destination = kit.submit(student)
    kit.review(destination, kit.RETURN)
    assert page.get(reverse("destinations:filing"))["Location"] == _step("proof")
    assert kit.RETURN.text in page.get(_step("proof")).content.decode()
    home = page.get(reverse("destinations:me")).content.decode()
    assert kit.RETURN.text in home


def test_withdraw_and_discard_by_button(page, student):
    destination = kit.submit(student)
    page.post(reverse("destinations:withdraw"))
    destination.refresh_from_db()
    assert destination.state == DestinationState.DRAFT
    page.post(reverse("destinations:discard"))
    destination.refresh_from_db()
    assert destination.state == DestinationState.CANCELLED


def test_disguised_file_is_refused_with_words(page, student):
    kit.write(student)
    fake = kit.picture("合同.jpg")
    fake.file.seek(0)
    fake.file.write(b"MZ this is a program, not a picture" * 20)
    answer = page.post(reverse("destinations:upload"), {"proof_files": fake}, headers=SCRIPT)
    assert answer.status_code == 409
    assert answer.json()["message"]


def test_oversize_file_is_refused_with_words(page, student, settings):
    settings.UPLOAD_MAX_BYTES = 100
    kit.start(student)
    answer = page.post(reverse("destinations:upload"), {"proof_files": kit.picture()}, headers=SCRIPT)
    assert answer.status_code == 409
    assert not attachments_of(kit.case_of(Destination.objects.get()).pk).exists()


def test_upload_without_a_script_goes_back_to_the_page(page, student):
    kit.write(student)
    answer = page.post(reverse("destinations:upload"), {"proof_files": kit.picture()})
    assert answer["Location"] == _step("proof")


def test_upload_by_script_answers_with_the_list(page, student):
    kit.write(student)
    answer = page.post(reverse("destinations:upload"), {"proof_files": kit.picture("新.jpg")}, headers=SCRIPT)
    assert "新.jpg" in answer.content.decode()


def test_file_is_removed(page, student):
    destination = kit.write(student)
    files = attachments_of(kit.case_of(destination).pk)
    page.post(reverse("destinations:remove", args=[files[0].pk]))
    assert files.present().count() == 1


def test_release_paper_goes_to_its_own_place(client):
    student = make_student(training_mode="2", target_unit="新乡县教育局", target_unit_region="410721")
    client.force_login(student.user)
    destination = kit.write(student)
    assert client.get(reverse("destinations:filing"))["Location"] == _step("category")
    assert "新乡县教育局" in client.get(_step("category")).content.decode()
    client.post(reverse("destinations:upload"), {"release_files": kit.picture()})
    assert client.get(reverse("destinations:filing"))["Location"] == _step("review")
    kit.hand_in(destination)


def test_strangers_find_nothing(client, student):
    destination = kit.submit(student)
    file = attachments_of(kit.case_of(destination).pk)[0]
    stranger = make_student("陌生人")
    client.force_login(stranger.user)
    addresses = [
        reverse("destinations:detail", args=[destination.pk]),
        reverse("destinations:submitted", args=[destination.pk]),
        reverse("destinations:file", args=[file.pk]),
        reverse("destinations:thumbnail", args=[file.pk]),
    ]
    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(
        addresses, 404
    )
    assert client.post(reverse("destinations:withdraw")).status_code == 404
    assert client.post(reverse("destinations:remove", args=[file.pk])).status_code == 404


def test_staff_have_no_such_pages(client, student):
    kit.submit(student)
    client.force_login(kit.reviewers_of(student)["counselor_review"])
    assert client.get(reverse("destinations:me")).status_code == 404


def test_strangers_at_the_door_sign_in(client):
    assert client.get(reverse("destinations:me")).status_code == 302


def test_own_file_is_shown(page, student):
    destination = kit.submit(student)
    file = attachments_of(kit.case_of(destination).pk)[0]
    for name in ("file", "thumbnail"):
        answer = page.get(reverse(f"destinations:{name}", args=[file.pk]))
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")


def _history(student, rounds: int) -> None:
    """Filed again and again; the last one is in review with many files and returns behind it."""
    for _each in range(rounds):
        kit.approve_all(kit.submit(student, "70.1"))
    destination = kit.submit(student)
    for _each in range(rounds):
        kit.review(destination, kit.RETURN)
        kit.hand_in(destination)


@pytest.mark.parametrize("name", ["me", "detail", "filing", "proof", "review"])
def test_number_of_queries_does_not_grow(client, django_assert_max_num_queries, name):
    counts = []
    for rounds in (1, 4):
        student = make_student()
        client.force_login(student.user)
        _history(student, rounds)
        destination = Destination.objects.filter(student=student).latest("id")
        if name in ("proof", "review"):
            kit.review(destination, kit.RETURN)
        address = {
            "me": reverse("destinations:me"),
            "detail": reverse("destinations:detail", args=[destination.pk]),
            "filing": reverse("destinations:filing"),
            "proof": _step("proof"),
            "review": _step("review"),
        }[name]
        client.get(address)
        with django_assert_max_num_queries(12) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1]
