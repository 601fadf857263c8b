"""What the script of the diagram editor says, and the texts of bpmn-js, in the reader's language."""

from django.utils.translation import gettext as _


def words() -> dict[str, str]:
    """Name in the script -> text."""
    return {
        "saved": _("Saved in the draft."),
        "unsaved": _("Not saved yet…"),
        "saving": _("Saving…"),
        "offline": _("No connection. It will be saved as soon as there is one."),
        "failed": _("It could not be saved. Load the page again."),
        "added": _("Added: %(name)s"),
        "loose": _(
            "Added, but nothing leads to it yet. Choose it and draw a connection; or undo, choose the step "
            "before it, and add it then."
        ),
        "where": _("Choose the step first on which it should sit."),
        "nowhere": _("There is no room for it here. Choose another place."),
        "kind": _("Kind of element"),
        "event": _("What the event is about"),
        "unnamed": _("(without a name)"),
        "several": _("%(count)s elements chosen. Drag them, move them with the arrow keys, or remove them."),
        "strange": _(
            "This element is not run here. Make it another kind or remove it; until then it stays as it is."
        ),
        "settings": _("Settings"),
        "process": _("The process"),
        "choose_element": _("Chosen element"),
        "choose": _("Choose…"),
        "missing": _("%(name)s (not there any more)"),
        "kept": _("As now"),
        "add": _("One more row"),
        "drop": _("Remove this row"),
        "remove": _("Remove"),
        "connect": _("Draw a connection"),
        "condition": _("Choose the condition"),
        "no_condition": _("No condition"),
        "no_problems": _("Everything fits together"),
        "canvas": _("Drawing area: arrow keys move what is chosen, Delete removes it, Tab leaves"),
        "canvas_error": _("This text cannot be drawn: %(reason)s"),
        "show": _("Show in the drawing: %(name)s"),
    }


def texts_of_bpmn_js() -> dict[str, str]:
    """English text of bpmn-js -> ours, for what is in sight of a user of our editor."""
    return {
        "Search in diagram": _("Search in the drawing"),
        "Open {element}": _("Open {element}"),
        "flow elements must be children of pools/participants": _("Steps have to lie within a pool."),
        "no process or collaboration to display": _("There is nothing to draw in it."),
        "no diagram to display": _("There is nothing to draw in it."),
        "no shape type specified": _("There is nothing to draw in it."),
        "element {element} referenced by {referenced}#{property} not yet drawn": _(
            "A part of it is drawn before what it belongs to."
        ),
        "already rendered {element}": _("An element is drawn twice."),
        "failed to import {element}": _("An element cannot be drawn."),
    }
