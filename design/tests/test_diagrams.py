"""Versions compared and the heat map, as a designer and a stranger open them."""

import pytest
from django.test import Client
from django.urls import reverse

from processes.evolve.models import Draft
from processes.evolve.tests.kit import Story
from processes.tests.kit import KEY

pytestmark = pytest.mark.django_db


def browser(user) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def address(page: str, query: str = "", **kwargs) -> str:
    return reverse(f"design:{page}", kwargs={"key": KEY} | kwargs) + query


def test_versions_and_the_draft_are_compared(story: Story):
    zhou = browser(story.zhou.user)
    zhou.post(address("begin"), {"number": 1})
    for query in ("", "?to=draft", "?from=1&to=1", "?from=draft&to=1"):
        answer = zhou.get(address("difference", query))
        assert answer.status_code == 200, query
        assert answer.content.decode().count("data-diagram-frame") == 2
    answer = zhou.get(address("difference", "?to=draft"))
    assert (answer.context["from"], answer.context["to"]) == ("1", "draft")


def test_draft_that_cannot_be_read_is_said_in_chinese(story: Story):
    zhou = browser(story.zhou.user)
    story.begin()
    Draft.objects.update(text="<svg/>")
    page = zhou.get(address("difference", "?to=draft"), headers={"accept-language": "zh-hans"})
    assert (page.status_code, "开头应为 &lt;definitions&gt;" in page.content.decode()) == (200, True)


def test_what_is_not_there_is_not_compared(story: Story):
    zhou = browser(story.zhou.user)
    for query in ("?to=draft", "?to=99", "?from=x", "?from=-1", "?to=%00"):
        assert zhou.get(address("difference", query)).status_code == 404, query
    assert zhou.get(address("heat", number=99)).status_code == 404
    assert zhou.get(address("heat", "?sort=nonsense", number=1)).status_code == 200


def test_others_find_neither_page(story: Story, flow):
    for page in (address("difference"), address("heat", number=1)):
        assert browser(flow.officer).get(page).status_code == 404
