"""A backup is made, proved and restored; what was touched does not open."""

import json
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from accounts.models import User
from common.errors import BadInput
from operations.actions import back_up, newest_backup, try_restore
from operations.backup.contents import key_mark, missing_rows, read_manifest, row_counts
from operations.backup.making import backups_in, restore, write_keys
from operations.backup.sealing import BrokenSeal, SealedReader, SealedWriter
from operations.models import BackupRun, RunKind


def sealed(content: bytes) -> bytes:
    target = BytesIO()
    with SealedWriter(target) as writer:
        writer.write(content)
    return target.getvalue()


def opened(content: bytes) -> bytes:
    return SealedReader(BytesIO(content)).readall() or b""


@pytest.mark.parametrize("size", [0, 1, 2**20 - 1, 2**20, 2**20 + 1, 3 * 2**20])
def test_what_is_sealed_opens_again(size: int) -> None:
    content = os.urandom(size)
    assert opened(sealed(content)) == content


def test_sealed_text_shows_nothing() -> None:
    assert b"330106200001011234" not in sealed(b"330106200001011234" * 100)


@pytest.mark.parametrize("harm", ["cut the last piece", "cut a byte", "change a byte", "swap", "not ours"])
def test_what_was_touched_does_not_open(harm: str) -> None:
    whole = sealed(os.urandom(2 * 2**20 + 5))
    piece = 4 + 12 + 2**20 + 16
    harmed = {
        "cut the last piece": whole[: 4 + 2 * piece],
        "cut a byte": whole[:-1],
        "change a byte": whole[:2000] + bytes([whole[2000] ^ 1]) + whole[2001:],
        "swap": whole[:4] + whole[4 + piece : 4 + 2 * piece] + whole[4 : 4 + piece] + whole[4 + 2 * piece :],
        "not ours": b"PK" + whole[2:],
    }[harm]
    with pytest.raises(BrokenSeal):
        opened(harmed)


def test_count_outside_what_stood_around_the_dump_is_named() -> None:
    wanted = {"a": [3, 5], "b": [2, 2], "c": [1, 1]}
    assert missing_rows(wanted, {"a": 4, "b": 1}) == ["b: 1 rows instead of 2", "c: 0 rows instead of 1"]


@pytest.fixture
def stored(settings: object, tmp_path: Path) -> Path:
    """A school with two files, and the place for its backups."""
    files = tmp_path / "files"
    (files / "proofs").mkdir(parents=True)
    (files / "proofs" / "合同.pdf").write_bytes(b"%PDF one")
    (files / "two").write_bytes(b"two")
    settings.MEDIA_ROOT = files  # type: ignore[attr-defined]
    return tmp_path / "backups"


@pytest.mark.django_db(transaction=True)
def test_backup_is_made_and_proved(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    User.objects.create_user("t1", name="陈老师")
    folder = back_up(stored)
    manifest = read_manifest(folder)
    assert manifest.files == 2
    assert manifest.rows["accounts_user"] == [1, 1]
    assert "陈老师".encode() not in b"".join(path.read_bytes() for path in folder.iterdir())
    said = try_restore(folder)
    assert "2 files" in said
    assert said.endswith("intact")
    assert list(BackupRun.objects.order_by("started_at").values_list("kind", "good")) == [
        (RunKind.BACKUP, True),
        (RunKind.RESTORE_TEST, True),
    ]
    assert newest_backup(stored) == folder


@pytest.mark.django_db(transaction=True)
def test_backup_with_a_row_too_few_fails_the_proof(stored: Path) -> None:
    folder = back_up(stored)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["rows"]["accounts_user"] = [7, 7]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(BadInput, match="accounts_user: 0 rows instead of 7"):
        try_restore(folder)
    assert not BackupRun.objects.get(kind=RunKind.RESTORE_TEST).good


@pytest.mark.django_db(transaction=True)
def test_file_that_was_changed_is_named_before_anything_is_loaded(stored: Path, tmp_path: Path) -> None:
    folder = back_up(stored)
    piece = folder / "database.sealed"
    piece.write_bytes(piece.read_bytes()[:-1] + b"x")
    with pytest.raises(BadInput, match=r"database\.sealed"):
        restore(
            folder, settings.DATABASES["default"] | {"NAME": str(tmp_path / "new")}, tmp_path / "new-files"
        )
    assert not (tmp_path / "new").exists()


@pytest.mark.django_db(transaction=True)
def test_other_key_is_named(stored: Path, tmp_path: Path) -> None:
    folder = back_up(stored)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["key"] == key_mark()
    (folder / "manifest.json").write_text(json.dumps(manifest | {"key": "0" * 16}))
    with pytest.raises(BadInput, match="another DATA_KEY"):
        restore(folder, settings.DATABASES["default"], tmp_path / "new-files")


@pytest.mark.django_db(transaction=True)
def test_only_the_newest_are_kept_and_a_copy_goes_elsewhere(stored: Path, tmp_path: Path) -> None:
    old = stored / "qicheng-20200101-000000"
    old.mkdir(parents=True)
    (old / "manifest.json").write_text("{}")
    (stored / "other").mkdir()
    folder = back_up(stored, keep=1, copy_to=tmp_path / "share")
    assert backups_in(stored) == [folder]
    assert (stored / "other").is_dir()
    assert read_manifest(tmp_path / "share" / folder.name) == read_manifest(folder)


@pytest.mark.django_db(transaction=True)
def test_backup_that_cannot_be_written_leaves_a_row_with_words(stored: Path) -> None:
    stored.write_text("a file in the way")
    with pytest.raises(BadInput, match="cannot be made"):
        back_up(stored)
    assert "cannot be made" in BackupRun.objects.get(good=False).words


@pytest.mark.django_db
def test_folder_without_backup_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="holds no backup"):
        read_manifest(tmp_path)
    with pytest.raises(CommandError, match="There is no backup"):
        call_command("restore_test")


def test_keys_lie_apart_for_their_owner_alone(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="somewhere else"):
        write_keys(tmp_path / "backups" / "keys", tmp_path / "backups")
    write_keys(tmp_path / "keys", tmp_path / "backups")
    assert f"DATA_KEY={settings.DATA_KEY}" in (tmp_path / "keys").read_text()
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db
def test_restless_tables_are_not_counted() -> None:
    counts = row_counts()
    assert "accounts_user" in counts
    assert not [name for name in counts if name.startswith(("accounts_session", "operations_"))]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_backup_is_restored_into_a_new_place(stored: Path, tmp_path: Path) -> None:
    """The whole way by the commands, into a database of its own (SQLite whatever the lane)."""
    if not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        pytest.skip("the trial restore above does it on MariaDB")
    User.objects.create_user("t1", name="陈老师")
    folder = back_up(stored)
    var = tmp_path / "var"
    environment = os.environ | {
        "VAR_DIR": str(var),
        "DATABASE_URL": f"sqlite:///{var}/new.sqlite3",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    line = [sys.executable, str(settings.BASE_DIR / "manage.py"), "restore", str(folder)]
    done = subprocess.run(line, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert (var / "files" / "proofs" / "合同.pdf").read_bytes() == b"%PDF one"
    again = subprocess.run(line, capture_output=True, text=True, env=environment)
    assert "not empty" in again.stderr
