"""Who acts for an employer: asking, letting in, taking out."""

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from common.errors import Refused
from employers import actions
from employers.flows.vetting.tests import kit
from employers.models import EmployerRole, EmployerUser, MembershipState
from employers.queries import membership_of
from messaging.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def employer():
    return kit.admitted()


def _owner(employer) -> User:
    return User.objects.get(memberships__employer=employer, memberships__role=EmployerRole.OWNER)


def _ask(employer, name: str = "郑同事") -> EmployerUser:
    return actions.ask_to_join(employer.uscc, kit.person(name), None)


def _kinds(user: User) -> list[str]:
    return list(Notice.objects.filter(recipient=user).order_by("created_at").values_list("kind", flat=True))


def test_owner_hears_of_a_wish_and_lets_somebody_in(employer):
    wish = _ask(employer)
    assert _kinds(_owner(employer)) == ["employer_admitted", "employer_join_asked"]
    wish = actions.decide_join(wish, _owner(employer), admit=True)
    assert (wish.state, wish.role, wish.decided_by) == (
        MembershipState.ACTIVE,
        EmployerRole.MEMBER,
        _owner(employer),
    )
    assert _kinds(wish.user) == ["employer_joined"]


def test_refused_wish_frees_the_account(employer):
    wish = actions.decide_join(_ask(employer), _owner(employer), admit=False)
    assert (wish.state, wish.live_key) == (MembershipState.REFUSED, None)
    assert _kinds(wish.user) == ["employer_not_joined"]
    again = actions.ask_to_join(employer.uscc, kit.person(), User.objects.get(pk=wish.user_id))
    assert again.state == MembershipState.ASKED


def test_wish_that_was_taken_back_frees_the_account_and_is_not_decided_any_more(employer, client):
    wish = _ask(employer)
    client.force_login(wish.user)
    assert reverse("employers:withdraw_wish") in client.get(reverse("employers:home")).content.decode()
    client.post(reverse("employers:withdraw_wish"))
    gone = EmployerUser.objects.get(pk=wish.pk)
    assert (gone.state, gone.live_key) == (MembershipState.ENDED, None)
    with pytest.raises(Refused):
        actions.decide_join(wish, _owner(employer), admit=True)
    again = actions.ask_to_join(employer.uscc, kit.person(), User.objects.get(pk=wish.user_id))
    assert again.state == MembershipState.ASKED


def test_only_a_wish_that_waits_is_taken_back(employer):
    with pytest.raises(Refused):
        actions.withdraw_wish(_owner(employer))
    assert membership_of(_owner(employer)).state == MembershipState.ACTIVE
    with pytest.raises(Refused):
        actions.withdraw_wish(kit.reviewer())


def test_wish_that_was_granted_meanwhile_is_not_taken_back(employer):
    wish = _ask(employer)
    author = User.objects.get(pk=wish.user_id)
    assert membership_of(author).state == MembershipState.ASKED  # the page was opened while that was so
    actions.decide_join(wish, _owner(employer), admit=True)
    with pytest.raises(Refused):
        actions.withdraw_wish(author)
    assert EmployerUser.objects.get(pk=wish.pk).state == MembershipState.ACTIVE


def test_who_took_a_wish_back_is_free_within_the_same_request(employer):
    author = User.objects.get(pk=_ask(employer).user_id)
    assert membership_of(author).state == MembershipState.ASKED
    actions.withdraw_wish(author)
    assert membership_of(author).state == MembershipState.ENDED


def test_asking_to_join_locks_the_employer(employer, monkeypatch):
    seen = []
    locked = actions._locked
    monkeypatch.setattr(actions, "_locked", lambda uscc: seen.append(uscc) or locked(uscc))
    _ask(employer)
    assert seen == [employer.uscc]


def test_school_lets_somebody_in_as_owner(employer):
    wish = actions.decide_join(_ask(employer), kit.reviewer(), admit=True, as_owner=True)
    assert wish.is_owner


def test_wish_is_decided_once(employer):
    wish = actions.decide_join(_ask(employer), _owner(employer), admit=True)
    with pytest.raises(Refused):
        actions.decide_join(wish, kit.reviewer(), admit=False)
    assert EmployerUser.objects.get(pk=wish.pk).state == MembershipState.ACTIVE


@pytest.mark.parametrize("who", ["asker", "member", "stranger", "officer"])
def test_others_decide_nothing(employer, who):
    wish = _ask(employer)
    people = {
        "asker": lambda: wish.user,
        "member": lambda: actions.decide_join(_ask(employer, "另一位"), _owner(employer), admit=True).user,
        "stranger": lambda: _owner(kit.admitted("上海陌生贸易有限公司")),
        "officer": lambda: kit.reviewer(Role.UNIVERSITY_OFFICER),
    }
    person = User.objects.get(pk=people[who]().pk)
    with pytest.raises(Refused):
        actions.decide_join(wish, person, admit=True)
    assert EmployerUser.objects.get(pk=wish.pk).state == MembershipState.ASKED


