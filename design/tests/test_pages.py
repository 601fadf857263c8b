"""The pages of processes, as two designers and a stranger use them."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.roles import Role
from design.problem_words import WORDS
from processes.bpmn.reader import MAX_BYTES
from processes.evolve import drafts, publication, queries
from processes.evolve.models import ProposalState
from processes.evolve.tests.kit import BROKEN, OTHERWISE, RENAMED, Story
from processes.models import Definition
from processes.tests.kit import KEY, REVIEW
from processes.tests.test_lint_codes import ROOT, codes_in

pytestmark = pytest.mark.django_db


def browser(actor) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(actor.user)
    return client


def url(page: str, **kwargs) -> str:
    return reverse(f"design:{page}", kwargs={"key": KEY} | kwargs)


def upload(story: Story, content: bytes | str, revision: int | None = None, language: str = "en"):
    raw = content.encode() if isinstance(content, str) else content
    data = {
        "file": SimpleUploadedFile("x.bpmn", raw),
        "revision": revision or story.draft.revision,
    }
    return browser(story.zhou).post(url("upload"), data, headers={"accept-language": language})


def text_of(answer) -> str:
    return answer.content.decode()


def test_change_goes_from_begin_to_published_through_the_pages(story):
    zhou, wu = browser(story.zhou), browser(story.wu)
    assert zhou.post(url("begin"), {"number": 1}).status_code == 302
    assert upload(story, RENAMED).status_code == 302
    sent = {"note": "学院改为复核", "when": "now", "revision": story.draft.revision}
    assert zhou.post(url("propose"), sent).status_code == 302
    page = text_of(zhou.get(url("definition")))
    assert "学院改为复核" in page
    assert "A second person has to approve" in page
    proposal = queries.open_proposal(story.definition)
    assert proposal is not None
    refused = zhou.post(url("decide", pk=proposal.pk, name="approve"))
    assert refused.status_code == 422
    assert wu.post(url("decide", pk=proposal.pk, name="approve")).status_code == 302
    assert "学院复核" in story.version(2).bpmn
    assert "学院复核" in text_of(zhou.get(url("version_file", number=2)))


def test_declining_needs_a_reason_and_the_proposer_reads_it(story):
    story.begin()
    proposal, wu = story.propose(), browser(story.wu)
    address = url("decide", pk=proposal.pk, name="decline")
    assert "Say why" in text_of(wu.post(address, {"reason": " "}))
    wu.post(address, {"reason": "名称不对"})
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.DECLINED
    assert "Not approved: 名称不对" in text_of(browser(story.zhou).get(url("definition")))


def test_day_in_the_past_is_refused_on_the_form(story):
    story.begin()
    past = timezone.localtime() - datetime.timedelta(hours=1)
    sent = {"note": "x", "when": "later", "holds_from": past.strftime("%Y-%m-%dT%H:%M")}
    answer = browser(story.zhou).post(url("propose"), sent | {"revision": story.draft.revision})
    assert "This moment has passed" in text_of(answer)
    assert queries.open_proposal(story.definition) is None


def test_draft_page_says_what_is_wrong_in_plain_words_and_offers_no_proposal(story):
    story.begin(BROKEN)
    page = text_of(browser(story.zhou).get(url("draft")))
    assert "生效" in page
    assert "What is to be done here does not exist." in page
    assert url("propose") not in page


def test_every_code_of_lint_has_plain_words():
    used: set[str] = set()
    for path in (ROOT / "processes" / "bpmn" / "lint").rglob("*.py"):
        used |= codes_in(path)
    assert used - set(WORDS) == set()


BOMB = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><definitions>&b;</definitions>'
DEEP = "<a>" * 100 + "</a>" * 100
SCRIPT = REVIEW.replace("班级审核", "&lt;script&gt;alert(1)&lt;/script&gt;")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (BOMB, "document type or entities"),
        (f"<definitions>{DEEP}</definitions>", "more than 60 deep"),
        (b" " * (MAX_BYTES + 1), "larger than 5 MB"),
        (b" " * (50 * 1024 * 1024), "larger than 5 MB"),
        (SCRIPT, "holds a script"),
        ("nothing", "not well-formed"),
        (b"\x00\xff\xfe", "not well-formed"),
        (b"", "empty"),
    ],
    ids=["entities", "deep", "large", "50 MB", "script", "no xml", "binary", "empty"],
)
def test_hostile_file_is_refused_with_a_message_and_changes_nothing(story, content, said):
    story.begin()
    before = story.draft
    answer = upload(story, content)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert "<script>alert" not in text_of(answer)
    assert (story.draft.text, story.draft.revision) == (before.text, before.revision)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (BOMB, "文件声明了文档类型或实体"),
        (f"<definitions>{DEEP}</definitions>", "元素嵌套超过 60 层"),
        (f"<a>{'<b/>' * 20_001}</a>", "XML 元素超过 20000 个"),
        ("<a\n" + " ".join(f"b{n}=''" for n in range(201)) + "/>", "超过 200 个属性"),
        ("<a>\n<b>\n</a>", "文件从第 3 行起无法读取"),
        ("<svg/>", "实际是 &lt;svg&gt;"),
        (REVIEW.replace("bpmn:process", "bpmn:category"), "文件中没有流程"),
        (SCRIPT, "文件中含有脚本"),
    ],
    ids=["entities", "deep", "elements", "attributes", "no xml", "no bpmn", "no process", "script"],
)
def test_hostile_file_is_refused_in_chinese(story, content, said):
    story.begin()
    answer = upload(story, content, language="zh-hans")
    assert answer.status_code == 422
    assert said in text_of(answer)


def test_process_that_calls_itself_is_listed_as_a_problem_and_not_proposed(story):
    calling = REVIEW.replace(
        '<bpmn:serviceTask id="take_effect" name="生效" qc:handler="take_effect"/>',
        f'<bpmn:callActivity id="take_effect" name="生效" calledElement="{KEY}"/>',
    )
    story.begin()
    assert upload(story, calling).status_code == 302
    page = browser(story.zhou).get(url("draft"))
    assert "The calls lead back to this process." in text_of(page)
    assert "The draft has problems" in text_of(browser(story.zhou).get(url("propose")))


def test_upload_after_a_colleagues_save_is_set_aside_and_can_be_taken_over(story):
    story.begin()
    seen = story.draft.revision
    drafts.save(story.draft.pk, OTHERWISE, seen, story.wu)
    answer = upload(story, REVIEW.replace("试审", "再审"), seen)
    assert answer.status_code == 422
    assert "Nothing is lost" in text_of(answer)
    aside = story.draft.saves.get(kind="set_aside")
    assert url("take_back", pk=aside.pk) in text_of(answer)
    browser(story.zhou).post(url("take_back", pk=aside.pk), {"revision": story.draft.revision})
    assert "再审" in story.draft.text


def test_retired_process_is_shown_so_and_restored(story):
    zhou, wu = browser(story.zhou), browser(story.wu)
    zhou.post(url("retire"), {"note": "暂停受理", "when": "now"})
    proposal = queries.open_proposal(story.definition)
    assert proposal is not None
    wu.post(url("decide", pk=proposal.pk, name="approve"))
    assert "Restore a version to take cases again" in text_of(zhou.get(url("definition")))
    zhou.post(url("restore", number=1), {"note": "恢复受理", "when": "now"})
    proposal = queries.open_proposal(story.definition)
    assert proposal is not None
    wu.post(url("decide", pk=proposal.pk, name="approve"))
    assert queries.current_version(story.definition) == story.version(2)


def test_designer_of_a_college_and_reviewers_find_nothing(story):
    people = [
        story.flow.person("d9", "学院设计", Role.PROCESS_DESIGNER, story.flow.college),
        story.flow.director,
        story.flow.counselor,
    ]
    for user in people:
        client = Client()
        client.force_login(user)
        assert client.get(reverse("design:list")).status_code == 404, user
        assert client.get(url("definition")).status_code == 404, user


def test_home_of_a_designer_is_the_list_of_processes(story):
    assert browser(story.zhou).get("/").url == reverse("design:list")


def test_proposal_and_state_of_another_process_are_not_found(story):
    story.begin()
    proposal = story.propose()
    Definition.objects.create(key="other", title="别的")
    address = reverse("design:decide", kwargs={"key": "other", "pk": proposal.pk, "name": "withdraw"})
    assert browser(story.zhou).post(address).status_code == 404
    assert browser(story.zhou).get(reverse("design:list")).status_code == 200
    assert browser(story.zhou).get(reverse("design:definition", kwargs={"key": "other"})).status_code == 200
    publication.withdraw(proposal.pk, story.zhou)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_history_says_every_kind_of_event(story, language):
    story.begin(OTHERWISE)
    publication.decline(story.propose().pk, story.wu, reason="不对")
    publication.withdraw(story.propose().pk, story.zhou)
    drafts.discard(story.draft.pk, story.draft.revision, story.zhou)
    story.published()
    with override(language):
        page = text_of(browser(story.zhou).get(url("definition"), headers={"accept-language": language}))
    kinds = set(story.kinds())
    assert {kind for kind in kinds if f"<div>{kind}</div>" in page} == set()


def test_draft_that_changes_nothing_says_so_and_offers_no_proposal(story):
    zhou = browser(story.zhou)
    zhou.post(url("begin"), {"number": 1})
    page = text_of(zhou.get(url("draft")))
    assert "The draft says the same as version 1." in page
    assert url("propose") not in page
    upload(story, RENAMED)
    assert url("propose") in text_of(zhou.get(url("draft")))
