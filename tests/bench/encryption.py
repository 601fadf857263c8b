"""What encryption costs: the same spreadsheet imported with its fields sealed, and kept as plain text."""

import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path
from statistics import median
from unittest.mock import patch

from django.db import transaction
from django.test import override_settings

from common import keyring
from common.keyring import AES, SM4
from forms.loading import ensure_code_tables
from processes.tests.kit import ScratchFlow
from tests.bench.imports import import_season, season
from tests.bench.table import Row, timed

GRADUATES, TURNS = 10_000, 5
_Way = Callable[[], AbstractContextManager[object]]


def measure(_flow: ScratchFlow) -> list[Row]:
    """The ways in turns, the middle one of each, so that a busy machine is as busy for all."""
    ensure_code_tables()
    ways: dict[str, _Way] = {"plain": _plain, AES: nullcontext, SM4: nullcontext}
    took: dict[str, list[float]] = {name: [] for name in ways}
    with tempfile.TemporaryDirectory() as folder:
        path = season(Path(folder), GRADUATES, 2027)
        for _turn in range(TURNS):
            for name, way in ways.items():
                took[name].append(_import(path, name, way))
    plain = median(took["plain"])
    return [
        Row(
            f"import of {GRADUATES:,}, {name}",
            median(took[name]),
            "kept as plain text",
            plain,
            "at most 1.2",
            "s",
        )
        for name in (AES, SM4)
    ]


def _import(path: Path, cipher: str, way: _Way) -> float:
    """Seconds of one import under a key of its own, which is taken back."""
    with override_settings(FIELD_CIPHER=SM4 if cipher == SM4 else AES), transaction.atomic():
        keyring.make_key()
        keyring.forget()
        with way():
            took = timed(lambda: import_season(path, 2027))
        transaction.set_rollback(True)
    keyring.forget()
    return took


def _plain() -> AbstractContextManager[object]:
    """Neither sealed nor hashed: a plain column has a plain index."""
    ways = ExitStack()
    ways.enter_context(patch("common.fields.encrypt_all", lambda texts, _place: list(texts)))
    ways.enter_context(patch("students.importing.examine.blind_indexes", lambda texts, _purpose: list(texts)))
    return ways
