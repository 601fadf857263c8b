import hashlib

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.security.hashers import OldMD5InArgon2Hasher
from config.settings import PASSWORD_HASHERS

OLD = "summer-rain-1999"


@pytest.fixture(autouse=True)
def real_hashers(settings):
    settings.PASSWORD_HASHERS = PASSWORD_HASHERS


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


@pytest.mark.parametrize("salt", ["", "a1b2", "a1$b"])
def test_old_password_fits_its_old_hash_with_its_salt(salt):
    kept = md5(salt + OLD)
    encoded = OldMD5InArgon2Hasher().wrap(kept.upper(), salt)
    assert check_password(OLD, encoded)
    assert not check_password("summer-rain-1998", encoded)
    assert kept not in encoded
    assert len(encoded) <= 128


@pytest.mark.parametrize(("kept", "salt"), [("", ""), ("g" * 32, ""), ("a" * 31, ""), ("a" * 32, "x" * 11)])
def test_anything_else_is_refused(kept, salt):
    with pytest.raises(ValueError, match="32 hex"):
        OldMD5InArgon2Hasher().wrap(kept, salt)


@pytest.mark.django_db
class TestImport:
    def run(self, tmp_path, text):
        path = tmp_path / "old.csv"
        path.write_text(text, encoding="utf-8-sig")
        call_command("import_old_passwords", str(path))

    def test_everybody_without_a_password_gets_the_old_one_for_once(self, tmp_path, counselor):
        User.objects.create_user("2019000001", "老同学")
        kept = counselor.password
        self.run(tmp_path, f"2019000001,{md5('a1' + OLD)},a1\nT001,{md5('x')}\n")
        student = User.objects.get(username="2019000001")
        assert (student.check_password(OLD), student.must_change_password) == (True, True)
        counselor.refresh_from_db()
        assert counselor.password == kept

    @pytest.mark.parametrize("line", ["nobody,{md5}", "2019000002,abc", "2019000002"])
    def test_one_wrong_line_stops_all_of_them(self, tmp_path, db, capsys, line):
        for number in (1, 2):
            User.objects.create_user(f"201900000{number}", "老同学")
        with pytest.raises(CommandError, match="1 lines"):
            self.run(tmp_path, f"2019000001,{md5(OLD)}\n{line.format(md5=md5(OLD))}\n")
        assert "Line 2" in capsys.readouterr().err
        assert not User.objects.get(username="2019000001").has_usable_password()


@pytest.mark.django_db
def test_first_sign_in_replaces_the_old_hash_and_the_door_asks_for_a_new_password(client):
    user = User.objects.create_user("2019000001", "老同学")
    User.objects.filter(pk=user.pk).update(
        password=OldMD5InArgon2Hasher().wrap(md5(OLD)), must_change_password=True
    )
    answer = client.post("/account/sign-in/", {"username": user.username, "password": OLD})
    assert answer.status_code == 302
    user.refresh_from_db()
    assert user.password.startswith("argon2$argon2id$")
    assert user.check_password(OLD)
    assert client.get("/notices/").headers["Location"] == "/account/password/"
