"""Looking at a page as its reader does: is it accessible, does it fit, is every word in the language?

With `SCREENSHOTS=DIR` in the environment every page that is looked at is kept as a picture.
"""

import os
import re
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from django.conf import settings
from playwright.sync_api import Page

from tests.accessibility import come_to_rest, faults_of

CHINESE, ENGLISH = "zh-CN", "en"
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile("[A-Za-z]")
_MASKED = r"\S*\*{6}\S*"
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]")
_TEXTS = """() => {
  const said = [document.title], skipped = "script, style, template, .mod-canvas, .visually-hidden-focusable";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) if (!walker.currentNode.parentElement.closest(skipped)) said.push(walker.currentNode.data);
  for (const name of ["aria-label", "placeholder", "title", "alt"])
    for (const element of document.querySelectorAll(`[${name}]`)) said.push(element.getAttribute(name));
  return said.map((text) => text.replace(/\\s+/g, " ").trim()).filter(Boolean);
}"""


def look(page: Page, name: str) -> None:
    """Hold that nothing is wrong with a page in Chinese."""
    wrong = wrong_with(page, name)
    assert not wrong, "\n".join(wrong)


def wrong_with(
    page: Page,
    name: str,
    *,
    language: str = CHINESE,
    data: frozenset[str] = frozenset(),
    accessible: bool = True,
) -> list[str]:
    """What is wrong with the page called *name*; *data* are texts that stand in it in any language.

    Whether it is *accessible* takes the longest to find out.
    """
    found = faults_of(page) if accessible else []
    _keep(page, name)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("wider than the screen")
    found += [f"not in {language}: {text}" for text in foreign_texts(page, language, data)]
    return [f"{name}: {fault}" for fault in found]


def _keep(page: Page, name: str) -> None:
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        come_to_rest(page)
        Path(folder).mkdir(parents=True, exist_ok=True)
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)


def foreign_texts(page: Page, language: str, data: frozenset[str]) -> list[str]:
    """Texts of the page that are in the other language: msgids in Chinese, Chinese in English."""
    said = dict.fromkeys(page.evaluate(_TEXTS))
    if language == CHINESE:
        known = data | {"English"}
        return [text for text in said if _LATIN.search(text) and text not in known and _is_msgid(text)]
    known = sorted(data | {"中文", settings.SCHOOL_NAME}, key=len, reverse=True)
    known_texts = re.compile("|".join([_MASKED, *map(re.escape, known)]))
    stripped = {text: known_texts.sub("", text) for text in said if _HAN.search(text)}
    return [text for text, rest in stripped.items() if _HAN.search(rest)]


def _is_msgid(text: str) -> bool:
    plain, filled_in = _msgids()
    return text in plain or bool(filled_in.fullmatch(text))


@cache
def _msgids() -> tuple[frozenset[str], re.Pattern[str]]:
    """The English texts of the catalogues that have a Chinese one: plain, and with placeholders filled in."""
    texts: set[str] = set()
    for catalogue in sorted(Path(settings.BASE_DIR).glob("*/locale/zh_Hans/LC_MESSAGES/django.po")):
        for message in read_po(catalogue.open("rb"), locale="zh_Hans"):
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            texts.update(text for text in ids if text and text != message.string and _words(text))
    filled_in = {text for text in texts if _PLACEHOLDER.search(text)}
    plain = {re.sub(r"\s+", " ", text).strip().replace("%%", "%") for text in texts - filled_in}
    return frozenset(plain), re.compile("|".join(_as_pattern(text) for text in sorted(filled_in)))


def _words(text: str) -> str:
    return re.sub(r"[^A-Za-z]", "", _PLACEHOLDER.sub("", text))


def _as_pattern(text: str) -> str:
    parts = _PLACEHOLDER.split(re.sub(r"\s+", " ", text).strip())
    return ".+".join(re.escape(part.replace("%%", "%")) for part in parts)