def test_wish_waits_while_the_employer_is_not_in_the_library():
    employer = kit.submit()
    wish = _ask(employer)
    with pytest.raises(Refused):
        actions.decide_join(wish, kit.reviewer(), admit=True)
    kit.approve_all(employer)
    assert actions.decide_join(wish, kit.reviewer(), admit=True).state == MembershipState.ACTIVE


def test_wish_ends_with_the_application_and_its_author_hears_that_the_code_is_free():
    employer = kit.submit()
    wish = _ask(employer)
    kit.review(employer, kit.REJECT)
    assert EmployerUser.objects.get(pk=wish.pk).state == MembershipState.ENDED
    assert _kinds(wish.user) == ["employer_open_again"]


def test_code_that_nobody_registered_cannot_be_joined():
    kit.school()
    with pytest.raises(Refused):
        actions.ask_to_join(kit.uscc(), kit.person(), None)
    assert not User.objects.exists()


def test_one_account_acts_for_one_employer(employer):
    other = kit.admitted("上海陌生贸易有限公司")
    with pytest.raises(Refused):
        actions.ask_to_join(employer.uscc, kit.person(), _owner(other))


def test_owner_takes_a_colleague_out_but_not_oneself(employer):
    owner = _owner(employer)
    colleague = actions.decide_join(_ask(employer), owner, admit=True)
    actions.remove_person(colleague, owner)
    assert EmployerUser.objects.get(pk=colleague.pk).state == MembershipState.ENDED
    with pytest.raises(Refused):
        actions.remove_person(EmployerUser.objects.get(user=owner), owner)


def test_owner_who_was_taken_out_meanwhile_takes_nobody_out(employer):
    owner = _owner(employer)
    second = actions.decide_join(_ask(employer), kit.reviewer(), admit=True, as_owner=True)
    other = User.objects.get(pk=second.user_id)
    assert membership_of(other).is_owner  # the page was opened while that was so
    actions.remove_person(second, owner)
    with pytest.raises(Refused):
        actions.remove_person(EmployerUser.objects.get(user=owner), other)
    assert EmployerUser.objects.get(user=owner).is_owner


def test_second_click_does_not_ask_twice(employer):
    colleague = actions.decide_join(_ask(employer), _owner(employer), admit=True)
    actions.remove_person(colleague, _owner(employer))
    clicks = [User.objects.get(pk=colleague.user_id) for _each in range(2)]
    assert [membership_of(each).state for each in clicks] == [MembershipState.ENDED] * 2
    actions.ask_to_join(employer.uscc, kit.person(), clicks[0])
    with pytest.raises(Refused):
        actions.ask_to_join(employer.uscc, kit.person(), clicks[1])
    assert EmployerUser.objects.filter(user=clicks[0], state=MembershipState.ASKED).count() == 1


def test_colleague_takes_nobody_out(employer):
    one = actions.decide_join(_ask(employer), _owner(employer), admit=True)
    two = actions.decide_join(_ask(employer, "另一位"), _owner(employer), admit=True)
    with pytest.raises(Refused):
        actions.remove_person(two, User.objects.get(pk=one.user_id))


def test_page_shows_wishes_to_the_owner_alone(employer, client):
    wish = _ask(employer, "郑等待")
    colleague = actions.decide_join(_ask(employer, "另一位"), _owner(employer), admit=True)
    client.force_login(_owner(employer))
    page = client.get(reverse("employers:people")).content.decode()
    assert "郑等待" in page
    assert reverse("employers:decide_join", args=[wish.pk]) in page
    client.force_login(colleague.user)
    assert "郑等待" not in client.get(reverse("employers:people")).content.decode()


def test_owner_decides_on_the_page(employer, client):
    wish = _ask(employer)
    client.force_login(_owner(employer))
    client.post(reverse("employers:decide_join", args=[wish.pk]), {"do": "admit"})
    assert EmployerUser.objects.get(pk=wish.pk).state == MembershipState.ACTIVE


def test_anything_but_a_yes_refuses(employer, client):
    wish = _ask(employer)
    client.force_login(kit.reviewer())
    client.post(reverse("employers:decide_join_for_school", args=[wish.pk]), {"do": "whatever"})
    assert EmployerUser.objects.get(pk=wish.pk).state == MembershipState.REFUSED
