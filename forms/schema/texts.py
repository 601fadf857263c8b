"""Words that belong to a form description: data in two languages, not interface messages."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in English and in Chinese; printed in the reader's language."""

    en: str = ""
    zh: str = ""

    @classmethod
    def read(cls, data: dict[str, Any], key: str) -> "Text":
        """The words under `key` (English) and `key_zh` of a description."""
        return cls(str(data.get(key, "")), str(data.get(f"{key}_zh", "")))

    def in_language(self, language: str) -> str:
        """The words in *language*; the other language's where there are none."""
        if language.startswith("en"):
            return self.en or self.zh
        return self.zh or self.en

    def __str__(self) -> str:
        return self.in_language(get_language() or "")

    def __bool__(self) -> bool:
        return bool(self.en or self.zh)


NO_TEXT = Text()
