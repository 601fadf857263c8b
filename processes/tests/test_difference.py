"""Differences in words, and what the two drawings mark."""

import pytest
from django.utils.translation import override

from processes.bpmn.layout import lay_out
from processes.bpmn.writer import Document
from processes.diagrams.difference import FACETS, DifferencePage
from processes.tests.draw import definition, end, flows, gateway, user

BEFORE = definition(
    user("a", 'qc:role="counselor" qc:unit="class" qc:nameEn="Counselor"'),
    gateway("exclusive", "g", default="g_end"), user("b"), end(),
    flows("file > a > g > end", "g > b : short", "b > end"), variables={"short": "bool"},
)  # fmt: skip


def changed() -> str:
    document = Document(BEFORE)
    document.insert_user_task("file_a", "extra", "加一级", {"role": "counselor", "unit": "class"})
    document.set_setting("a", "role", "college_officer")
    document.set_setting("a", "canReject", "true")
    return document.text()


def said(language: str, before: str, after: str) -> list[tuple[str, str, str, str, str]]:
    with override(language):
        return [
            (row.kind_name, row.name, change.facet, change.before, change.after)
            for row in DifferencePage(before, after).rows
            for change in row.changes
        ]


def test_changes_are_said_in_words():
    assert ("修改", "a", "角色", "辅导员", "学院就业专员") in said("zh-hans", BEFORE, changed())
    assert ("修改", "a", "可驳回", "", "是") in said("zh-hans", BEFORE, changed())
    assert ("changed", "Counselor", "May reject", "", "yes") in said("en", BEFORE, changed())


def test_arrows_are_called_by_what_they_join():
    assert ("修改", "file → 加一级", "终点", "a", "加一级") in said("zh-hans", BEFORE, changed())


def test_drawings_mark_what_is_theirs_with_a_sign():
    page = DifferencePage(BEFORE, changed())
    assert page.before["marks"] == {
        "a": {"state": "changed", "sign": "≠"}, "file_a": {"state": "changed", "sign": "≠"},
    }  # fmt: skip
    assert page.after["marks"]["extra"] == {"state": "added", "sign": "+"}
    back = DifferencePage(changed(), BEFORE)
    assert back.before["marks"]["extra"] == {"state": "removed", "sign": "−"}
    assert "extra" not in back.after["marks"]


def test_what_only_lies_elsewhere_is_told_apart():
    drawn = lay_out(BEFORE)
    page = DifferencePage(drawn, drawn.replace('y="', 'y="1'))
    assert page.rows == []
    assert {row.element_id for row in page.moved} == {"start", "file", "a", "g", "b", "end"}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_facet_has_words(language):
    with override(language):
        assert all(str(words) for words in FACETS.values())
        assert language == "en" or not any(str(words).isascii() for words in FACETS.values())
