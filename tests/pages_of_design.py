"""Addresses of the processes themselves, a part of the table in `tests.pages`."""

from typing import Any

from processes.bpmn.layout import drawn
from tests.address import GET, POST, Address, Arguments
from tests.world import DESIGNING, World, upload_of


def _process(key: str) -> Arguments:
    return lambda _world: {"key": key}


def _trial(world: World) -> dict[str, Any]:
    return {"key": "destination_filing", "pk": world.designs.trial.pk}


def _scene(world: World) -> dict[str, Any]:
    return {"do": "begin", "unit": world.student.unit.pk, "value-category": "10"}


def _terms(_world: World) -> dict[str, Any]:
    return {"note": "按新规定调整", "when": "now", "revision": 2}


def _changed_text(world: World) -> dict[str, Any]:
    text = world.designs.draft.text.replace("复核", "初核")
    return {"file": upload_of(text.encode(), "filing.bpmn"), "revision": 2}


def _drawing(world: World) -> dict[str, Any]:
    text = drawn(world.designs.draft.text)
    opened, changed = (
        upload_of(text.encode(), "opened.bpmn"),
        upload_of(text.replace("复核", "初核").encode(), "drawn.bpmn"),
    )
    return {"do": "save", "revision": 2, "opened": opened, "drawn": changed}


PROCESSES = [
    Address("design:list", DESIGNING),
    Address("design:definition", DESIGNING, kwargs=_process("destination_filing")),
    Address("design:difference", DESIGNING, kwargs=_process("destination_filing")),
    Address("design:heat", DESIGNING, kwargs=lambda _: {"key": "destination_filing", "number": 1}),
    Address("design:move", DESIGNING, (GET, POST), lambda _: {"key": "campus_talk", "number": 1}),
    Address(
        "design:moved",
        DESIGNING,
        (GET, POST),
        lambda world: _process("campus_talk")(world) | {"pk": world.designs.move.pk},
        lambda _: {"do": "take-back"},
    ),
    Address("design:begin", DESIGNING, (POST,), _process("campus_talk"), lambda _: {"number": 1}),
    Address(
        "design:version_file",
        DESIGNING,
        kwargs=lambda world: _process("campus_talk")(world) | {"number": 1},
    ),
    Address(
        "design:restore",
        DESIGNING,
        (GET, POST),
        lambda world: _process("campus_talk")(world) | {"number": 1},
        _terms,
    ),
    Address("design:retire", DESIGNING, (GET, POST), _process("campus_talk"), _terms),
    Address(
        "design:decide",
        DESIGNING,
        (POST,),
        lambda world: (
            _process("employer_vetting")(world) | {"pk": world.designs.proposal.pk, "name": "withdraw"}
        ),
    ),
    Address("design:draft", DESIGNING, kwargs=_process("destination_filing")),
    Address("design:play", DESIGNING, (GET, POST), _process("destination_filing"), _scene),
    Address("design:live", DESIGNING, kwargs=_process("destination_filing")),
    Address("design:draft_moves", DESIGNING, (GET, POST), _process("destination_filing")),
    Address(
        "design:replay", DESIGNING, (GET, POST), _process("destination_filing"), lambda _: {"season": ""}
    ),
    Address("design:trial", DESIGNING, (GET, POST), _trial),
    Address("design:trial_cases", DESIGNING, kwargs=_trial, query="number=others"),
    Address("design:trial_file", DESIGNING, kwargs=_trial),
    Address(
        "design:chain",
        DESIGNING,
        (GET, POST),
        _process("destination_filing"),
        lambda _: {"do": "add", "gap": "to_university", "revision": 2},
    ),
    Address("design:chain_row", DESIGNING, kwargs=_process("destination_filing")),
    Address("design:diagram", DESIGNING, (GET, POST), _process("destination_filing"), _drawing),
    Address(
        "design:diagram_condition",
        DESIGNING,
        (GET, POST),
        _process("destination_filing"),
        lambda _: {"row-0-variable": "category", "row-0-comparison": "one_of", "row-0-values": "80"},
    ),
    Address("design:draft_file", DESIGNING, kwargs=_process("destination_filing")),
    Address("design:upload", DESIGNING, (POST,), _process("destination_filing"), _changed_text),
    Address("design:propose", DESIGNING, (GET, POST), _process("destination_filing"), _terms),
    Address("design:rebase", DESIGNING, (POST,), _process("destination_filing"), lambda _: {"number": 1}),
    Address("design:discard", DESIGNING, (POST,), _process("destination_filing"), lambda _: {"revision": 2}),
    Address(
        "design:take_back",
        DESIGNING,
        (POST,),
        lambda world: _process("destination_filing")(world) | {"pk": world.designs.earlier.pk},
        lambda _: {"revision": 2},
    ),
]
