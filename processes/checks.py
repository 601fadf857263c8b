"""`manage.py check` refuses a broken flow folder before a case can meet it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError
from django.db.models import Count

from processes.bpmn.errors import BpmnError
from processes.bpmn.lint import lint_text
from processes.bpmn.reader import read
from processes.catalogue import catalogue_for
from processes.registry import FlowRegistration, all_flows

HINT = "See docs/howto/add-a-flow.md."
#: What every flow folder holds.
PARTS = ("README.md", "definition.bpmn", "flow.py", "tests/test_story.py")


@register()
def check_flows(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every registered flow: folder complete, definition sound, subject model known."""
    found = [message for flow in all_flows() if flow.folder != Path() for message in _check(flow)]
    return found + _without_flow(Path(settings.BASE_DIR))


@register(Tags.database)
def check_running_versions(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Handlers that versions with open cases ask for and this release no longer has.

    Asked before tables are migrated, and by `check --database default`; before there are tables, nothing.
    """
    if not databases:
        return []
    try:
        return list(_handlers_gone())
    except DatabaseError:
        return []


def _handlers_gone() -> Iterator[CheckMessage]:
    from processes.models import DefinitionVersion

    handlers = {flow.key: flow.handlers.keys() for flow in all_flows()}
    versions = DefinitionVersion.objects.filter(cases__finished=None, definition__key__in=handlers)
    versions = versions.annotate(open_cases=Count("cases")).select_related("definition")
    for version in versions.order_by("definition__key", "number"):
        elements = read(version.bpmn).elements.values()
        wanted = {name for element in elements if (name := element.settings.get("handler"))}
        for name in sorted(wanted - handlers[version.definition.key]):
            cases = f"{version}: {version.open_cases} open cases"
            hint = "Bring it back, or move the cases to a newer version; until then they wait at that step."
            yield Warning(
                f"{cases} may come to the handler {name!r}, which is gone.", hint=hint, id="processes.W006"
            )


def _without_flow(root: Path) -> list[CheckMessage]:
    """Folders that look like a flow's and are not found, because nothing in them registers one."""
    folders = (path for path in sorted(root.glob("*/flows/*/")) if not path.name.startswith(("_", ".")))
    return [
        Error(f"{folder} has no flow.py, so its flow does not exist.", hint=HINT, id="processes.E005")
        for folder in folders
        if any(folder.iterdir()) and not (folder / "flow.py").exists()
    ]


def _check(flow: FlowRegistration) -> list[CheckMessage]:
    messages: list[CheckMessage] = [
        Error(f"{flow.folder} has no {part}.", hint=HINT, id="processes.E001")
        for part in PARTS
        if not (flow.folder / part).exists()
    ]
    if flow.definition_path.exists():
        messages += _check_definition(flow)
    try:
        apps.get_model(flow.subject_model)
    except LookupError:
        messages.append(Error(f"{flow.key}: no model {flow.subject_model}.", id="processes.E004"))
    return messages


def _check_definition(flow: FlowRegistration) -> list[CheckMessage]:
    text = flow.definition_path.read_bytes()
    problems = lint_text(text, catalogue_for(flow))
    messages: list[CheckMessage] = [
        Error(f"{flow.definition_path}: {p}", id="processes.E002") for p in problems
    ]
    try:
        key = read(text).id
    except BpmnError:
        return messages
    if key != flow.key:
        messages.append(
            Error(f"{flow.definition_path}: process id {key!r} is not {flow.key!r}.", id="processes.E003")
        )
    return messages
