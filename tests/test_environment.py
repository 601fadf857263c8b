"""`.env.example` and the settings reference name what the settings read, nothing more or less."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)


def _read_by_settings() -> set[str]:
    text = (ROOT / "config/settings.py").read_text(encoding="utf-8")
    return set(re.findall(r'env_(?:text|bool|int|list|secret|choice)\(\s*"(\w+)"', text))


def _named_in(path: str, pattern: str) -> set[str]:
    return set(re.findall(pattern, (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize(
    ("path", "pattern"),
    [(".env.example", r"^#? ?([A-Z][A-Z_]+)="), ("docs/reference/settings.md", r"^\| `([A-Z_]+)` \|")],
)
def test_every_setting_is_listed(path, pattern):
    assert _named_in(path, pattern) == _read_by_settings()
