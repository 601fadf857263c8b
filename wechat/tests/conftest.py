"""What the tests of WeChat share."""

from wechat.tests.kit import english, wechat  # noqa: F401 - fixture
