"""What a browser says of itself, in two words that its owner recognises."""

_BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def device_of(user_agent: str) -> str:
    """Such as `Chrome · Windows`; "" when neither is known."""
    found = (
        next((name for sign, name in pairs if sign in user_agent), "") for pairs in (_BROWSERS, _SYSTEMS)
    )
    return " · ".join(name for name in found if name)
