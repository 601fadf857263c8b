"""The names a definition may use, taken from the system itself."""

from accounts.models import UnitKind
from accounts.roles import Role
from processes.bpmn.lint import Catalogue
from processes.registry import FlowRegistration


def catalogue_for(registration: FlowRegistration | None) -> Catalogue:
    """Roles, unit levels and, for a registered flow, its handlers."""
    return Catalogue(
        roles=frozenset(Role.values),
        units=frozenset(UnitKind.values),
        handlers=None if registration is None else frozenset(registration.handlers),
    )
