"""Writes about definitions and case numbers."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import BadInput, Refused
from processes.bpmn.lint import lint_text
from processes.catalogue import catalogue_for
from processes.engine.actor import SYSTEM, Agent
from processes.engine.unit_of_work import UnitOfWork
from processes.evolve import trail
from processes.models import (
    SUSPENDED,
    Case,
    CaseNumber,
    Definition,
    DefinitionVersion,
    Job,
    JobKind,
    JobState,
    VersionState,
)
from processes.registry import FlowRegistration, all_flows, flow_for


@transaction.atomic
def publish(key: str, bpmn: str, *, note: str = "", by: Agent = SYSTEM) -> DefinitionVersion:
    """Make *bpmn* the next version of *key*; new cases start on it, running ones stay on theirs.

    The one place where a version comes to be. Raises BadInput when lint finds problems.
    """
    flow = flow_for(key)
    problems = lint_text(bpmn, catalogue_for(flow))
    if problems:
        raise BadInput("\n".join(map(str, problems)))
    definition, _created = Definition.objects.get_or_create(key=key, defaults={"title": str(flow.title)})
    trail.lock(definition.pk)
    last = definition.versions.order_by("-number").first()
    definition.versions.filter(state=VersionState.PUBLISHED).update(state=VersionState.RETIRED)
    version = DefinitionVersion.objects.create(
        definition=definition,
        number=last.number + 1 if last else 1,
        bpmn=bpmn,
        digest=trail.digest_of(bpmn),
        state=VersionState.PUBLISHED,
        note=note,
        published_at=timezone.now(),
    )
    trail.record(definition, trail.PUBLISHED, by, version=version.number, digest=version.digest, note=note)
    _arm_starts(version)
    return version


@transaction.atomic
def retire(key: str, *, note: str = "", by: Agent = SYSTEM) -> DefinitionVersion:
    """Let no new case of *key* begin; running ones go on. Gives the version that held until now.

    Raises Refused when none does.
    """
    definition = trail.lock(Definition.objects.get(key=key).pk)
    version = definition.versions.filter(state=VersionState.PUBLISHED).order_by("-number").first()
    if version is None:
        raise Refused(_("No version of “%(title)s” holds now.") % {"title": definition.title})
    definition.versions.filter(state=VersionState.PUBLISHED).update(state=VersionState.RETIRED)
    starts = Job.objects.filter(kind=JobKind.START, flow_key=key, state=JobState.WAITING)
    starts.update(state=JobState.VOID, finished=timezone.now())
    trail.record(definition, "retired", by, version=version.number, note=note)
    return version


def _arm_starts(version: DefinitionVersion) -> None:
    from processes.engine.starts import arm_starts

    arm_starts(version, timezone.now())


def deliver_message(case_id: UUID, name: str, by: Agent, values: Mapping[str, Any] | None = None) -> Case:
    """Give a case the message *name*; *values* become declared variables.

    Raises Refused when the case does not wait for it, or is suspended.
    """
    from processes.engine import runtime

    with UnitOfWork(by) as unit:
        case = Case.objects.select_for_update().get(pk=case_id)
        unit.cases[case.pk] = case
        if case.is_suspended:
            raise Refused(SUSPENDED)
        with unit.attempt(case):
            if not case.is_open or not runtime.deliver(case, name, values or {}):
                raise Refused(_("This case does not wait for “%(message)s” now.") % {"message": name})
    return case


def load_definitions() -> list[DefinitionVersion]:
    """Publish the shipped chain of every flow that has no version yet; returns the new ones."""
    return [version for flow in all_flows() if (version := _load(flow)) is not None]


def _load(flow: FlowRegistration) -> DefinitionVersion | None:
    if DefinitionVersion.objects.filter(definition__key=flow.key).exists():
        return None
    return publish(flow.key, flow.definition_path.read_text(encoding="utf-8"), note="As shipped")


def load_new_versions() -> Iterator[tuple[str, DefinitionVersion | None]]:
    """Publish every shipped chain that differs from the version in use as the next one, flow by flow.

    None stands for a flow whose version in use is the shipped one. Raises BadInput when lint finds problems.
    """
    for flow in all_flows():
        if flow.folder != Path():
            yield flow.key, _load_next(flow)


def _load_next(flow: FlowRegistration) -> DefinitionVersion | None:
    shipped = flow.definition_path.read_text(encoding="utf-8")
    digest = trail.digest_of(shipped)
    in_use = DefinitionVersion.objects.filter(definition__key=flow.key, state=VersionState.PUBLISHED)
    if in_use.filter(digest=digest).exists():
        return None
    return publish(flow.key, shipped, note="As shipped")


@transaction.atomic
def next_numbers(cohort: int | None, count: int = 1) -> list[str]:
    """*count* case numbers such as `QX-2027-004211`, never given out twice."""
    prefix = f"QX-{cohort or timezone.localdate().year}"
    if not CaseNumber.objects.filter(prefix=prefix).update(last=F("last") + count):
        CaseNumber.objects.get_or_create(prefix=prefix)
        CaseNumber.objects.filter(prefix=prefix).update(last=F("last") + count)
    last = CaseNumber.objects.values_list("last", flat=True).get(prefix=prefix)
    return [f"{prefix}-{number:06d}" for number in range(last - count + 1, last + 1)]
