"""Every icon that a page or a notice names is in the sprite; a missing one would leave an empty place."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from approvals.templatetags.desk import TONES
from common.assets import MANIFEST, asset_url
from tests.test_architecture import _tracked

IN_TEMPLATE = re.compile(r'\bicon[ =]"([^"]+)"')


def _places(trees: list[ast.Module]) -> dict[str, int]:
    """What takes an icon without a name: function or class -> which argument."""
    found: dict[str, int] = {}
    for node in (node for tree in trees for node in ast.walk(tree)):
        names: list[str] = []
        if isinstance(node, ast.ClassDef):
            fields = [each.target for each in node.body if isinstance(each, ast.AnnAssign)]
            names = [each.id for each in fields if isinstance(each, ast.Name)]
        elif isinstance(node, ast.FunctionDef):
            names = [each.arg for each in node.args.args if each.arg != "self"]
        if "icon" in names:
            found[node.name] = names.index("icon")
    return found


def _given(node: ast.AST, places: dict[str, int]) -> Iterator[ast.expr]:
    """What *node* hands on as an icon."""
    if isinstance(node, ast.Call):
        yield from (each.value for each in node.keywords if each.arg == "icon")
        name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
        place = places.get(name, len(node.args))
        yield from node.args[place : place + 1]
    elif isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        yield from (value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "icon")


def _names(value: ast.expr) -> Iterator[str]:
    """The icons a value can be; a variable is looked at where it is filled."""
    if isinstance(value, ast.IfExp):
        yield from [*_names(value.body), *_names(value.orelse)]
    elif isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value


def _used() -> dict[str, str]:
    """Icon -> a place that names it."""
    used = {icon: "approvals/templatetags/desk.py" for _tone, icon in TONES.values()}
    for path in _tracked(".html"):
        used |= dict.fromkeys(IN_TEMPLATE.findall(path.read_text(encoding="utf-8")), str(path))
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in _tracked(".py")}
    places = _places(list(trees.values()))
    for path, tree in trees.items():
        given = (value for node in ast.walk(tree) for value in _given(node, places))
        used |= dict.fromkeys((name for value in given for name in _names(value)), str(path))
    return {icon: place for icon, place in used.items() if icon}


@pytest.mark.skipif(not MANIFEST.exists(), reason="the front end is not built; make check builds it")
def test_every_icon_is_in_the_sprite():
    sprite = Path(settings.BASE_DIR) / asset_url("icons.svg").lstrip("/")
    drawn = set(re.findall(r'<symbol id="([^"]+)"', sprite.read_text(encoding="utf-8")))
    used = _used()
    assert len(used) > 100
    assert {icon: place for icon, place in used.items() if icon not in drawn} == {}
