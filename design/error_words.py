"""Every code of a text that cannot be read or changed, in plain words: what is wrong, and how to mend it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from processes.bpmn.errors import BpmnError

_OLD_PAGE = _(
    "“%(element)s” is not, or not any more, what is to be changed. Load the page again and repeat the change."
)

#: Code of a BpmnError -> the words, with its values.
WORDS: dict[str, str | Promise] = {
    "too-large": _(
        "The file is larger than %(most)s MB. Take out what is not part of the process, such as pictures, "
        "and upload it again."
    ),
    "document-type": _(
        "The file declares a document type or entities, which may hide something harmful. Remove the parts "
        "<!DOCTYPE …> and <!ENTITY …>, or export it again as BPMN 2.0, and upload it again."
    ),
    "not-xml": _(
        "The file cannot be read from line %(line)s on: it is not well-formed XML, perhaps cut off or of "
        "another kind. Export it again as BPMN 2.0 and upload it again."
    ),
    "too-deep": _(
        "Parts lie in one another more than %(most)s deep (line %(line)s). Take sub-processes apart, or call "
        "other processes for parts of it."
    ),
    "too-many-elements": _(
        "The file holds more than %(most)s XML elements. Call other processes for parts of it."
    ),
    "too-many-attributes": _(
        "An element in line %(line)s has more than %(most)s attributes. Remove those it does not need."
    ),
    "not-bpmn": _(
        "The file is no BPMN 2.0: it begins with <%(tag)s> where <definitions> should stand. Export it as "
        "BPMN 2.0 and upload it again."
    ),
    "no-process": _(
        "The file holds no process. Draw one in your modeller, export it again as BPMN 2.0 and upload "
        "it again."
    ),
    "other-state": _(
        "The drawing was made from another state of the draft: “%(element)s” is not in this one. Load the "
        "page again and repeat the change."
    ),
    "other-root": _("What was sent is no BPMN 2.0 drawing. Load the page again and repeat the change."),
    "no-element": _OLD_PAGE,
    "no-flow": _OLD_PAGE,
    "no-user-task": _(
        "Only a step that people do can be done by several; “%(element)s” is none. Choose another step."
    ),
    "fixed-id": _(
        "The identifier of “%(element)s” cannot be changed, since connections refer to it. Put in a new "
        "element instead."
    ),
    "taken-id": _("The identifier “%(element)s” is taken or empty. Choose another one."),
    "bad-value": _(
        "“%(name)s” of “%(element)s” holds a character that a file cannot keep, such as a control character. "
        "Type the text again instead of pasting it."
    ),
    "bad-text": _(
        "A text holds a character that a file cannot keep, such as a control character. Type it again "
        "instead of pasting it."
    ),
}


def said_error(error: BpmnError) -> str:
    """What is wrong and how to mend it, in the reader's language."""
    return str(WORDS[error.code]) % error.values
