"""The staff's library: what is found, who sees it, what is recorded."""

import pytest
from django.urls import reverse

from accounts.actions import appoint
from accounts.models import AccessLog, Unit, User
from accounts.roles import Role
from common.paging import page_of_keys
from employers.flows.vetting.tests import kit
from employers.models import Employer, ListState
from employers.queries import EmployerFilters, employer_page, employers_in_scope

pytestmark = pytest.mark.django_db
PURPOSE = {"purpose": "other", "words": "核对联系方式"}


@pytest.fixture
def officer() -> User:
    return kit.reviewer(Role.UNIVERSITY_OFFICER)


@pytest.fixture
def employers(officer) -> dict[str, Employer]:
    return {
        "software": kit.admitted("杭州启明科技有限公司", former_names="西湖启明工作室"),
        "agency": kit.submit("深圳南山人才服务有限公司", **kit.AGENCY, industry="37"),
        "draft": kit.write("上海未交贸易有限公司"),
    }


def _names(officer: User, **filters: str) -> list[str]:
    return [employer.name for employer in employer_page(officer, EmployerFilters(**filters)).employers]


@pytest.mark.parametrize(
    "text",
    ["启明", "hangzhouqiming", "hzqm", "HZQM", "西湖启明"],
    ids=["name", "pinyin", "initials", "case", "former"],
)
def test_search_finds_by_name_former_name_and_pinyin(employers, officer, text):
    assert _names(officer, text=text) == ["杭州启明科技有限公司"]


def test_search_finds_by_credit_code(employers, officer):
    assert _names(officer, text=employers["agency"].uscc.lower()) == ["深圳南山人才服务有限公司"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"state": "approved"}, ["杭州启明科技有限公司"]),
        ({"state": "applied"}, ["深圳南山人才服务有限公司"]),
        ({"industry": "37"}, ["深圳南山人才服务有限公司"]),
        ({"nature": "31"}, []),
        ({"tag": "small"}, ["杭州启明科技有限公司"]),
        ({"list_state": "3"}, []),
        ({"state": "nonsense"}, ["杭州启明科技有限公司", "深圳南山人才服务有限公司"]),
        ({"sort": "new"}, ["深圳南山人才服务有限公司", "杭州启明科技有限公司"]),
    ],
)
def test_filters_narrow_the_list(employers, officer, filters, found):
    assert _names(officer, **filters) == found


def test_what_was_never_handed_in_is_not_shown(employers, officer, client):
    assert "上海未交贸易有限公司" not in _names(officer)
    client.force_login(officer)
    assert client.get(reverse("employers:detail", args=[employers["draft"].pk])).status_code == 404


def test_pages_follow_each_other_and_hold_everybody_once(officer, monkeypatch):
    monkeypatch.setitem(page_of_keys.__kwdefaults__, "size", 2)
    names = [f"杭州测试{letter}有限公司" for letter in "甲乙丙丁戊"]
    for name in names:
        kit.submit(name)
    seen, pages, after = [], 0, ""
    while True:
        page = employer_page(officer, EmployerFilters(), after=after)
        seen, pages = seen + [employer.name for employer in page.employers], pages + 1
        if not page.next:
            break
        after = page.next
    assert sorted(seen) == sorted(names)
    assert (page.total, pages) == (5, 3)


def test_role_held_for_a_college_opens_nothing(employers, client):
    college = Unit.objects.add_child(kit.school(), {"kind": "college", "name": "计算机学院"})
    person = User.objects.create_user("T700", "学院主任")
    appoint(person, Role.CAREER_CENTER_DIRECTOR, college)
    assert not employers_in_scope(person).exists()
    client.force_login(person)
    assert client.get(reverse("employers:library")).status_code == 404
    page = client.get(reverse("students:list")).content.decode()
    assert reverse("employers:library") not in page


def test_reviewer_of_employers_sees_no_students(client):
    client.force_login(kit.reviewer())
    assert client.get(reverse("students:list")).status_code == 404


def test_phone_is_masked_and_seeing_it_is_recorded(employers, officer, client):
    employer = employers["software"]
    client.force_login(officer)
    page = client.get(reverse("employers:detail", args=[employer.pk])).content.decode()
    assert employer.contact_phone not in page
    answer = client.post(reverse("employers:reveal", args=[employer.pk, "contact_phone"]), PURPOSE)
    assert employer.contact_phone in answer.content.decode()
    record = AccessLog.objects.get(action="reveal")
    assert (record.user, record.action, record.detail) == (officer, "reveal", "contact_phone")
    assert (record.purpose, record.words) == ("other", "核对联系方式")


def test_only_masked_fields_can_be_revealed(employers, officer, client):
    client.force_login(officer)
    answer = client.post(reverse("employers:reveal", args=[employers["software"].pk, "legal_person_index"]))
    assert answer.status_code == 404


def test_seeing_a_paper_is_recorded(employers, officer, client):
    employer = employers["software"]
    client.force_login(officer)
    page = client.get(reverse("employers:detail", args=[employer.pk]))
    url = reverse("employers:library_file", args=[employer.pk, page.context["files"][0].pk])
    assert client.get(url).status_code == 200
    assert AccessLog.objects.filter(action="file", object_id=employer.pk).count() == 1


def test_paper_of_another_employer_is_not_found(employers, officer, client):
    client.force_login(officer)
    paper = client.get(reverse("employers:detail", args=[employers["agency"].pk])).context["files"][0]
    url = reverse("employers:library_file", args=[employers["software"].pk, paper.pk])
    assert client.get(url).status_code == 404


def test_list_state_is_shown_with_words(employers, officer, client):
    Employer.objects.filter(pk=employers["software"].pk).update(list_state=ListState.BLACK)
    client.force_login(officer)
    assert (
        "黑名单" in client.get(reverse("employers:detail", args=[employers["software"].pk])).content.decode()
    )


def test_earlier_applications_are_named(officer, client):
    employer = kit.submit()
    first = kit.case_of(employer).number
    kit.review(employer, kit.REJECT)
    kit.hand_in(kit.fill(kit.register(code=employer.uscc).employer))
    client.force_login(officer)
    page = client.get(reverse("employers:detail", args=[employer.pk])).content.decode()
    assert first in page
    assert kit.case_of(employer).number in page
