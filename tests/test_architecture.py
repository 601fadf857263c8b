"""What the house's plan promises, held by tests."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.migrations import AlterModelTable, RenameField, RenameModel
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

from common.fields import EncryptedJSONField, EncryptedTextField

ROOT = Path(settings.BASE_DIR)
ROOMS = {path.parent.name for path in ROOT.glob("*/apps.py")}
LONGEST_FILE = 500
SOURCES = {".py", ".html", ".js", ".mjs", ".css", ".sh", ".bpmn", ".md"}
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")|<style|\sstyle=|\son[a-z]+=", re.IGNORECASE
)


def _tracked(*suffixes: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [ROOT / name for name in listed if Path(name).suffix in suffixes and (ROOT / name).exists()]


def _contracts() -> dict[str, dict]:
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    return {contract["name"]: contract for contract in tool["importlinter"]["contracts"]}


def test_every_room_stands_in_the_import_contract():
    layers = _contracts()["Apps import downwards only"]["layers"]
    named = {room.strip() for layer in layers for room in layer.split("|")}
    assert named == ROOMS | {"config"}


def test_every_room_keeps_the_order_inside():
    assert set(_contracts()["Inside an app: views, actions, rules, queries, models"]["containers"]) == ROOMS


def test_every_room_is_installed_and_checked_and_tested():
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    assert ROOMS <= set(settings.INSTALLED_APPS)
    assert ROOMS <= set(tool["mypy"]["packages"])
    assert ROOMS <= set(tool["pytest"]["ini_options"]["testpaths"])
    assert set(tool["importlinter"]["root_packages"]) == ROOMS | {"config"}


def test_no_source_file_is_too_long():
    long = {
        str(path.relative_to(ROOT)): count
        for path in _tracked(*SOURCES)
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_no_template_holds_script_or_style():
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in _tracked(".html")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if INLINE.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("line", "caught"),
    [
        ("<script>alert(1)</script>", True),
        ('<script src="x.js"></script>', False),
        ('<script type="application/json" id="data">', False),
        ('<p style="color: red">', True),
        ('<button onclick="go()">', True),
        ('<a data-conversation="1" class="on=x">', False),
    ],
)
def test_inline_script_and_style_are_recognised(line, caught):
    assert bool(INLINE.search(line)) is caught


def _own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.partition(".")[0] in ROOMS]


@pytest.mark.parametrize("model", _own_models(), ids=lambda model: model._meta.label)
def test_every_model_declares_its_personal_data(model):
    privacy = model.__dict__.get("Privacy")
    assert privacy is not None, f"{model._meta.label} has no `class Privacy`"
    fields = {
        name for field in model._meta.get_fields() for name in (field.name, getattr(field, "attname", ""))
    }
    assert privacy.personal <= fields


def _moves(app: str, step: Operation) -> set[tuple[str, str, str]]:
    """The (app, model, field) whose column has another name after *step*, "*" for every field."""
    if isinstance(step, RenameField):
        return {(app, step.model_name_lower, step.new_name_lower)}
    if isinstance(step, RenameModel):
        return {(app, step.new_name_lower, "*")}
    return {(app, step.name_lower, "*")} if isinstance(step, AlterModelTable) else set()


def test_no_encrypted_column_is_renamed():
    """Its values open under its old name alone. Who has to rename one decrypts them there and encrypts them
    anew in that migration, and names it here.
    """
    fields = [(model, field) for model in _own_models() for field in model._meta.local_concrete_fields]
    sealed = {
        (model._meta.app_label, model._meta.model_name, name)
        for model, field in fields
        if isinstance(field, EncryptedTextField | EncryptedJSONField)
        for name in (field.name, "*")
    }
    migrations = MigrationLoader(None).disk_migrations.items()
    moved = {key for key, found in migrations for step in found.operations if sealed & _moves(key[0], step)}
    assert sealed
    assert moved == set()


@pytest.mark.parametrize("model", _own_models(), ids=lambda model: model._meta.label)
def test_whatever_is_encrypted_is_declared_as_personal(model):
    kinds = (EncryptedTextField, EncryptedJSONField)
    encrypted = {field.name for field in model._meta.local_concrete_fields if isinstance(field, kinds)}
    assert encrypted <= model.Privacy.personal


def test_no_file_of_the_frontend_packages_is_kept():
    kept = subprocess.run(
        ["git", "ls-files", "*node_modules*", "static/dist", "*.mo", "*.min.js"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert kept == ""
