"""Translation catalogues: collect what the sources say, merge, check, compile.

Every room keeps its own: `ROOM/locale/zh_Hans/LC_MESSAGES/django.po` covers the room's Python, its
templates and those of its flows. `common` also covers `config/`, the templates of the shell and (in
`djangojs.po`) the scripts in `frontend/src/`. Works on files alone, without a configured Django.
"""

import io
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = "zh_Hans"
SHELL_ROOM = "common"
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = f"""\
msgid ""
msgstr ""
"Language: {LOCALE}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}")
UNNAMED = re.compile(r"(?<!%)(?:%%)*%[sdrif]")

Text = str | tuple[str, ...]
Found = tuple[str | None, Text]  # context and text; a text with a plural is a tuple


class Fault(NamedTuple):
    """Something wrong with one message of one catalogue."""

    catalogue: Path
    text: str
    problem: str

    def __str__(self) -> str:
        return f"{self.catalogue.relative_to(ROOT)}: {self.problem}: {self.text!r}"


class Room(NamedTuple):
    """One catalogue and the files it covers."""

    catalogue: Path
    sources: list[Path]

    @property
    def name(self) -> str:
        """The folder of the room."""
        return self.catalogue.relative_to(ROOT).parts[0]


def rooms() -> list[Room]:
    """Every catalogue of the project, in a stable order."""
    names = sorted(path.parent.name for path in ROOT.glob("*/apps.py"))
    found = [Room(_catalogue(name, "django"), sorted(_sources(name, names))) for name in names]
    scripts = sorted((ROOT / "frontend" / "src").rglob("*.js"))
    return [*found, Room(_catalogue(SHELL_ROOM, "djangojs"), scripts)]


def collect(room: Room) -> set[Found]:
    """Every message of the room's sources; one said with and without a plural counts with it."""
    found = {message for path in room.sources for message in _messages(path)}
    counted = {(context, text[0]) for context, text in found if isinstance(text, tuple)}
    return found - counted


def update(room: Room) -> Catalog:
    """Write the catalogue anew: translations kept, what no source says any more dropped."""
    old, new = _read(room.catalogue), Catalog(locale=LOCALE)
    for context, text in collect(room):
        kept = old.get(_id(text), context)
        fits = kept is not None and kept.pluralizable == isinstance(text, tuple)
        new.add(text, kept.string if kept and fits else None, context=context)
    if len(new) or room.catalogue.exists():
        room.catalogue.parent.mkdir(parents=True, exist_ok=True)
        room.catalogue.write_text(_written(new), encoding="utf-8")
    return new


def faults() -> list[Fault]:
    """Everything wrong with the catalogues; empty when the Chinese interface is complete."""
    found: list[Fault] = []
    said: dict[tuple[str, str | None, str], tuple[Path, str]] = {}
    for room in rooms():
        catalog, messages = _read(room.catalogue), collect(room)
        found += _faults_of(room.catalogue, catalog, messages)
        found += _disagreements(room.catalogue, catalog, messages, said)
    return found


def compile_all() -> int:
    """Compile the catalogues that changed since they were last compiled; gives how many."""
    return sum(_compile(room.catalogue) for room in rooms())


def _catalogue(room: str, domain: str) -> Path:
    return ROOT / room / "locale" / LOCALE / "LC_MESSAGES" / f"{domain}.po"


def _sources(room: str, names: list[str]) -> Iterator[Path]:
    folders = [ROOT / room, ROOT / "config"] if room == SHELL_ROOM else [ROOT / room]
    for folder in folders:
        for path in folder.rglob("*.py"):
            if not {"tests", "migrations"} & set(path.relative_to(ROOT).parts):
                yield path
        yield from _pages(folder)
    if room == SHELL_ROOM:
        others = set(names) - {room}
        yield from (path for path in _pages(ROOT / "templates") if _owner(path) not in others)
    else:
        yield from _pages(ROOT / "templates" / room)


def _pages(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        inside = path.relative_to(ROOT).parts[:-1]
        if path.suffix in (".html", ".txt") and "templates" in inside and "tests" not in inside:
            yield path


def _owner(page: Path) -> str:
    return page.relative_to(ROOT / "templates").parts[0]


def _messages(path: Path) -> Iterator[Found]:
    text = path.read_text(encoding="utf-8")
    if path.suffix not in (".py", ".js"):
        text = _templatized(text, path)
    method = "javascript" if path.suffix == ".js" else "python"
    for _line, message, _comments, context in extract(method, io.BytesIO(text.encode()), keywords=KEYWORDS):
        yield context, message


def _templatized(text: str, path: Path) -> str:
    """The template as Python calls, without the indentation that Python would stumble over."""
    from django.utils.translation.template import templatize

    return "\n".join(line.strip() for line in templatize(text, origin=str(path)).splitlines())


def _read(path: Path) -> Catalog:
    if not path.exists():
        return Catalog(locale=LOCALE)
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE)


def _written(catalog: Catalog) -> str:
    text = io.BytesIO()
    write_po(text, catalog, width=100, no_location=True, omit_header=True, sort_output=True)
    return HEADER + text.getvalue().decode().strip() + "\n"


def _compile(path: Path) -> bool:
    compiled = path.with_suffix(".mo")
    if not path.exists() or (compiled.exists() and compiled.stat().st_mtime > path.stat().st_mtime):
        return False
    content = io.BytesIO()
    write_mo(content, _read(path))
    draft = compiled.with_suffix(f".{os.getpid()}")
    draft.write_bytes(content.getvalue())
    draft.replace(compiled)  # at once: somebody else may be reading it
    return True


def _id(text: Text | list[str]) -> str:
    return text if isinstance(text, str) else text[0]


def _strings(text: Text | list[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or [])


def _faults_of(path: Path, catalog: Catalog, messages: set[Found]) -> Iterator[Fault]:
    for context, text in sorted(messages, key=str):
        message = catalog.get(_id(text), context)
        problem = _problem(text, message)
        if problem:
            yield Fault(path, _id(text), problem)
    wanted = {(context, _id(text)) for context, text in messages}
    for message in catalog:
        if message.id and (message.context, _id(message.id)) not in wanted:
            yield Fault(path, _id(message.id), "no source says this any more, run `manage.py translations`")


def _problem(text: Text, message: Message | None) -> str:
    if any(UNNAMED.search(part) for part in _strings(text)):
        return "unnamed placeholder, write %(name)s"
    if message is None or _strings(message.id) != _strings(text):
        return "not in the catalogue, run `manage.py translations`"
    translated = _strings(message.string)
    if message.fuzzy or not translated or not all(translated):
        return "not translated"
    wanted = set(PLACEHOLDER.findall(_strings(text)[-1]))
    if any(set(PLACEHOLDER.findall(part)) != wanted for part in translated):
        return "the translation has other placeholders"
    return ""


def _disagreements(
    path: Path,
    catalog: Catalog,
    messages: Iterable[Found],
    said: dict[tuple[str, str | None, str], tuple[Path, str]],
) -> Iterator[Fault]:
    """Django merges all catalogues: of two translations of one text only one is ever shown."""
    for context, text in sorted(messages, key=str):
        message = catalog.get(_id(text), context)
        translated = "".join(_strings(message.string)) if message else ""
        if not translated:
            continue
        other, meant = said.setdefault((path.stem, context, _id(text)), (path, translated))
        if meant != translated:
            where = other.relative_to(ROOT).parts[0]
            yield Fault(path, _id(text), f"{where} translates it as {meant!r}; use pgettext, or agree")
