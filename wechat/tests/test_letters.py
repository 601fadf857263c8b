"""Messages to people's WeChat: sent once, tried again, given up."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from wechat.actions import letters, send_due, write
from wechat.models import Letter, LetterState
from wechat.tests.kit import hand

pytestmark = pytest.mark.django_db
TEXT_PATH = "/cgi-bin/message/custom/send"


def follower(wechat):
    one = hand(wechat)
    one.phone.follows = True
    one.phone.allow((5, 600), wechat.account.clock())
    return one


def test_message_is_sent_once_and_the_openid_forgotten(wechat):
    one = follower(wechat)
    write(one.openid, "你好")
    assert [send_due(), send_due()] == [1, 0]
    letter = Letter.objects.get()
    assert (one.phone.messages, letter.state, letter.openid) == (["你好"], LetterState.SENT, "")


@pytest.mark.parametrize("follows", [True, False])
def test_person_who_cannot_be_reached_is_not_tried_again(wechat, follows):
    one = hand(wechat)
    one.phone.follows = follows
    write(one.openid, "你好")
    assert [send_due(), send_due()] == [0, 0]
    letter = Letter.objects.get()
    assert (letter.state, letter.openid, letter.code) == (
        LetterState.UNREACHABLE,
        "",
        45015 if follows else 43004,
    )


def test_no_answer_is_tried_again_later_and_given_up_at_last(wechat):
    one = follower(wechat)
    write(one.openid, "你好")
    wechat.account.failures[TEXT_PATH] = [-1] * 20
    assert [send_due(), send_due()] == [0, 0]
    assert wechat.account.calls[TEXT_PATH] == 1
    for _try in range(letters.MOST_TRIES + 2):
        Letter.objects.filter(state="waiting").update(next_at=timezone.now())
        send_due()
    letter = Letter.objects.get()
    assert (letter.state, letter.tries, letter.code) == (LetterState.FAILED, letters.MOST_TRIES, -1)


def test_quota_is_waited_for(wechat):
    one = follower(wechat)
    write(one.openid, "你好")
    wechat.account.failures[TEXT_PATH] = [45009]
    send_due()
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert send_due() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=3, minutes=1), tick=True):
        one.phone.allow((5, 600), wechat.account.clock())
        assert send_due() == 1


def test_message_that_another_process_took_is_left_to_it(wechat):
    one = follower(wechat)
    letter = write(one.openid, "你好")
    now = timezone.now()
    assert letters._claimed(letter, now) is True
    assert letters._claimed(letter, now) is False


def test_template_is_used_where_the_school_has_one_and_cut_to_20_characters(wechat, settings):
    settings.WECHAT_NOTICE_TEMPLATE = "template-1"
    one = hand(wechat)
    one.phone.follows = True
    write(one.openid, "字" * 30)
    assert send_due() == 1
    assert one.phone.messages == ["字" * 20]
