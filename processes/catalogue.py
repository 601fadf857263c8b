"""The names a definition may use, taken from the system itself."""

from collections.abc import Iterator, Mapping

from django.db import DatabaseError

from accounts.models import UnitKind
from accounts.roles import REVIEWERS, Role
from processes.bpmn.errors import BpmnError
from processes.bpmn.lint import CalledFlow, Catalogue
from processes.bpmn.reader import read
from processes.registry import FlowRegistration, all_flows, flow_for


def catalogue_for(registration: FlowRegistration | None, *, calls: bool = True) -> Catalogue:
    """Roles, unit levels, what may be called and, for a registered flow, its handlers.

    Without *calls*, whom a call activity calls is not checked: a version that runs already stays sound when
    a definition that it calls gets a new version.
    """
    return Catalogue(
        roles=frozenset(Role.values),
        staff_roles=frozenset(REVIEWERS),
        units=tuple(UnitKind.values),
        handlers=None if registration is None else frozenset(registration.handlers),
        flows=_CalledFlows() if calls else None,
    )


class _CalledFlows(Mapping[str, CalledFlow]):
    """The registered flows by key, read when one is asked for: as published, else as shipped."""

    def __getitem__(self, key: str) -> CalledFlow:
        """What a call of the flow has to know. Raises KeyError when it is not registered or has no text."""
        try:
            return CalledFlow.of(read(_text(flow_for(key))))
        except (LookupError, OSError, BpmnError) as error:
            raise KeyError(key) from error

    def __iter__(self) -> Iterator[str]:
        return (flow.key for flow in all_flows())

    def __len__(self) -> int:
        return len(all_flows())


def _text(flow: FlowRegistration) -> str | bytes:
    from processes.models import DefinitionVersion, VersionState

    versions = DefinitionVersion.objects.filter(definition__key=flow.key, state=VersionState.PUBLISHED)
    try:
        text = versions.values_list("bpmn", flat=True).first()
    except DatabaseError:  # `manage.py check` before `migrate`
        text = None
    return flow.definition_path.read_bytes() if text is None else str(text)
