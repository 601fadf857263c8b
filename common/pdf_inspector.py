"""Looks into a PDF from a stranger; runs as a process of its own, with little memory and time.

`python -I pdf_inspector.py < file` prints one word: fine, broken, password, empty, active or
embedded. A process of its own, because a small file can inflate to gigabytes while it is read.
"""

import io
import resource
import sys
from collections.abc import Iterator
from typing import Any

import pikepdf

MEMORY_BYTES = 400 * 1024 * 1024
CPU_SECONDS = 10
DEEPEST = 30

ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/RichMedia", "/XFA"})
ACTIVE_VALUES = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/RichMedia"}
)
EMBEDDED_KEYS = frozenset({"/EmbeddedFiles", "/EF"})
EMBEDDED_VALUES = frozenset({"/EmbeddedFile", "/FileAttachment"})
KIND_KEYS = ("/S", "/Type", "/Subtype")


def dictionaries(value: Any, depth: int = 0) -> Iterator[Any]:
    """The dictionaries (and dictionaries of streams) written directly in *value*."""
    if depth > DEEPEST:
        return
    if isinstance(value, pikepdf.Array):
        children = list(value)
    elif isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        yield value
        children = [value[key] for key in value.keys()]  # noqa: SIM118 - a Stream is no mapping
    else:
        return
    for child in children:
        if not getattr(child, "is_indirect", True):
            yield from dictionaries(child, depth + 1)


def verdict_on(dictionary: Any) -> str:
    """active, embedded or nothing."""
    keys = set(dictionary.keys())
    kinds = {str(dictionary[key]) for key in keys.intersection(KIND_KEYS)}
    if keys & ACTIVE_KEYS or kinds & ACTIVE_VALUES:
        return "active"
    return "embedded" if keys & EMBEDDED_KEYS or kinds & EMBEDDED_VALUES else ""


def inspect(content: bytes) -> str:
    """The word for a PDF: fine, broken, password, empty, active or embedded."""
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if not len(pdf.pages):
                return "empty"
            verdicts = {verdict_on(found) for value in pdf.objects for found in dictionaries(value)}
    except pikepdf.PasswordError:
        return "password"
    except (pikepdf.PdfError, ValueError, RuntimeError, MemoryError, RecursionError):
        return "broken"
    return next((word for word in ("active", "embedded") if word in verdicts), "fine")


def main() -> None:
    """Read the file from standard input, answer on standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    sys.stdout.write(inspect(sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
