import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import translation

from common.moments import short_moment, spoken_day, spoken_moment, spoken_span, written_moment

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime.datetime(2027, 6, 2, 9, 30, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def june():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize(
    ("day", "chinese", "english"),
    [
        (datetime.date(2027, 6, 2), "今天", "today"),
        (datetime.date(2027, 6, 1), "昨天", "yesterday"),
        (datetime.date(2027, 5, 9), "5月9日", "9 May"),
        (datetime.date(2026, 12, 31), "2026年12月31日", "31 December 2026"),
    ],
)
def test_day_is_said_as_people_say_it(day, chinese, english):
    with translation.override("zh-hans"):
        assert spoken_day(day) == chinese
    with translation.override("en"):
        assert spoken_day(day) == english


def test_moment_is_told_in_the_schools_time_zone():
    with translation.override("zh-hans"):
        assert spoken_moment(datetime.datetime(2027, 6, 1, 16, 5, tzinfo=datetime.UTC)) == "今天 00:05"


@pytest.mark.parametrize(
    ("seconds", "chinese", "english"),
    [
        (5, "1 分钟", "1 minute"),
        (59 * 60 + 59, "59 分钟", "59 minutes"),
        (3600, "1 小时", "1 hour"),
        (86399, "23 小时", "23 hours"),
        (86400, "1 天", "1 day"),
        (3 * 86400 + 7200, "3 天", "3 days"),
    ],
)
def test_span_is_told_in_its_largest_unit(seconds, chinese, english):
    span = datetime.timedelta(seconds=seconds)
    with translation.override("zh-hans"):
        assert spoken_span(span) == chinese
    with translation.override("en"):
        assert spoken_span(span) == english


def test_moment_in_writing_names_the_day_even_today():
    with translation.override("zh-hans"):
        assert written_moment(NOW) == "6月2日 09:30"
    with translation.override("en"):
        assert written_moment(NOW) == "2 June 09:30"


def test_moment_where_there_is_little_room_is_the_same_in_every_language():
    for language in ("zh-hans", "en"):
        with translation.override(language):
            assert short_moment(NOW) == "06-02 09:30"
