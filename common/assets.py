"""Addresses of the built front end (`static/dist/`), whose file names carry a hash of their content."""

import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static

MANIFEST = Path(settings.BASE_DIR) / "static" / "dist" / "manifest.json"


@lru_cache(maxsize=2)
def _names(changed_at: float) -> dict[str, str]:
    """The manifest's names; reads the file again only when it changed."""
    return json.loads(MANIFEST.read_text(encoding="utf-8")) if changed_at else {}


def asset_url(name: str) -> str:
    """The address of a built file such as `app.css`; the plain name before the first build."""
    try:
        changed_at = MANIFEST.stat().st_mtime
    except FileNotFoundError:
        changed_at = 0.0
    return _address(name, changed_at)


@lru_cache(maxsize=64)
def _address(name: str, changed_at: float) -> str:
    return static(f"dist/{_names(changed_at).get(name, name)}")
