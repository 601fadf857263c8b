"""The staff's pages about students: scope, filters, masking, counts of queries."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import AccessLog, Unit, UnitKind
from accounts.roles import Role
from common.paging import PAGE_SIZE
from students import actions
from students.tests.kit import graduate, graduates, id_no, load, staff, student

pytestmark = pytest.mark.django_db
LIST = "/desk/students/"


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def two_classes(tmp_path):
    load(tmp_path, *graduates(3), graduate(4, name="李明", student_class="软件2302"))


def unit(name: str) -> Unit:
    return Unit.objects.get(name=name)


def names_on(answer) -> list[str]:
    return [student.student_no for student in answer.context["page"].students]


def test_addresses():
    assert (reverse("students:list"), reverse("students:record")) == (LIST, "/me/record/")


def test_counselor_sees_only_the_own_class(two_classes):
    client = signed_in(staff("T1", Role.COUNSELOR, unit("软件2302")))
    answer = client.get(LIST)
    assert (names_on(answer), answer.context["page"].total) == (["2023000004"], 1)
    assert client.get(f"{LIST}{student(4).pk}/").status_code == 200
    assert client.get(f"{LIST}{student(1).pk}/").status_code == 404
    assert client.post(f"{LIST}{student(1).pk}/reveal/id_no/").status_code == 404
    assert not AccessLog.objects.filter(action="reveal").exists()


def test_strangers_sign_in_and_students_see_no_such_page(two_classes):
    assert Client().get(LIST).status_code == 302
    client = signed_in(student(1).user)
    assert [client.get(url).status_code for url in (LIST, f"{LIST}{student(1).pk}/", f"{LIST}import/")] == [
        404
    ] * 3


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [1, 2, 3, 4]),
        ("?q=李明", [4]),
        ("?q=liming", [4]),
        ("?q=lm", [4]),
        ("?q=li ming", [4]),
        ("?q=2023000002", [2]),
        ("?q=" + id_no(3), [3]),
        ("?q=" + id_no(3).lower(), [3]),
        ("?q=zzz", []),
        ("?verify=confirmed", [2]),
        ("?verify=not_started", [1, 3, 4]),
        ("?verify=nonsense", [1, 2, 3, 4]),
        ("?sort=name", [4, 1, 2, 3]),
        ("?cohort=1999", [1, 2, 3, 4]),
        ("?college=x&class=%00", [1, 2, 3, 4]),
    ],
)
def test_filters_are_in_the_address(two_classes, query, numbers):
    actions.confirm_record(student(2), student(2).user)
    answer = signed_in(staff("T1", Role.DATA_OFFICER)).get(LIST + query)
    found = names_on(answer)
    expected = [f"2023{number:06d}" for number in numbers]
    assert (
        found == expected
        if "name" not in query
        else (found[0], sorted(found)) == (expected[0], sorted(expected))
    )


def test_filter_by_unit_goes_down_level_by_level(two_classes):
    client = signed_in(staff("T1", Role.UNIVERSITY_OFFICER))
    college, major, other = unit("计算机学院"), unit("软件工程"), unit("软件2302")
    assert names_on(client.get(LIST, {"college": college.pk, "major": major.pk, "class": other.pk})) == [
        "2023000004"
    ]
    answer = client.get(LIST, {"college": college.pk, "class": other.pk})
    assert len(names_on(answer)) == 4  # a class counts only below its major
    assert [u.name for u in answer.context["page"].units[UnitKind.MAJOR]] == ["软件工程"]


def test_pages_follow_each_other(tmp_path):
    load(tmp_path, *graduates(PAGE_SIZE + 1))
    client = signed_in(staff("T1"))
    first = client.get(LIST, {"verify": "not_started"})
    second = client.get(LIST + first.context["next_url"])
    assert names_on(first) + names_on(second) == [f"2023{number:06d}" for number in range(1, PAGE_SIZE + 2)]
    assert (second.context["next_url"], second.context["first_url"]) == ("", "?verify=not_started")
    assert client.get(LIST + "?after=nonsense").status_code == 404


def test_numbers_are_masked_in_lists_and_records(two_classes):
    client = signed_in(staff("T1"))
    for url in (LIST, f"{LIST}{student(1).pk}/"):
        text = client.get(url).content.decode()
        assert id_no(1) not in text
        assert "330******" in text
        assert "13800000000" not in text


@pytest.mark.parametrize(
    ("field", "value"),
    [("id_no", id_no(1)), ("mobile", "13800000000"), ("home_address", "浙江省杭州市西湖区文一路 1 号")],
)
def test_a_masked_value_is_shown_once_and_that_is_recorded(two_classes, field, value):
    viewer = staff("T1")
    client = signed_in(viewer)
    url = f"{LIST}{student(1).pk}/reveal/{field}/"
    asked = client.get(url + "?ask=1").content.decode()
    assert ("联系本人" in asked, value in asked) == (True, False)
    answer = client.post(url, {"purpose": "contact"}, REMOTE_ADDR="10.0.0.9")
    assert value in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert f'hx-get="{url}"' in answer.content.decode()  # which covers it again
    assert value not in client.get(url).content.decode()
    entry = AccessLog.objects.get()
    assert (entry.user, entry.action, entry.object_id, entry.detail, entry.ip, entry.purpose) == (
        viewer,
        "reveal",
        str(student(1).pk),
        field,
        "10.0.0.9",
        "contact",
    )
    assert client.post(f"{LIST}{student(1).pk}/reveal/name/").status_code == 404


@pytest.mark.parametrize(
    "sent", [{}, {"purpose": "curious"}, {"purpose": "other"}, {"purpose": "other", "words": " 看 "}]
)
def test_nothing_is_uncovered_without_a_purpose(two_classes, sent):
    client = signed_in(staff("T1"))
    answer = client.post(f"{LIST}{student(1).pk}/reveal/mobile/", sent)
    assert (answer.status_code, AccessLog.objects.exists()) == (422, False)
    assert "13800000000" not in answer.content.decode()
    assert "至少两个字" in answer.content.decode()


def test_opening_a_record_is_recorded(two_classes):
    viewer = staff("T1")
    signed_in(viewer).get(f"{LIST}{student(1).pk}/")
    line = AccessLog.objects.get()
    assert (line.user, line.action, line.object_type, line.object_id) == (
        viewer, "view", "students.student", str(student(1).pk),
    )  # fmt: skip


def test_record_shows_words_not_codes(two_classes):
    text = signed_in(staff("T1")).get(f"{LIST}{student(1).pk}/").content.decode()
    for words in ("浙江省杭州市西湖区", "共青团员", "本科生毕业", "2027年6月30日", "第 2 行"):
        assert words in text


@pytest.mark.parametrize("count", [3, 300])
def test_pages_need_the_same_queries_at_every_size(tmp_path, count, django_assert_num_queries):
    load(
        tmp_path,
        *[graduate(number, student_class=f"软件23{number % 40:02d}") for number in range(1, count + 1)],
    )
    client = signed_in(staff("T1"))
    college, major = unit("计算机学院"), unit("软件工程")
    cache.clear()
    with django_assert_num_queries(11):
        client.get(LIST, {"college": college.pk, "major": major.pk})
    url = f"{LIST}{student(1).pk}/"
    with django_assert_num_queries(10):
        client.get(url)


def test_empty_list_says_what_to_do():
    officer, counselor = staff("T1"), staff("T2", Role.COUNSELOR)
    assert reverse("students:import") in signed_in(officer).get(LIST).content.decode().split("<main")[1]
    assert reverse("students:import") not in signed_in(counselor).get(LIST).content.decode()
