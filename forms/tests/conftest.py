"""What the tests of forms share."""

import pytest

from forms import codes


@pytest.fixture
def changing_codes(db):
    """For a test that writes code tables: the snapshot in memory is read anew before and after."""
    codes.invalidate()
    yield
    codes.invalidate()
