"""What the views of this room share."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404

from processes.evolve.models import Draft
from processes.models import Definition, DefinitionVersion


def definition_or_404(key: str) -> Definition:
    """The definition under *key*, with its draft if it has one."""
    rows = Definition.objects.select_related("draft").defer("draft__text")
    return get_object_or_404(rows, key=key)


def draft_or_404(key: str) -> Draft:
    """The draft of the definition under *key*, with its people."""
    rows = Draft.objects.select_related("definition", "base", "created_by", "changed_by")
    return get_object_or_404(rows, definition__key=key)


def version_or_404(key: str, number: int) -> DefinitionVersion:
    """A version of the definition under *key*."""
    rows = DefinitionVersion.objects.select_related("definition")
    version = rows.filter(definition__key=key, number=number).first()
    if version is None:
        raise Http404
    return version


def as_file(text: str, name: str) -> HttpResponse:
    """A BPMN text to be kept as a file, never shown by the browser as a page."""
    answer = HttpResponse(text, content_type="application/xml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.bpmn"'
    return answer
