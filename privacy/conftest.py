"""What the tests of this room and of its flow share."""

from collections.abc import Iterator

import pytest

from processes import compiled


@pytest.fixture(autouse=True)
def _compiled_afresh() -> Iterator[None]:
    """Every test publishes the chain anew under the same number."""
    compiled.forget()
    yield
    compiled.forget()
