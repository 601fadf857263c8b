"""What the page may send, as changes of the chain: each takes what was sent and gives what to show then."""

from collections.abc import Callable, Mapping

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from design.chain.forms import condition_from
from design.chain.fresh import in_language, new_level
from processes.bpmn.chain import branches, levels
from processes.bpmn.chain.draft import Draft

#: Makes a change; gives what the side panel shows after it.
Edit = Callable[[Draft, QueryDict], str]

_BRANCH, _SIDE_BY_SIDE = gettext_lazy("Which way"), gettext_lazy("Side by side")


def _names(words: object) -> dict[str, str]:
    return {"name": in_language("zh-hans", words), "qc:nameEn": in_language("en", words)}


def _add(draft: Draft, data: QueryDict) -> str:
    return f"level:{levels.add(draft, data.get('gap', ''), *new_level())}"


def _remove(draft: Draft, data: QueryDict) -> str:
    levels.remove(draft, data.get("element", ""))
    return ""


def _move(draft: Draft, data: QueryDict) -> str:
    levels.move(draft, data.get("element", ""), data.get("gap", ""))
    return data.get("show", "")


def _branch(draft: Draft, data: QueryDict) -> str:
    branches.add(draft, data.get("gap", ""), _names(_BRANCH), condition_from(data))
    return ""


def _parallel(draft: Draft, data: QueryDict) -> str:
    branches.add(draft, data.get("gap", ""), _names(_SIDE_BY_SIDE), None)
    return ""


def _add_way(draft: Draft, data: QueryDict) -> str:
    gateway = data.get("element", "")
    deciding = draft.branch(gateway).element.type in branches.DECIDING
    branches.add_way(draft, gateway, condition_from(data) if deciding else None)
    return ""


def _remove_way(draft: Draft, data: QueryDict) -> str:
    branches.remove_way(draft, data.get("element", ""))
    return ""


def _earlier(draft: Draft, data: QueryDict) -> str:
    branches.move_way(draft, data.get("element", ""), -1)
    return data.get("show", "")


def _later(draft: Draft, data: QueryDict) -> str:
    branches.move_way(draft, data.get("element", ""), 1)
    return data.get("show", "")


def _condition(draft: Draft, data: QueryDict) -> str:
    flow = data.get("element", "")
    branches.set_condition(draft, flow, condition_from(data))
    branches.name_way(draft, flow, data.get("name", "").strip()[:60], data.get("name_en", "").strip()[:80])
    return ""


EDITS: Mapping[str, Edit] = {
    "add": _add,
    "remove": _remove,
    "move": _move,
    "branch": _branch,
    "parallel": _parallel,
    "add_way": _add_way,
    "remove_way": _remove_way,
    "earlier": _earlier,
    "later": _later,
    "condition": _condition,
}


def done(what: str) -> str:
    """What was done, for people who hear the page."""
    words = {
        "add": _("A level was added. Say now who does it."),
        "remove": _("The level was removed."),
        "move": _("It was moved."),
        "undo": _("The last change was taken back."),
        "redo": _("The change was made again."),
    }
    return words.get(what, _("Saved in the draft."))
