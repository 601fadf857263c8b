"""What the details of a line say in the reader's language, where a room writes more than names of fields."""

from collections.abc import Callable

Words = Callable[[str], str]
_words: dict[str, Words] = {}


def declare(object_type: str, words: Words) -> None:
    """From now on *words* reads the details of lines about *object_type*, such as `exports.export`."""
    _words[object_type] = words


def words_of(object_type: str, detail: str) -> str:
    """*detail* in words; as it stands when no room has declared more."""
    reader = _words.get(object_type)
    return reader(detail) if reader else detail
