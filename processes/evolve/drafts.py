"""Every write to a draft: begin, save, upload, take back, rebase, throw away."""

from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import BadInput, Refused, Stale
from common.moments import spoken_moment
from processes.bpmn.reader import read
from processes.bpmn.scripts import holds_script
from processes.bpmn.writer import normalise
from processes.engine.actor import Actor
from processes.evolve import queries, rules, trail
from processes.evolve.models import DesignEvent, Draft, DraftSave, SaveKind
from processes.models import Definition, DefinitionVersion


@transaction.atomic
def begin(version: DefinitionVersion, by: Actor) -> Draft:
    """A draft with the text of *version*, to become the version after the newest one.

    Raises Refused when there is a draft already or a proposal is open.
    """
    definition = trail.lock(version.definition_id)
    rules.can_change(definition).require()
    draft = queries.draft_of(definition)
    if draft is not None:
        who = {"who": draft.changed_by.name, "when": spoken_moment(draft.changed_at)}
        raise Refused(_("There is a draft already; %(who)s changed it last (%(when)s).") % who)
    newest = queries.newest_version(definition) or version
    draft = Draft.objects.create(
        definition=definition,
        base=newest,
        text=version.bpmn,
        revision=_states_ever(definition) + 1,
        created_by=by.user,
        changed_by=by.user,
    )
    _keep(draft, SaveKind.BEGUN, draft.text, by)
    trail.record(definition, "draft_begun", by, version=version.number)
    return draft


def save(
    draft_id: UUID, text: str | bytes, revision: int, by: Actor, *, kind: SaveKind = SaveKind.SAVED
) -> Draft:
    """Make *text* what the draft says; *revision* is the one the person saw.

    Raises BpmnError when the text cannot be read as BPMN, BadInput when it holds a script, Refused while a
    proposal is open, and Stale when somebody else has saved meanwhile: then the text is set aside among the
    earlier states.
    """
    text = _readable(text)
    with transaction.atomic():
        draft = _locked(draft_id)
        faster = None if draft.revision == revision or draft.text == text else draft.changed_by
        if faster is None:
            return _saved(draft, kind, text, by)
        _keep(draft, SaveKind.SET_ASIDE, text, by)
        trail.record(draft.definition, "draft_set_aside", by, revision=revision, digest=trail.digest_of(text))
    who = {"who": faster.name, "when": spoken_moment(draft.changed_at)}
    raise Stale(
        _(
            "%(who)s has saved this draft meanwhile (%(when)s). Nothing is lost: what you did is set aside "
            "among the earlier states of the draft, and you can take it over from there."
        )
        % who
    )


@transaction.atomic
def take_back(save_id: UUID, revision: int, by: Actor) -> Draft:
    """Make an earlier state (or one set aside) what the draft says. Raises Refused and Stale like `save`."""
    state = DraftSave.objects.select_related("draft").get(pk=save_id)
    draft = _locked(state.draft_id)
    _same(draft, revision)
    return _saved(draft, SaveKind.TAKEN_BACK, state.text, by)


@transaction.atomic
def rebase(draft_id: UUID, newest: int, by: Actor) -> Draft:
    """Say that the draft takes into account what version *newest* brought: it now begins from that.

    The text stays; whoever says so has looked at both. Raises Stale when there is a newer one yet.
    """
    draft = _locked(draft_id)
    version = queries.newest_version(draft.definition)
    if version is None or version.number != newest:
        raise Stale(_("A newer version was published meanwhile. Look at that one."))
    if version.pk != draft.base_id:
        before, draft.base = draft.base.number, version
        draft.save(update_fields=["base"])
        trail.record(draft.definition, "draft_rebased", by, before=before, version=version.number)
    return draft


@transaction.atomic
def discard(draft_id: UUID, revision: int, by: Actor) -> Definition:
    """Throw the draft away. Raises Refused while a proposal is open, Stale when somebody saved meanwhile."""
    draft = _locked(draft_id)
    _same(draft, revision)
    trail.record(draft.definition, "draft_discarded", by, digest=trail.digest_of(draft.text))
    draft.delete()
    return draft.definition


def _states_ever(definition: Definition) -> int:
    """How many states its drafts ever had: no page of an earlier draft ever fits a later one."""
    return DesignEvent.objects.filter(definition=definition, kind__in=("draft_begun", "draft_saved")).count()


def _readable(text: str | bytes) -> str:
    """The text in the spelling in which it is kept. Raises BpmnError, and BadInput for a script in it."""
    read(text)
    kept = normalise(text)
    if holds_script(kept):
        raise BadInput(
            _("The file holds a script. Remove it from the names and texts, then upload it again.")
        )
    return kept


def gone() -> Stale:
    """What is said to whoever saw a draft that is not there any more."""
    return Stale(_("This draft is no longer there: it was published or thrown away."))


def _locked(draft_id: UUID) -> Draft:
    """The draft, its definition locked. Raises Stale when it is gone and Refused while it is proposed."""
    found = Draft.objects.filter(pk=draft_id).values_list("definition_id", flat=True).first()
    draft = found and queries.draft_of(trail.lock(found))
    if not draft or draft.pk != draft_id:
        raise gone()
    rules.can_change(draft.definition).require()
    return draft


def _same(draft: Draft, revision: int) -> None:
    if draft.revision != revision:
        who = {"who": draft.changed_by.name, "when": spoken_moment(draft.changed_at)}
        raise Stale(_("%(who)s has saved this draft meanwhile (%(when)s). Look at it first.") % who)


def _saved(draft: Draft, kind: SaveKind, text: str, by: Actor) -> Draft:
    if draft.text == text:
        return draft
    draft.text, draft.revision = text, draft.revision + 1
    draft.changed_by, draft.changed_at = by.user, timezone.now()
    draft.save(update_fields=["text", "revision", "changed_by", "changed_at"])
    _keep(draft, kind, text, by)
    digest = trail.digest_of(text)
    trail.record(draft.definition, "draft_saved", by, revision=draft.revision, how=kind.value, digest=digest)
    return draft


def _keep(draft: Draft, kind: SaveKind, text: str, by: Actor) -> None:
    """Remember a state; the oldest go when there are more than MOST_SAVES.

    What was set aside is counted by itself: a colleague who saves on does not push it out.
    """
    DraftSave.objects.create(draft=draft, revision=draft.revision, kind=kind, text=text, by=by.user)
    alike = Q(kind=SaveKind.SET_ASIDE) if kind == SaveKind.SET_ASIDE else ~Q(kind=SaveKind.SET_ASIDE)
    kept = queries.saves_of(draft).filter(alike).values_list("pk", flat=True)
    DraftSave.objects.filter(pk__in=list(kept[queries.MOST_SAVES :])).delete()
