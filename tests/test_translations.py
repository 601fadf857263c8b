"""The interface is complete in Chinese and in English."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from common.catalogues import collect, faults, rooms

ROOT = Path(settings.BASE_DIR)
CHINESE = re.compile(r"[\u3001-\u303f\u4e00-\u9fff\uff00-\uffef]")
COMMENT = re.compile(r"{#.*?#}|{% comment %}.*?{% endcomment %}", re.DOTALL)
# Words that are Chinese in every language: names, and what spreadsheets hold.
ALLOWED = re.compile("简体中文|中文|启程|是|否|学号|姓名|身份证号|浙江省杭州市西湖区|西湖")


def test_chinese_is_complete():
    assert [str(fault) for fault in faults()] == []


def test_source_texts_are_english():
    chinese = {
        text
        for room in rooms()
        for _context, message in collect(room)
        for text in ([message] if isinstance(message, str) else message)
        if CHINESE.search(ALLOWED.sub("", text))
    }
    assert chinese == set()


@pytest.mark.parametrize(
    "folder", ["templates", *sorted(path.name for path in ROOT.glob("*") if (path / "apps.py").exists())]
)
def test_pages_hold_no_chinese_outside_the_catalogues(folder):
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in (ROOT / folder).rglob("*.html")
        for line in COMMENT.sub("", path.read_text(encoding="utf-8")).splitlines()
        if CHINESE.search(ALLOWED.sub("", line))
    ]
    assert found == []
