"""The page of the chain editor: every change is a POST that gives the whole chain anew."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from common.errors import UserError
from design import store
from design.chain import edits, menus
from design.chain.cards import Painter
from design.chain.forms import ALWAYS, KEPT, MOST_ROWS, SKIP, LevelForm, condition_from
from design.chain.refusals import REFUSALS
from design.error_words import said_error
from design.permissions import DesignRequest, actor_of, designers_only
from design.problems import Told, by_element, told
from processes.bpmn.chain import levels
from processes.bpmn.chain.conditions import Condition, Row
from processes.bpmn.chain.draft import ChainError, Draft, apply
from processes.bpmn.chain.items import Chain, Level
from processes.bpmn.chain.reading import view_of
from processes.bpmn.errors import BpmnError
from processes.bpmn.lint import Catalogue, lint
from processes.bpmn.reader import read
from processes.catalogue import catalogue_for
from processes.models import Definition
from processes.registry import flow_for


@dataclass
class Page:
    """What a request works on, and what the answer says."""

    key: str
    stored: store.Stored
    catalogue: Catalogue
    show: str = ""
    said: str = ""
    refusal: Told | None = None
    form: LevelForm | None = None
    status: int = 200


@designers_only
@require_http_methods(["GET", "POST"])
@never_cache
def chain(request: DesignRequest, key: str) -> HttpResponse:
    """The chain as cards (`?show=level:ID` opens its settings); a POST makes one change of it."""
    try:
        page = Page(key, store.load(key), catalogue_for(flow_for(key)), request.GET.get("show", ""))
    except (Definition.DoesNotExist, LookupError) as error:
        raise Http404 from error
    if request.method == "POST":
        _change(request, page)
    return _answer(request, page)


def _change(request: DesignRequest, page: Page) -> None:
    data = request.POST
    page.show = data.get("show", "")
    try:
        _do(request, page, data, data.get("do", ""))
    except ChainError as error:
        page.refusal = _refusal(error)
    except BpmnError as error:
        page.stored = store.load(page.key)
        page.refusal = Told(said_error(error), "")
    except UserError as error:
        page.stored = store.load(page.key)
        page.refusal, page.show = Told(error.message, ""), ""


def _do(request: DesignRequest, page: Page, data: QueryDict, what: str) -> None:
    if what in ("undo", "redo"):
        _step(request, page, what)
    elif what == "save":
        _save_level(request, page, data)
    elif what in edits.EDITS:
        _edit(request, page, data, what)


def _edit(request: DesignRequest, page: Page, data: QueryDict, what: str) -> None:
    then: list[str] = []
    edit = edits.EDITS[what]
    text = apply(page.stored.text, lambda draft: then.append(edit(draft, data)), page.catalogue)
    _keep(request, page, data, text, what)
    page.show = then[0]


def _save_level(request: DesignRequest, page: Page, data: QueryDict) -> None:
    view = view_of(read(page.stored.text))
    level = view.places.get(data.get("element", ""))
    if not isinstance(level, Level):
        raise ChainError("no-item", "")
    form = LevelForm(level, view, page.key, data)
    if not form.is_valid():
        page.form, page.status = form, 422
        return

    def edit(draft: Draft) -> None:
        given = form.cleaned_data
        levels.change(draft, level.element.id, given["name"], form.settings(), form.loop())

    def gate(draft: Draft) -> None:
        wanted = None if form.cleaned_data["when"] == ALWAYS else condition_from(data)
        levels.set_gate(draft, level.element.id, wanted, skips=form.cleaned_data["when"] == SKIP)

    page.form = form
    text = apply(page.stored.text, edit, page.catalogue)
    if form.cleaned_data["when"] != KEPT:
        text = apply(text, gate, page.catalogue)
    page.form = None
    _keep(request, page, data, text, "save")


def _keep(request: DesignRequest, page: Page, data: QueryDict, text: str, what: str) -> None:
    before = page.stored
    if text != before.text:
        page.stored = store.save(before, _revision(data), text, actor_of(request))
        store.note(request.session, before, page.stored)
    page.said = edits.done(what)


def _step(request: DesignRequest, page: Page, what: str) -> None:
    """Take the last change back, or make it again."""
    revision, by = _revision(request.POST), actor_of(request)
    page.stored = store.step(request.session, page.stored, revision, by, back=what == "undo")
    page.said, page.show = edits.done(what), ""


def _revision(data: QueryDict) -> int:
    text = data.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _refusal(error: ChainError) -> Told:
    if error.problems:
        return told(error.problems[0])
    words = REFUSALS.get(error.code, REFUSALS["not-movable"])
    return Told(str(words) % {"name": error.element} if error.element else words, "")


def _answer(request: DesignRequest, page: Page) -> HttpResponse:
    model = read(page.stored.text)
    view, problems = view_of(model), by_element(lint(model, page.catalogue))
    known = menus.variables(page.key, model.variables)
    painter = Painter(view, known, problems)
    kept = store.history_of(request.session, page.stored)
    shown = set(view.places) | {way.flow.id for branch in view.branches() for way in branch.ways}
    context = {
        "page": page,
        "title": model.settings.get("nameEn", "") if (get_language() or "").startswith("en") else model.name,
        "line": painter.line(view.path),
        "aside": [painter.attached(locked) for locked in view.aside],
        "can_undo": bool(kept.undo),
        "can_redo": bool(kept.redo),
        "problem_count": sum(len(each) for each in problems.values()),
        "elsewhere": [each for key, found in problems.items() if key not in shown for each in found],
        "panel": _panel(page, view, known),
    }
    template = "design/chain/chain.html" if request.htmx else "design/chain/page.html"
    return render(request, template, context, status=page.status)


def _panel(page: Page, view: Chain, known: dict[str, menus.Variable]) -> dict[str, Any]:
    """What stands at the side: the settings of a level, a condition, or what to do."""
    kind, _colon, key = page.show.partition(":")
    level = view.places.get(key)
    if kind == "level" and isinstance(level, Level):
        condition = level.gate.condition if level.gate is not None else None
        form = page.form or LevelForm(level, view, page.key)
        return {"kind": kind, "id": key, "form": form, **condition_rows(condition, known)}
    if kind == "way":
        ways = (way for branch in view.branches() for way in branch.ways if way.flow.id == key)
        way = next(ways, None)
        if way is not None and not way.is_default:
            return {"kind": kind, "id": key, "flow": way.flow, **condition_rows(way.condition, known)}
    if kind in ("new-way", "branch"):
        return {"kind": kind, "id": key, **condition_rows(None, known)}
    return {"kind": "none"}


def condition_rows(condition: Condition | None, known: dict[str, menus.Variable]) -> dict[str, Any]:
    """What `rows.html` shows of a condition: its rows, or an empty one."""
    rows = condition.rows if condition is not None else (Row("", ""),)
    return {
        "rows": [_row(number, row, known) for number, row in enumerate(rows)],
        "together": condition.together if condition is not None else "all",
        "variables": list(known.values()),
        "next": _after(len(rows) - 1),
    }


def _after(number: int) -> int:
    """The number of the row after *number*; 0 when there may be no more."""
    return number + 1 if number + 1 < MOST_ROWS else 0


def _row(number: int, row: Row, known: dict[str, menus.Variable]) -> dict[str, Any]:
    return {"number": number, "row": row, "variable": known.get(row.variable)}


@designers_only
@require_GET
@never_cache
def row(request: HttpRequest, key: str) -> HttpResponse:
    """A row of a condition for the variable chosen in it (`?number=0&row-0-variable=category`).

    `?more=1` asks for an empty one with the button for the next one behind it.
    """
    try:
        model = read(store.load(key).text)
    except Definition.DoesNotExist as error:
        raise Http404 from error
    more = request.GET.get("more", "")
    text = more or request.GET.get("number", "0")
    number = min(int(text), MOST_ROWS - 1) if text.isascii() and text.isdigit() and len(text) < 3 else 0
    known = menus.variables(key, model.variables)
    chosen = Row(request.GET.get(f"row-{number}-variable", ""), "")
    context: dict[str, Any] = {"each": _row(number, chosen, known), "variables": list(known.values())}
    context |= {"key": key, "next": _after(number) if more else 0}
    return render(request, "design/chain/row.html", context)
