"""What the tests of students and of its flows share."""

from collections.abc import Iterator

import pytest

from processes import compiled
from wechat.tests.kit import english, wechat  # noqa: F401 - fixture


@pytest.fixture(autouse=True)
def _compiled_afresh() -> Iterator[None]:
    """Every test publishes the chain anew under the same number."""
    compiled.forget()
    yield
    compiled.forget()
