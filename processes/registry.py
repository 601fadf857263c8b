"""The flows of the product: found in `APP/flows/NAME/flow.py` at start-up, never listed anywhere."""

import datetime
import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.db.models import Model
from django.utils.functional import Promise

from common.verdict import ALLOWED, Verdict

if TYPE_CHECKING:
    from accounts.models import Unit, User
    from processes.engine.context import CaseChange, HandlerContext
    from processes.models import Case, Task


@dataclass(frozen=True)
class SubjectCard:
    """How lists show a subject: title, one line beneath, what a search finds it by, and where it belongs."""

    title: str
    brief: str
    search_text: str
    unit: "Unit"
    cohort: int | None = None


def _no_variables(_subject: Any) -> Mapping[str, Any]:
    return {}


def _nothing_more(_context: "HandlerContext", _change: "CaseChange") -> None:
    return None


def _always_changed(_case: "Case", _task: "Task") -> bool:
    return True


def _nobody(_now: datetime.datetime) -> Iterable[tuple[Any, "User"]]:
    return ()


def _same_record(subject: Any) -> Any:
    return subject


def _themselves(_subject: Any) -> Model | None:
    return None


def _anybody(_user: "User", _subject: Any) -> Verdict:
    return ALLOWED


@dataclass(frozen=True)
class FlowRegistration:
    """What a flow folder tells the engine about itself."""

    key: str
    title: str | Promise
    subject_model: str
    describe: Callable[[Any], SubjectCard]
    variables: Callable[[Any], Mapping[str, Any]] = _no_variables
    handlers: Mapping[str, Callable[["HandlerContext"], None]] = field(default_factory=dict)
    #: Id of a user task -> what happens whenever it opens, by whatever way the case came there.
    on_open: Mapping[str, Callable[["HandlerContext"], None]] = field(default_factory=dict)
    on_change: Callable[["HandlerContext", "CaseChange"], None] = _nothing_more
    can_start: Callable[["User", Any], Verdict] = _anybody
    #: Whether a correction touched what every level has to see again (flows X3).
    core_changed: Callable[["Case", "Task"], bool] = _always_changed
    #: The record a case of this flow is about when another case calls it, from the caller's record.
    called_on: Callable[[Any], Any] = _same_record
    #: The (record, initiator) pairs on which a timer start event opens cases at a time.
    timed_subjects: Callable[[datetime.datetime], Iterable[tuple[Any, "User"]]] = _nobody
    #: The record on whose behalf the applicant acts, such as an employer; nothing: for themselves.
    #: Who no longer acts for it loses the case to a colleague.
    behalf_of: Callable[[Any], Model | None] = _themselves
    #: Related names joined when subjects are loaded for handlers.
    select_related: tuple[str, ...] = ()
    #: Page part that shows the subject, and what was handed in, on the task page.
    task_template: str = ""
    #: Id of a user task -> name of the address (with its `task_id`) of the page on which it is decided,
    #: when that takes more than approving. Returning and rejecting stay where they are.
    step_pages: Mapping[str, str] = field(default_factory=dict)
    #: Reason codes offered when returning or rejecting: flows column of the code table.
    reasons: str = "*"
    folder: Path = Path()

    @property
    def subject_class(self) -> type[Model]:
        """The model of the records this flow works on."""
        return apps.get_model(self.subject_model)

    @property
    def is_on_behalf(self) -> bool:
        """Whether the applicant acts for something else, whose answers they are."""
        return self.behalf_of is not _themselves

    @property
    def definition_path(self) -> Path:
        """The chain as shipped (version 1)."""
        return self.folder / "definition.bpmn"


_flows: dict[str, FlowRegistration] = {}
_instead: ContextVar[FlowRegistration | None] = ContextVar("flow_instead", default=None)


def discover() -> None:
    """Import every `flow.py` below `APP/flows/`. Raises ImportError or ValueError when a folder is broken."""
    root = Path(settings.BASE_DIR)
    for path in sorted(root.glob("*/flows/*/flow.py")):
        module = importlib.import_module(".".join(path.relative_to(root).with_suffix("").parts))
        register(module.flow, path.parent)


def register(flow: FlowRegistration, folder: Path) -> FlowRegistration:
    """Add *flow*, which lives in *folder*. Raises ValueError when its key is taken by another folder."""
    known = _flows.get(flow.key)
    if known is not None and known.folder != folder:
        raise ValueError(f"Two flow folders have the key {flow.key!r}: {known.folder} and {folder}.")
    object.__setattr__(flow, "folder", folder)
    _flows[flow.key] = flow
    return flow


def unregister(key: str) -> None:
    """Forget a flow again (scratch flows of tests and benchmarks)."""
    _flows.pop(key, None)


def flow_for(key: str) -> FlowRegistration:
    """The flow under *key*. Raises LookupError when no folder registers it."""
    other = _instead.get()
    if other is not None and other.key == key:
        return other
    try:
        return _flows[key]
    except KeyError:
        raise LookupError(f"No flow folder registers the key {key!r}.") from None


@contextmanager
def standing_in(flow: FlowRegistration) -> Iterator[None]:
    """For the time of the block, *flow* is what this thread finds under its key: a play, not the real one."""
    token = _instead.set(flow)
    try:
        yield
    finally:
        _instead.reset(token)


def all_flows() -> list[FlowRegistration]:
    """Every flow, by key."""
    return [_flows[key] for key in sorted(_flows)]
