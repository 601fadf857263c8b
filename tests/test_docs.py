"""The documents lead somewhere and are numbered as they say."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*/flows/*/README.md")])
TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document):
    targets = [link for link in LINK.findall(document.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in targets if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_readme_names_every_room_and_leads_to_every_page(readme):
    text = (ROOT / readme).read_text(encoding="utf-8")
    rooms = [path.parent.name for path in ROOT.glob("*/apps.py")]
    paths = [path for path in (ROOT / "docs").rglob("*.md") if path.parent.name != "adr"]
    pages = [str(path.relative_to(ROOT)) for path in paths]
    assert len(rooms) > 10
    assert [room for room in rooms if f"`{room}/`" not in text] == []
    assert [page for page in pages if page not in text] == []


def test_decisions_are_numbered_as_their_headings_say():
    files = sorted((ROOT / "docs/adr").glob("*.md"))
    headings = [path.read_text(encoding="utf-8").splitlines()[0] for path in files]
    numbers = [int(path.name[:4]) for path in files]
    assert [heading.split(" ")[1] for heading in headings] == [f"{number}." for number in numbers]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("path", sorted((ROOT / "docs/adr").glob("*.md")), ids=lambda path: path.name[:4])
def test_decisions_tell_what_was_rejected(path):
    headings = re.findall(r"^## (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == ["Context", "Decision", "Consequences", "Rejected"]


def test_every_test_that_a_document_names_is_there():
    named = {found for path in DOCUMENTS for found in TEST.findall(path.read_text(encoding="utf-8"))}
    gone = [f"{file}::{name}" for file, name in sorted(named) if f"def {name}(" not in _source(file)]
    assert named
    assert gone == []


def _source(file: str) -> str:
    path = ROOT / file
    return path.read_text(encoding="utf-8") if path.exists() else ""
