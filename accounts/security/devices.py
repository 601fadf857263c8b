"""What a browser says it is, in a word for the program and one for the machine."""

import re

from django.utils.translation import gettext as _

_PROGRAMS = (
    ("wxwork", r"wxwork"),
    ("wechat", r"MicroMessenger"),
    ("edge", r"Edg(?:A|iOS)?/"),
    ("firefox", r"Firefox/|FxiOS/"),
    ("qq", r"QQBrowser|QQ/"),
    ("chrome", r"Chrome/|CriOS/|Chromium"),
    ("safari", r"Safari/"),
)
_MACHINES = (
    ("harmony", r"HarmonyOS|OpenHarmony"),
    ("android", r"Android"),
    ("iphone", r"iPhone|iPod"),
    ("ipad", r"iPad"),
    ("windows", r"Windows"),
    ("mac", r"Macintosh|Mac OS X"),
    ("linux", r"Linux|X11"),
)
PHONES = frozenset({"harmony", "android", "iphone"})


def device_of(user_agent: str) -> str:
    """The key of a device, such as `wechat/android`; empty parts for what is not recognised."""
    text = user_agent[:500]
    return f"{_first(_PROGRAMS, text)}/{_first(_MACHINES, text)}"


def is_phone(device: str) -> bool:
    """Whether the device is carried in a pocket."""
    return device.rpartition("/")[2] in PHONES


def words_of(device: str) -> str:
    """The device in the reader's language: WeChat on an Android phone."""
    program, _slash, machine = device.partition("/")
    said = _program_words().get(program, _("another program"))
    return _("%(program)s on %(machine)s") % {
        "program": said,
        "machine": _machine_words().get(machine, _("another device")),
    }


def _first(kinds: tuple[tuple[str, str], ...], text: str) -> str:
    return next((key for key, pattern in kinds if re.search(pattern, text, re.IGNORECASE)), "")


def _program_words() -> dict[str, str]:
    names = {"edge": "Edge", "firefox": "Firefox", "chrome": "Chrome", "safari": "Safari"}
    own = {"wxwork": _("WeCom"), "wechat": _("WeChat"), "qq": _("QQ Browser")}
    return names | own


def _machine_words() -> dict[str, str]:
    return {
        "harmony": _("a HarmonyOS phone"),
        "android": _("an Android phone"),
        "iphone": "iPhone",
        "ipad": "iPad",
        "windows": "Windows",
        "mac": "Mac",
        "linux": "Linux",
    }
