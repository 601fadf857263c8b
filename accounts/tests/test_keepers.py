import pytest
from django.urls import reverse

from accounts.actions import appoint, count_sign_in_failure
from accounts.models import AccessLog, User
from accounts.queries import university
from accounts.roles import Role
from accounts.rules import can_try_password
from accounts.security import limits
from accounts.security.models import Network, SecondStep, Session
from accounts.security.totp import new_secret
from accounts.tests.conftest import PASSWORD
from accounts.tests.rights_kit import officer, secadmin

pytestmark = pytest.mark.django_db
HELP = "/account/help/"


def person_with(role, unit, number) -> User:
    user = User.objects.create_user(number, f"{number}老师", PASSWORD)
    appoint(user, role, unit)
    return user


@pytest.fixture
def keeper(college, client) -> User:
    user = person_with(Role.UNIVERSITY_OFFICER, university(), "S100")
    client.force_login(user)
    return user


def do(client, person, what):
    return client.post(reverse("accounts:help_person", args=[person.pk]), {"do": what})


def test_paused_name_is_let_in_again_from_everywhere(client, keeper, graduate):
    for address in ("10.0.0.1", "10.0.0.2"):
        for _ in range(5):
            count_sign_in_failure(graduate.username, address)
    for _ in range(30):
        limits.count("name", graduate.username)
    assert "输错密码，暂停登录" in client.get(f"{HELP}?name={graduate.username}").content.decode()
    do(client, graduate, "unlock")
    assert can_try_password(graduate.username, "10.0.0.1")
    assert can_try_password(graduate.username, "10.0.0.2")
    assert limits.may("name", graduate.username)


def test_one_time_password_is_shown_once_and_has_to_be_changed(client, keeper, graduate):
    inside = client.__class__()
    inside.force_login(graduate)
    answer = do(client, graduate, "reset")
    password = answer.context["password"]
    assert password in answer.content.decode()
    assert password not in client.get(f"{HELP}?name={graduate.username}").content.decode()
    graduate.refresh_from_db()
    assert (graduate.check_password(password), graduate.must_change_password) == (True, True)
    assert not Session.objects.filter(user=graduate).exists()


def test_lost_phone_is_removed_and_all_devices_with_it(client, keeper, graduate):
    SecondStep.objects.create(user=graduate, secret=new_secret())
    client.__class__().force_login(graduate)
    do(client, graduate, "remove_step")
    assert not SecondStep.objects.exists()
    assert not Session.objects.filter(user=graduate).exists()


def test_signing_out_everywhere_leaves_the_password(client, keeper, graduate):
    client.__class__().force_login(graduate)
    do(client, graduate, "sign_out")
    graduate.refresh_from_db()
    assert graduate.check_password(PASSWORD)
    assert not Session.objects.filter(user=graduate).exists()


def test_what_was_done_is_recorded_with_who_did_it(client, keeper, graduate):
    do(client, graduate, "reset")
    log = AccessLog.objects.get(object_type="accounts.user", action__startswith="account ")
    assert (log.user, log.action, log.object_id) == (keeper, "account reset", str(graduate.pk))


@pytest.mark.parametrize("what", ["unlock", "reset", "sign_out", "remove_step"])
def test_nobody_helps_oneself(client, keeper, what):
    assert do(client, keeper, what).status_code == 409
    keeper.refresh_from_db()
    assert keeper.check_password(PASSWORD)


def test_account_of_an_administrator_is_left_to_the_security_administrator(client, keeper):
    auditor = officer(Role.AUDITOR, "S900")
    assert do(client, auditor, "reset").status_code == 409
    assert "只有安全管理员可以操作" in client.get(f"{HELP}?name={auditor.username}").content.decode()
    auditor.refresh_from_db()
    assert not auditor.must_change_password
    client.force_login(secadmin())
    assert do(client, auditor, "reset").status_code == 200


def test_role_below_the_university_finds_no_such_page(client, college):
    client.force_login(person_with(Role.UNIVERSITY_OFFICER, college, "S200"))
    assert client.get(HELP).status_code == 404
    assert client.get("/account/networks/").status_code == 404


def test_unknown_work_changes_nothing(client, keeper, graduate):
    assert do(client, graduate, "delete").status_code == 404
    assert not AccessLog.objects.exists()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("10.20.0.0/16", "10.20.0.0/16"),
        (" 10.20.30.40/16 ", "10.20.0.0/16"),
        ("2001:DA8::/32", "2001:da8::/32"),
    ],
)
def test_network_is_kept_as_networks_are_written(client, keeper, typed, kept):
    assert client.post("/account/networks/", {"name": "校园网", "cidr": typed}).status_code == 302
    assert Network.objects.get().cidr == kept


@pytest.mark.parametrize("typed", ["", "10.0.0.0/33", "campus", "10.20.0.0/16"])
def test_what_is_no_new_range_is_refused(client, keeper, typed):
    Network.objects.create(name="校园网", cidr="10.20.0.0/16")
    assert client.post("/account/networks/", {"name": "宿舍", "cidr": typed}).status_code == 422
    assert Network.objects.count() == 1


def test_sign_in_name_with_a_plus_is_found_again_after_the_help(client, keeper, db):
    person = User.objects.create_user("hr+jobs@firm.example.com", "周经理", PASSWORD)
    assert client.get(do(client, person, "unlock")["Location"]).context["person"] == person
