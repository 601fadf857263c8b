"""Data keys: wrapped, numbered, changed while the data is in use."""

import base64

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection

from common import keyring, rotation
from common.crypto import DecryptionError, SealBroken, decrypt, decrypt_bytes, encrypt, encrypt_bytes
from common.keyring import AES, SM4, Sm4Gcm, derive_key
from common.models import DataKey
from config.env import env_choice
from students.models import Student
from students.queries import by_id_no
from students.tests.kit import graduates, id_no, load

pytestmark = pytest.mark.django_db
NONCE = bytes(12)


@pytest.fixture(autouse=True)
def _fresh_keyring():
    """The keys a test makes are gone after it; what this process knows of them must be too."""
    keyring.forget()
    yield
    keyring.forget()


@pytest.fixture
def new_key(django_capture_on_commit_callbacks):
    def make() -> int:
        with django_capture_on_commit_callbacks(execute=True):
            return keyring.make_key()

    return make


def first_format(text: str) -> str:
    """As values were written before there were numbered keys."""
    sealed = AESGCM(derive_key("field")).encrypt(NONCE, text.encode(), None)
    return "1:" + base64.b64encode(NONCE + sealed).decode()


def stored(column: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM students_student ORDER BY student_no")
        return [row[0] for row in cursor.fetchall()]


def test_first_key_is_there_after_migrate_and_is_not_readable_in_the_table():
    key = DataKey.objects.get()
    assert (key.number, key.algorithm, keyring.current().number) == (1, AES, 1)
    assert encrypt("13800000000").startswith("2:1:")
    assert len(base64.b64decode(key.wrapped)) == 12 + 32 + 16


def test_every_format_stays_readable_after_a_new_key(new_key):
    before, file = encrypt("13800000000"), encrypt_bytes(b"%PDF")
    assert new_key() == 2
    assert encrypt("x").startswith("2:2:")
    assert [decrypt(token) for token in (before, first_format("李明"))] == ["13800000000", "李明"]
    assert decrypt_bytes(file) == b"%PDF"
    old_file = NONCE + AESGCM(derive_key("field")).encrypt(NONCE, b"%PDF", None)
    assert decrypt_bytes(old_file) == b"%PDF"


def test_without_any_key_the_first_format_is_written():
    DataKey.objects.all().delete()
    keyring.forget()
    assert encrypt("x").startswith("1:")
    assert decrypt(encrypt("x")) == "x"
    assert decrypt_bytes(encrypt_bytes(b"x")) == b"x"


@pytest.mark.parametrize(
    "token", ["2:9:AAAA", "2:x:AAAA", "2::AAAA", "2:1:", "3:1:AAAA", "4:1:AAAA", "", "2:1:!!", "1:1:AAAA"]
)
def test_what_is_no_ciphertext_of_ours_is_refused(token):
    with pytest.raises(DecryptionError):
        decrypt(token)


def test_value_under_a_number_it_was_not_written_with_is_refused(new_key):
    token = encrypt("13800000000")
    new_key()
    with pytest.raises(DecryptionError):
        decrypt(token.replace("2:1:", "2:2:"))


def test_key_of_another_process_is_found_when_it_is_needed(new_key):
    keyring.current()
    wrapped = keyring._wrap(2, AES, bytes(32))
    DataKey.objects.create(number=2, algorithm=AES, wrapped=wrapped)
    token = "2:2:" + base64.b64encode(NONCE + AESGCM(bytes(32)).encrypt(NONCE, b"x", None)).decode()
    assert decrypt(token) == "x"


def test_under_another_data_key_nothing_is_read_and_nothing_is_written(settings):
    token = encrypt("13800000000")
    settings.DATA_KEY = "another key"
    keyring.forget()
    with pytest.raises(SealBroken):
        decrypt(token)
    with pytest.raises(ImproperlyConfigured, match="DATA_KEY does not open"):
        encrypt("13800000000")


# --- SM4 ---


def test_sm4_gcm_is_that_of_rfc_8998():
    """Appendix A.1."""
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    nonce = bytes.fromhex("00001234567800000000abcd")
    plain = bytes.fromhex(
        "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
        "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa"
    )
    associated = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    sealed = Sm4Gcm(key).encrypt(nonce, plain, associated)
    assert sealed.hex() == (
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )
    assert Sm4Gcm(key).decrypt(nonce, sealed, associated) == plain


def test_sm4_by_setting_and_back(settings, new_key):
    before = encrypt("一")
    settings.FIELD_CIPHER = SM4
    new_key()
    token = encrypt("二")
    assert keyring.current().algorithm == SM4
    changed = token[:-8] + ("A" if token[-8] != "A" else "B") + token[-7:]
    with pytest.raises(DecryptionError):
        decrypt(changed)
    settings.FIELD_CIPHER = AES
    new_key()
    assert [decrypt(each) for each in (before, token, encrypt("三"))] == ["一", "二", "三"]


def test_unknown_cipher_stops_the_start_with_words(monkeypatch):
    monkeypatch.setenv("FIELD_CIPHER", "rot13")
    with pytest.raises(ImproperlyConfigured, match="use one of aes-256-gcm, sm4-gcm"):
        env_choice("FIELD_CIPHER", (AES, SM4))


# --- bound to a column ---


def put(column: str, token: str) -> None:
    """What somebody at the database writes."""
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE students_student SET {column} = %s", [token])


@pytest.mark.parametrize("cipher", [AES, SM4])
def test_value_that_was_moved_to_another_column_is_refused(tmp_path, settings, new_key, cipher):
    settings.FIELD_CIPHER = cipher
    new_key()
    load(tmp_path, *graduates(1))
    assert stored("mobile")[0].startswith("3:2:")
    put("home_address", stored("mobile")[0])
    with pytest.raises(SealBroken, match=r"written for another place than students_student\.home_address"):
        Student.objects.get()
    put("home_address", stored("mobile")[0].replace("3:", "2:", 1))
    with pytest.raises(SealBroken):
        Student.objects.get()


def test_value_of_a_place_opens_there_alone():
    bound, free = encrypt("x", "a.b"), encrypt("x")
    assert (decrypt(bound, "a.b"), decrypt(free, "a.b"), decrypt(free)) == ("x", "x", "x")
    for place in ("a.c", ""):
        with pytest.raises(SealBroken):
            decrypt(bound, place)


def test_values_that_are_bound_to_no_column_yet_are_read_and_bound_without_a_new_key(tmp_path, capsys):
    load(tmp_path, *graduates(2))
    put("mobile", encrypt("13911111111"))
    assert set(Student.objects.values_list("mobile", flat=True)) == {"13911111111"}
    call_command("rotate_keys", "--dry-run")
    assert "students.Student.mobile: 2 to be encrypted anew" in capsys.readouterr().out
    call_command("rotate_keys", "--resume")
    assert (DataKey.objects.count(), [token[:4] for token in stored("mobile")]) == (1, ["3:1:"] * 2)
    assert set(Student.objects.values_list("mobile", flat=True)) == {"13911111111"}


# --- rotation ---


def test_every_value_comes_under_the_new_key_and_says_the_same(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 2)
    load(tmp_path, *graduates(5))
    Student.objects.filter(student_no="2023000001").update(hardship_reason="")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE students_student SET mobile = %s WHERE student_no = '2023000002'",
            [first_format("13911111111")],
        )
    plain = list(Student.objects.order_by("student_no").values_list("id_no", "mobile", "home_address"))
    indexes = list(Student.objects.order_by("student_no").values_list("id_no_index", flat=True))
    call_command("rotate_keys", "--dry-run")
    assert "students.Student.mobile: 1 to be encrypted anew" in capsys.readouterr().out
    call_command("rotate_keys")
    said = capsys.readouterr().out
    assert "key 2, aes-256-gcm" in said
    assert "students.Student.id_no: 4 of 5" in said
    for column in ("id_no", "mobile", "home_address"):
        assert all(token.startswith("3:2:") for token in stored(column))
    assert stored("hardship_reason")[0] == ""
    assert (
        list(Student.objects.order_by("student_no").values_list("id_no", "mobile", "home_address")) == plain
    )
    assert list(Student.objects.order_by("student_no").values_list("id_no_index", flat=True)) == indexes


