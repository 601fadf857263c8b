"""What the details of a line say in the reader's language, where a room writes more than names of fields."""

from collections import defaultdict
from collections.abc import Callable

Words = Callable[[str], str]
_words: dict[str, list[Words]] = defaultdict(list)


def declare(object_type: str, words: Words) -> None:
    """From now on *words* reads details of lines about *object_type*, such as `exports.export`.

    It gives back what it does not know, for others who write lines about the same.
    """
    _words[object_type].append(words)


def words_of(object_type: str, detail: str) -> str:
    """*detail* in words; as it stands when no room has declared more."""
    said = (words(detail) for words in _words.get(object_type, ()))
    return next((each for each in said if each != detail), detail)
