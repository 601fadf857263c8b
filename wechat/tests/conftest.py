"""What the tests of WeChat share."""

from wechat.tests.kit import wechat  # noqa: F401 - fixture
