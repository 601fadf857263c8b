import datetime

import pytest
from django.utils import timezone

from messaging.actions import notice
from messaging.models import Notice

PAGE = "/notices/"


@pytest.fixture
def send(kind):
    def make(person, name="王晓雨", *, ago=datetime.timedelta(0), url="/notices/?unread=1"):
        made = notice(person, kind, url, name=name)
        made.created_at = timezone.now() - ago
        made.save()
        return made

    return make


@pytest.fixture
def reader(client, graduate):
    client.force_login(graduate)
    return client


def titles(response):
    return [row.title for _day, rows in response.context["days"] for row in rows]


def test_notices_come_by_day_newest_first(reader, graduate, send):
    send(graduate, "old", ago=datetime.timedelta(days=1))
    send(graduate, "new")
    days = reader.get(PAGE).context["days"]
    assert [day for day, _rows in days] == ["今天", "昨天"]
    assert [row.params["name"] for _day, rows in days for row in rows] == ["new", "old"]


def test_only_own_notices_are_shown(reader, stranger, send):
    send(stranger)
    page = reader.get(PAGE)
    assert titles(page) == []
    assert "还没有通知" in page.content.decode()


def test_unread_filter_lives_in_the_address(reader, graduate, send):
    send(graduate, "read")
    Notice.objects.update(read_at=timezone.now())
    send(graduate, "unread")
    assert titles(reader.get(PAGE + "?unread=1")) == ["unread的账号"]
    assert len(titles(reader.get(PAGE))) == 2


def test_click_marks_read_and_goes_on(reader, graduate, send):
    row = send(graduate, url="/account/password/")
    assert reader.get(f"{PAGE}{row.pk}/").headers["Location"] == "/account/password/"
    row.refresh_from_db()
    assert row.read_at


def test_notice_of_somebody_else_is_not_there(reader, stranger, send):
    row = send(stranger)
    assert reader.get(f"{PAGE}{row.pk}/").status_code == 404
    row.refresh_from_db()
    assert row.read_at is None


def test_all_can_be_marked_read_but_not_by_a_link(reader, graduate, send):
    row = send(graduate)
    assert reader.get(PAGE + "read/").status_code == 405
    assert reader.post(PAGE + "read/").headers["Location"] == PAGE
    row.refresh_from_db()
    assert row.read_at


def test_older_notices_are_one_page_on(reader, graduate, send):
    for number in range(51):
        send(graduate, str(number), ago=datetime.timedelta(minutes=number))
    first = reader.get(PAGE)
    assert len(titles(first)) == 50
    assert titles(reader.get(PAGE + first.context["older_url"])) == ["50的账号"]


def test_nonsense_as_page_is_not_found(reader):
    assert reader.get(PAGE + "?after=nonsense").status_code == 404


def test_strangers_sign_in_first(client, db):
    assert client.get(PAGE).headers["Location"] == f"/account/sign-in/?next={PAGE}"


@pytest.mark.parametrize("rows", [3, 300])
def test_page_asks_the_same_few_questions_at_any_size(
    reader, graduate, kind, rows, django_assert_max_num_queries
):
    Notice.objects.bulk_create(notice(graduate, kind, "/me/", name=str(n)) for n in range(rows))
    with django_assert_max_num_queries(7):
        reader.get(PAGE)
