import pytest

from messaging.actions import mark_all_read, mark_read, notice
from messaging.models import Notice
from messaging.queries import notices_of


@pytest.fixture
def send(kind):
    def make(person, url="/me/", **params):
        made = notice(person, kind, url, **({"name": "王晓雨"} | params))
        made.save()
        return made

    return make


def test_notice_is_not_saved_by_making_it(graduate, kind):
    notice(graduate, kind, name="王晓雨")
    assert not Notice.objects.exists()


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_notice_leads_only_to_this_site(graduate, kind, url):
    with pytest.raises(ValueError, match="this site"):
        notice(graduate, kind, url)


def test_first_reading_is_kept(graduate, send):
    row = send(graduate)
    mark_read(row)
    first = row.read_at
    mark_read(row)
    row.refresh_from_db()
    assert row.read_at == first is not None


def test_all_read_leaves_other_people_alone(graduate, stranger, send):
    send(graduate)
    send(graduate)
    send(stranger)
    assert mark_all_read(graduate) == 2
    assert [notices_of(user, unread_only=True).count() for user in (graduate, stranger)] == [0, 1]
