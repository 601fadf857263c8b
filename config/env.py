"""Reading settings from the environment; a wrong value stops the start with words."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def load_dotenv(path: Path) -> None:
    """Put `NAME=value` lines of *path* into the environment; what is already set wins."""
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        name, separator, value = line.strip().partition("=")
        if separator and not name.startswith("#"):
            os.environ.setdefault(name.strip(), value.strip().strip("\"'"))


def env_text(name: str, default: str = "") -> str:
    """The variable's text, or *default* when it is unset or empty."""
    return os.environ.get(name) or default


def env_bool(name: str, default: bool) -> bool:
    """True or False. Raises ImproperlyConfigured on any other spelling."""
    value = os.environ.get(name) or str(default)
    if value not in ("True", "False"):
        raise ImproperlyConfigured(f"{name}={value!r}: use True or False.")
    return value == "True"


def env_int(name: str, default: int) -> int:
    """A whole number. Raises ImproperlyConfigured on anything else."""
    value = os.environ.get(name) or str(default)
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}={value!r}: use a whole number.") from error


def env_choice(name: str, choices: tuple[str, ...]) -> str:
    """One of *choices*, the first unless told. Raises ImproperlyConfigured on anything else."""
    value = os.environ.get(name) or choices[0]
    if value not in choices:
        raise ImproperlyConfigured(f"{name}={value!r}: use one of {', '.join(choices)}.")
    return value


def env_list(name: str, default: str = "") -> list[str]:
    """Comma-separated values without blanks."""
    return [item.strip() for item in env_text(name, default).split(",") if item.strip()]


def env_secret(name: str, *, production: bool) -> str:
    """A secret of at least 32 characters.

    Outside production a fixed development value stands in, so that tests and a first look need no
    set-up. In production a missing or short secret stops the start.
    """
    value = os.environ.get(name, "")
    if len(value) >= 32:
        return value
    if production:
        raise ImproperlyConfigured(
            f"{name} is missing or shorter than 32 characters. Set it in the environment or in "
            f'.env; `python -c "import secrets; print(secrets.token_urlsafe(48))"` makes one.'
        )
    return value or f"development-only-{name.lower()}-not-for-real-data"
