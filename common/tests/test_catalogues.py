"""Collecting, merging, checking and compiling translation catalogues."""

import gettext
from pathlib import Path

import pytest

from common import catalogues
from common.catalogues import collect, compile_all, faults, rooms, update


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of two rooms and a script."""
    files = {
        "common/apps.py": "",
        "config/settings.py": 'LANGUAGES = [("en", _("English"))]',
        "students/apps.py": 'verbose_name = _("Students")',
        "students/views.py": 'ngettext("%(n)s row", "%(n)s rows", n)\n_("%(n)s row")',
        "students/queries.py": 'pgettext("month", "May")',
        "students/tests/test_views.py": '_("never collected")',
        "students/tests/templates/one.html": '{% translate "never collected" %}',
        "students/flows/leave/templates/task.html": '{% load i18n %}\n  {% translate "Leave" %}',
        "templates/base.html": "\n   <p>\n {% blocktranslate %}Hi {{ name }}{% endblocktranslate %}",
        "templates/students/list.html": '{% load i18n %}{% translate "No students yet" %} don\'t',
        "frontend/src/desk.js": "say(gettext(`Saved`), gettext('Gone'))",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(catalogues, "ROOT", tmp_path)
    return tmp_path


def _po(project: Path, room: str, domain: str = "django") -> Path:
    return project / room / "locale/zh_Hans/LC_MESSAGES" / f"{domain}.po"


def _translate(path: Path, text: str, translation: str) -> None:
    content = path.read_text(encoding="utf-8")
    assert f'msgid "{text}"\nmsgstr ""' in content
    path.write_text(
        content.replace(f'msgid "{text}"\nmsgstr ""', f'msgid "{text}"\nmsgstr "{translation}"'),
        encoding="utf-8",
    )


def test_every_room_collects_its_own_sources(project: Path) -> None:
    found = {(room.name, room.catalogue.stem): collect(room) for room in rooms()}
    assert found == {
        ("common", "django"): {(None, "English"), (None, "Hi %(name)s")},
        ("students", "django"): {
            (None, "Students"),
            (None, ("%(n)s row", "%(n)s rows")),
            ("month", "May"),
            (None, "Leave"),
            (None, "No students yet"),
        },
        ("common", "djangojs"): {(None, "Saved"), (None, "Gone")},
    }


def test_update_keeps_translations_and_drops_what_is_gone(project: Path) -> None:
    for room in rooms():
        update(room)
    _translate(_po(project, "students"), "Leave", "请假")
    (project / "students/queries.py").write_text("")
    before = _po(project, "common").read_bytes()
    for room in rooms():
        update(room)
    text = _po(project, "students").read_text(encoding="utf-8")
    assert 'msgid "Leave"\nmsgstr "请假"' in text
    assert "May" not in text
    assert _po(project, "common").read_bytes() == before


def test_faults_name_what_is_missing_and_what_is_left_over(project: Path) -> None:
    for room in rooms():
        update(room)
    _translate(_po(project, "students"), "Leave", "请假")
    (project / "students/apps.py").write_text('_("Pupils")')
    problems = {(fault.catalogue.parts[-5], fault.text): fault.problem for fault in faults()}
    assert problems["students", "Pupils"].startswith("not in the catalogue")
    assert problems["students", "Students"].startswith("no source says this any more")
    assert problems["students", "May"] == "not translated"
    assert problems["students", "%(n)s row"] == "not translated"
    assert problems["common", "Saved"] == "not translated"
    assert ("students", "Leave") not in problems


@pytest.mark.parametrize(
    ("source", "translation", "problem"),
    [
        ("Hi %(name)s", "%(name)s你好", ""),
        ("Hi %(name)s", "你好", "the translation has other placeholders"),
        ("Hi %(name)s", "%(naem)s你好", "the translation has other placeholders"),
        ("Hi %s", "%s你好", "unnamed placeholder, write %(name)s"),
        ("100%% sure", "100%% 确定", ""),
    ],
)
def test_placeholders_must_be_named_and_the_same(
    project: Path, source: str, translation: str, problem: str
) -> None:
    for path in project.rglob("*.html"):
        path.unlink()
    for path in project.rglob("*.js"):
        path.unlink()
    (project / "config/settings.py").write_text("")
    (project / "students/views.py").write_text("")
    (project / "students/queries.py").write_text("")
    (project / "students/apps.py").write_text(f'_("{source}")')
    for room in rooms():
        update(room)
    _translate(_po(project, "students"), source, translation)
    assert [fault.problem for fault in faults()] == ([problem] if problem else [])


def test_two_rooms_that_translate_differently_are_named(project: Path) -> None:
    (project / "config/settings.py").write_text('_("Leave")')
    for room in rooms():
        update(room)
    _translate(_po(project, "students"), "Leave", "请假")
    _translate(_po(project, "common"), "Leave", "离开")
    (fault,) = [fault for fault in faults() if fault.text == "Leave"]
    assert fault.problem == "common translates it as '离开'; use pgettext, or agree"


def test_compiled_catalogues_speak_chinese(project: Path) -> None:
    for room in rooms():
        update(room)
    _translate(_po(project, "students"), "Leave", "请假")
    assert compile_all() == 3
    assert compile_all() == 0
    with _po(project, "students").with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Leave") == "请假"
