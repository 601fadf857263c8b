"""Why a text cannot be read or changed: a stable code, the values it is about, and an English sentence."""

#: So many characters of a value are kept; a file may name things as long as itself.
MOST_CHARACTERS = 120

#: Code -> what is said on the command line and in the log, with the values that the error has to name.
SENTENCES = {
    "too-large": "The file is larger than %(most)s MB.",
    "document-type": "The file declares a document type or entities; remove them.",
    "not-xml": "The file is not well-formed XML (line %(line)s): %(reason)s",
    "too-deep": "Elements are nested more than %(most)s deep (line %(line)s).",
    "too-many-elements": "The file holds more than %(most)s elements.",
    "too-many-attributes": "An element has more than %(most)s attributes (line %(line)s).",
    "not-bpmn": "The root element is <%(tag)s>, not a BPMN 2.0 <definitions>. Export the file as BPMN 2.0.",
    "no-process": "The file holds no <process>. Draw one and export the file again.",
    "other-state": "The drawing was made from another state of the draft (%(element)r). Open it again.",
    "other-root": "The drawing is no BPMN 2.0 <definitions>.",
    "no-element": "There is no element with the id %(element)r.",
    "no-flow": "%(element)r is no sequence flow.",
    "no-user-task": "%(element)r is no user task.",
    "fixed-id": "The id of %(element)r cannot be changed.",
    "taken-id": "The id %(element)r is taken or empty.",
    "bad-value": "%(name)r of %(element)r cannot be set to %(value)r: %(reason)s",
    "bad-text": "<%(tag)s> cannot be written as XML: %(reason)s",
}


class BpmnError(ValueError):
    """A text cannot be read as a BPMN definition, or not be changed as asked.

    *code* is one of SENTENCES, *values* are what the sentence names; the error itself reads as that sentence.
    """

    def __init__(self, code: str, **values: str | int) -> None:
        self.code = code
        self.values = {
            name: value[:MOST_CHARACTERS] if isinstance(value, str) else value
            for name, value in values.items()
        }
        super().__init__(SENTENCES[code] % self.values)
