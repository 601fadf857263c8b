"""Nonsense at every address, broken spreadsheets: words instead of a crash, and nothing is lost."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from destinations.models import Destination, DestinationState
from forms.queries import draft_of
from processes import compiled
from processes.models import Task
from students.models import ImportBatch, Student
from tests.address import NOBODY, POST, Address
from tests.pages import ADDRESSES
from tests.world import World, build_world, graduates, upload_of

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert(1)</script>"
LONG = "字" * 5000
LINE = 100  # characters of one value in an address: no server takes a line with all names at full length
NONSENSE = [
    "\x00",
    "9" * 40,
    "-1",
    "💥",
    SCRIPT,
    "%s%(x)s",
    "'; --",
    LONG,
    "\ud83d".encode("utf-8", "replace").decode(),
]
NAMES = (
    "after", "under", "view", "step", "unit", "brief", "returned", "overdue", "q", "outcome", "cohort", "college",
    "major", "class", "verify", "owing", "sort", "page", "name", "level", "take", "unread", "next", "all", "task", "revision",
    "reason_code", "text", "target", "fields", "do", "category", "declared", "later", "employer_name", "employer_uscc",
    "employer_nature", "employer_region", "mode", "file", "proof_files", "column-0", "erase-0", "username", "password",
    "old_password", "new_password1", "new_password2", "uscc", "state", "nature", "industry", "list_state", "tag",
    "promised", "position", "phone", "email", "password1", "password2", "remark", "intro", "org_type", "licence_files",
    "student_no", "id_end", "answer", "agreed", "reason", "code", "echostr", "timestamp", "nonce", "signature",
    "effective_on", "starts_on", "ends_on", "reason", "seen", "short_name", "code", "units", "role", "mobile", "closed",
    "members-students",
    "typed", "cidr", "code", "session", "address", "sent", "over",
    "old_password", "new_password1", "new_password2", "year", "changed", "first", "last", "kind", "note", "who", "since",
    "until", "action", "channel", "about", "request", "purpose", "words", "ask",
    "occasion", "title", "processing", "influence", "measures", "conclusion", "next_review", "template", "note-keys", "tick-keys",
)  # fmt: skip


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)
    compiled.forget()


def answer_to(world: World, address: Address, who: str, method: str, data: dict[str, Any]) -> HttpResponse:
    """What comes back; whatever it wrote is taken back."""
    with transaction.atomic():
        answer = getattr(world.browser(who), method)(address.url(world), data)
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize("address", ADDRESSES, ids=[each.name for each in ADDRESSES])
def test_nonsense_breaks_no_page_and_comes_back_harmless(world, address):
    for who in sorted(address.readers - {NOBODY})[:2]:
        for value in NONSENSE:
            for method in address.methods:
                sent = value if method == POST else value[:LINE]
                answer = answer_to(world, address, who, method, dict.fromkeys(NAMES, sent))
                assert answer.status_code < 500, (who, method, value[:20], answer.exc_info)
                if not answer.streaming:
                    assert SCRIPT not in answer.content.decode(errors="replace"), (who, method)


@pytest.mark.parametrize("address", ADDRESSES, ids=[each.name for each in ADDRESSES])
def test_empty_form_breaks_no_page(world, address):
    for who in sorted(address.readers - {NOBODY})[:2]:
        if POST in address.methods:
            assert answer_to(world, address, who, POST, {}).status_code < 500, who


# --- spreadsheets ---


def workbook(part: str) -> bytes:
    """A zip file that says it is a workbook."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", part)
    return content.getvalue()


BROKEN = {
    "no words at all": b"",
    "a program": b"MZ\x90\x00" + b"\x00" * 400,
    "a picture": b"\x89PNG\r\n\x1a\n" + b"\x00" * 400,
    "half a workbook": workbook("<workbook><sheets>")[:80],
    "a workbook without sheets": workbook("<workbook/>"),
    "an entity that grows": workbook('<!DOCTYPE a [<!ENTITY b "bbbb">]><workbook>&b;</workbook>'),
    "no header": "一,二,三\n1,2,3\n".encode(),
    "only a header": graduates(0),
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN.keys())
@pytest.mark.parametrize("name", ["f.xlsx", "f.csv"])
def test_broken_spreadsheet_is_refused_with_words_and_leaves_nothing(world, content, name):
    before = ImportBatch.objects.count(), Student.objects.count()
    sent = {"file": upload_of(content, name), "cohort": 2027, "mode": "upsert"}
    answer = world.browser("data").post(reverse("students:import"), sent)
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]
    assert str(answer.context["form"].errors["file"][0]) in answer.content.decode()
    assert (ImportBatch.objects.count(), Student.objects.count()) == before


def test_oversize_spreadsheet_is_refused_with_words(world, settings):
    settings.IMPORT_MAX_BYTES = 1000
    sent = {"file": upload_of(graduates(30)), "cohort": 2027, "mode": "upsert"}
    answer = world.browser("data").post(reverse("students:import"), sent)
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]


# --- filings and decisions ---


def test_wrong_code_stays_on_the_page_with_what_was_typed(world):
    url = reverse("destinations:step", args=["employer"])
    revision = draft_of(_case(world)).revision
    sent = {
        "employer_name": "新单位",
        "employer_nature": "000",
        "employer_region": "999999",
        "revision": revision,
    }
    answer = world.browser("returned").post(url, sent)
    assert answer.status_code == 422
    assert "新单位" in answer.content.decode()
    assert 'aria-invalid="true"' in answer.content.decode()


def test_wrong_credit_code_is_kept_as_typed_and_cannot_be_handed_in(world):
    url, review = (reverse("destinations:step", args=[key]) for key in ("employer", "review"))
    browser, revision = world.browser("returned"), draft_of(_case(world)).revision
    browser.post(
        url, {"employer_name": "新单位", "employer_uscc": "91350100M000100Y44", "revision": revision}
    )
    assert browser.post(review, {"declared": "on"}).status_code == 422
    assert Destination.objects.get(pk=world.returned.pk).state == DestinationState.RETURNED


def test_page_that_is_out_of_date_does_not_decide(world):
    url = reverse("approvals:decide", args=[world.task.pk])
    answer = world.browser("counselor").post(url, {"outcome": "approve", "revision": 99})
    assert answer.status_code == 409
    assert Task.objects.get(pk=world.task.pk).is_open


def test_same_decision_sent_twice_is_taken_once(world):
    url, browser = reverse("approvals:decide", args=[world.task.pk]), world.browser("counselor")
    sent = {"outcome": "approve", "revision": world.task.revision}
    answers = [browser.post(url, sent).status_code for _each in range(2)]
    assert answers == [302, 302]
    assert Task.objects.filter(process=world.task.process_id, outcome="approve").count() == 1


def test_filing_that_is_in_review_cannot_be_written_to_by_an_old_page(world):
    url = reverse("destinations:step", args=["employer"])
    before = draft_of(world.task.process_id).values
    answer = world.browser("student").post(url, {"employer_name": "改了", "revision": 1})
    assert (answer.status_code, answer["Location"]) == (
        302,
        reverse("destinations:detail", args=[world.filing.pk]),
    )
    assert draft_of(world.task.process_id).values == before


def _case(world: World) -> Any:
    return Task.objects.get(process__subject_id=world.returned.pk, finished=None).process_id
