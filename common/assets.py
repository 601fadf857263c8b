"""Addresses of the built front end (`static/dist/`), whose file names carry a hash of their content."""

import json
import time
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
    return _address(name, _changed_at(int(time.monotonic())))


@lru_cache(maxsize=1)
def _changed_at(_second: int) -> float:
    """When the manifest was written; a page has a hundred icons, and asks once."""
    try:
        return MANIFEST.stat().st_mtime
    except FileNotFoundError:
        return 0.0


@lru_cache(maxsize=64)
def _address(name: str, changed_at: float) -> str:
    return static(f"dist/{_names(changed_at).get(name, name)}")
