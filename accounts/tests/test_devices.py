import pytest
from django.utils import translation

from accounts.security.devices import device_of, is_phone, words_of

SEEN = {
    "Mozilla/5.0 (Linux; Android 13; V2203A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 "
    "Mobile Safari/537.36 XWEB/1160083 MMWEBSDK/20231202 MicroMessenger/8.0.47.2560(0x28002F51)": "wechat/android",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 "
    "MicroMessenger/8.0.48": "wechat/iphone",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 "
    "Safari/537.36": "chrome/windows",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 "
    "Edg/126.0.0.0": "edge/windows",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
    "Safari/605.1.15": "safari/mac",
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0": "firefox/linux",
    "Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 Safari/537.36 "
    "ArkWeb/4.1.6.1 Mobile": "chrome/harmony",
    "curl/8.1": "/",
    "": "/",
}  # fmt: skip


@pytest.mark.parametrize(("agent", "device"), SEEN.items())
def test_program_and_machine_are_recognised(agent, device):
    assert device_of(agent) == device


def test_device_is_said_in_the_language_of_the_reader():
    assert words_of("wechat/android") == "安卓手机 · 微信"
    with translation.override("en"):
        assert words_of("wechat/android") == "WeChat on an Android phone"
        assert words_of("/") == "another program on another device"


def test_phones_are_told_from_desks():
    assert [is_phone(each) for each in ("wechat/iphone", "chrome/windows", "/", "")] == [
        True,
        False,
        False,
        False,
    ]
