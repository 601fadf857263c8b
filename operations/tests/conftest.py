"""What the tests of operations share."""

from wechat.tests.kit import wechat  # noqa: F401 - fixture
