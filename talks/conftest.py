"""What the tests of talks and of their flow share."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from processes import compiled


@pytest.fixture(autouse=True)
def _compiled_afresh() -> Iterator[None]:
    """Every test publishes the chain anew under the same number."""
    compiled.forget()
    yield
    compiled.forget()


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    """Papers go into a folder of the test."""
    settings.MEDIA_ROOT = tmp_path
