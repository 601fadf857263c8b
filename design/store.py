"""The draft that both editors change, and undo and redo over the states that are kept of it."""

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any

from processes.bpmn.writer import normalise
from processes.engine.actor import Actor
from processes.evolve import drafts, queries
from processes.evolve.models import Draft, DraftSave, SaveKind
from processes.models import Definition, DefinitionVersion

#: The session of a person.
Session = MutableMapping[str, Any]


@dataclass(frozen=True)
class Stored:
    """A text as it was read; whoever saves says which *revision* was changed."""

    definition: Definition
    draft: Draft | None
    text: str

    @property
    def revision(self) -> int:
        """Which state of the draft this is; 0: there is no draft yet."""
        return self.draft.revision if self.draft is not None else 0


def load(key: str) -> Stored:
    """The draft of *key*, or what holds now when there is none. Raises Definition.DoesNotExist."""
    definition = Definition.objects.get(key=key)
    draft = queries.draft_of(definition)
    if draft is not None:
        return Stored(definition, draft, draft.text)
    return Stored(definition, None, normalise(_newest(definition).bpmn))


def _newest(definition: Definition) -> DefinitionVersion:
    """The newest version. Raises Definition.DoesNotExist when there is none."""
    version = queries.newest_version(definition)
    if version is None:
        raise Definition.DoesNotExist
    return version


def save(stored: Stored, revision: int, text: str, by: Actor) -> Stored:
    """Keep *text* as the draft, which is begun if need be. Raises what `drafts` raises.

    Whoever saw no draft yet (*revision* 0) while a colleague began one is late only if it was changed since.
    """
    draft = stored.draft
    if draft is None:
        if revision:
            raise drafts.gone()
        draft = drafts.begin(_newest(stored.definition), by)
    if not revision and normalise(draft.text) == normalise(_newest(stored.definition).bpmn):
        revision = draft.revision
    draft = drafts.save(draft.pk, text, revision, by)
    return Stored(stored.definition, draft, draft.text)


def text_at(stored: Stored, revision: int) -> str:
    """What the draft said at *revision*, which somebody saw; what it says now when that is no longer kept.

    Raises Stale when the draft is gone.
    """
    if stored.draft is None and revision:
        raise drafts.gone()
    if revision == stored.revision:
        return stored.text
    if not revision:
        return normalise(_newest(stored.definition).bpmn)
    states = DraftSave.objects.filter(draft=stored.draft, revision=revision)
    return states.exclude(kind=SaveKind.SET_ASIDE).values_list("text", flat=True).first() or stored.text


@dataclass
class History:
    """The states before and after revision *at* that one person made one after another."""

    at: int = 0
    undo: list[int] = field(default_factory=list)
    redo: list[int] = field(default_factory=list)


def history_of(session: Session, stored: Stored) -> History:
    """What this person may take back; nothing once somebody else has saved the draft."""
    kept = session.get(_name(stored), {})
    return History(**kept) if kept.get("at") == stored.revision else History(stored.revision)


def note(session: Session, before: Stored, after: Stored) -> None:
    """Remember a change, so that it can be taken back."""
    history = history_of(session, before)
    undo = [*history.undo, before.revision or after.revision - 1][-queries.MOST_SAVES + 1 :]
    session[_name(after)] = {"at": after.revision, "undo": undo, "redo": []}


def step(session: Session, stored: Stored, revision: int, by: Actor, *, back: bool) -> Stored:
    """Take the last change back or (not *back*) make it again. Raises Stale and Refused like `drafts`."""
    history = history_of(session, stored)
    taken, other = (history.undo, history.redo) if back else (history.redo, history.undo)
    if stored.draft is None or not taken:
        return stored
    states = DraftSave.objects.filter(draft=stored.draft, revision=taken.pop())
    state = states.exclude(kind=SaveKind.SET_ASIDE).first()
    if state is None:
        return stored
    draft = drafts.take_back(state.pk, revision, by)
    other.append(stored.revision)
    after = Stored(stored.definition, draft, draft.text)
    session[_name(after)] = {"at": after.revision, "undo": history.undo, "redo": history.redo}
    return after


def _name(stored: Stored) -> str:
    return f"chain:{stored.definition.key}"
