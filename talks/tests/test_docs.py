"""The reference page says what the code does."""

import re
from pathlib import Path

from django.conf import settings

from accounts.roles import TALK_ROLES
from messaging.kinds import NoticeKind
from talks import notices
from talks.flows.talk import checks
from talks.flows.talk.forms import schema_dict
from talks.flows.talk.hints import KINDS
from talks.models import TalkState

ROOT = Path(settings.BASE_DIR)
PAGE = (ROOT / "docs" / "reference" / "campus-talk.md").read_text(encoding="utf-8")


def _part(heading: str) -> str:
    return PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]


def _keys(heading: str) -> set[str]:
    """What stands in the first column of the table under a heading."""
    first = [line.split("|")[1] for line in _part(heading).splitlines() if line.startswith("| `")]
    return {key for cell in first for key in re.findall(r"`([a-z0-9_.]+)`", cell)}


def test_every_field_is_named_under_its_page():
    rows = {line.split(" | ")[0].strip("| "): line for line in _part("What is asked").splitlines()}
    schema = schema_dict()
    titles = {group["key"]: group["label_zh"] for group in schema["groups"]}
    missing = [f["label_zh"] for f in schema["fields"] if f["label_zh"] not in rows[titles[f["group"]]]]
    assert missing == []


def test_every_check_is_named():
    written = set(re.findall(r'"(T-[A-Z]+)"', Path(checks.__file__).read_text(encoding="utf-8")))
    assert set(re.findall(r"`(T-[A-Z]+)`", _part("Checks over several answers"))) == written


def test_every_hint_state_and_role_is_named():
    assert _keys("Hints for the officer") == set(KINDS)
    assert _keys("States of a talk") == set(TalkState.values)
    assert _keys("Roles") == set(TALK_ROLES)


def test_every_notice_is_named():
    kinds = {kind.key for kind in vars(notices).values() if isinstance(kind, NoticeKind)}
    assert set(re.findall(r"`(talk_[a-z_]+)`", _part("Notices"))) == kinds
