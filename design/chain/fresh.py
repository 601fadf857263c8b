"""What a level is called and set to when it is new, in both editors."""

from django.utils import translation
from django.utils.translation import gettext_lazy

from accounts.models import UnitKind
from accounts.roles import Role

_NEW_LEVEL = gettext_lazy("New review")


def in_language(language: str, words: object) -> str:
    """*words*, a lazy text, in a language that need not be the reader's."""
    with translation.override(language):
        return str(words)


def new_level() -> tuple[str, dict[str, str]]:
    """Name and settings with which a level begins; it could be published as it is."""
    settings = {
        "nameEn": in_language("en", _NEW_LEVEL),
        "role": Role.UNIVERSITY_OFFICER.value,
        "unit": UnitKind.UNIVERSITY.value,
        "dueWorkdays": "2",
    }
    return in_language("zh-hans", _NEW_LEVEL), settings


def english_name(name: str, english: str) -> str:
    """The English name to keep: what got a *name* of its own does not keep the one it began with."""
    first, settings = new_level()
    return "" if name != first and english == settings["nameEn"] else english