def test_interrupted_rotation_goes_on_where_it_was(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 2)
    load(tmp_path, *graduates(5))
    monkeypatch.setattr("common.management.commands.rotate_keys.Command._say", _interrupt)
    with pytest.raises(KeyboardInterrupt):
        call_command("rotate_keys")
    monkeypatch.undo()
    call_command("rotate_keys", "--resume")
    assert DataKey.objects.count() == 2
    assert all(token.startswith("3:2:") for token in stored("mobile"))
    capsys.readouterr()
    call_command("rotate_keys", "--resume")
    assert " of " not in capsys.readouterr().out


def _interrupt(_command, column, done, total) -> None:
    if str(column) == "students.Student.id_no" and done == 2:
        raise KeyboardInterrupt


def test_value_that_somebody_changes_meanwhile_is_left_as_it_is_then(tmp_path, monkeypatch, new_key):
    load(tmp_path, *graduates(1))
    new_key()
    column = rotation.Column(Student, "mobile")
    decrypting = rotation.decrypt

    def changed_meanwhile(token: str, place: str) -> str:
        Student.objects.update(mobile="13999999999")
        return decrypting(token, place)

    monkeypatch.setattr(rotation, "decrypt", changed_meanwhile)
    assert rotation.rotate(column, lambda *_said: None) == []
    assert Student.objects.get().mobile == "13999999999"


def test_value_that_cannot_be_read_is_named_and_the_others_go_on(tmp_path, capsys):
    load(tmp_path, *graduates(2))
    broken = Student.objects.get(student_no="2023000001")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE students_student SET mobile = '1:AAAA' WHERE student_no = '2023000001'")
    with pytest.raises(SystemExit):
        call_command("rotate_keys")
    said = capsys.readouterr().err
    assert "cannot be read: students.Student.mobile" in said
    assert broken.pk.hex in said.replace("-", "")
    assert stored("mobile")[1].startswith("3:2:")


def test_command_takes_one_option_of_two():
    with pytest.raises(CommandError):
        call_command("rotate_keys", "--resume", "--dry-run")


# --- looking up ---


def test_search_by_identity_number_is_one_read_by_the_index(tmp_path, django_assert_num_queries):
    load(tmp_path, *graduates(3))
    with django_assert_num_queries(1):
        assert [student.student_no for student in by_id_no(id_no(2))] == ["2023000002"]
    index = "id_no_index=?" if connection.vendor == "sqlite" else "student_id_once_per_cohort"
    assert index in by_id_no(id_no(2)).explain()
