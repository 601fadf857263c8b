"""What `manage.py check` says of the settings."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.env import env_choice
from wechat.checks import wechat_settings


def said() -> list[str]:
    return [message.id for message in wechat_settings()]


def test_complete_settings_and_none_at_all_are_both_right(settings):
    assert said() == []
    settings.WECHAT_APPID = settings.WECHAT_SECRET = ""
    assert said() == []


@pytest.mark.parametrize("name", ["WECHAT_SECRET", "WECHAT_TOKEN", "WECHAT_AES_KEY", "WECHAT_SITE"])
def test_missing_setting_is_named(settings, name):
    setattr(settings, name, "")
    assert said() == ["wechat.E001"]
    assert name in wechat_settings()[0].msg


@pytest.mark.parametrize("key", ["x" * 42, "x" * 44, "!" * 43])
def test_message_key_of_another_length_is_refused(settings, key):
    settings.WECHAT_AES_KEY = key
    assert said() == ["wechat.E002"]


def test_binding_without_proof_is_called_a_risk_in_production(settings):
    settings.PRODUCTION, settings.WECHAT_PROOF = True, "none"
    assert said() == ["wechat.W001"]


def test_proof_that_does_not_exist_stops_the_start(monkeypatch):
    monkeypatch.setenv("WECHAT_PROOF", "face")
    with pytest.raises(ImproperlyConfigured, match="use one of name_id, name, none"):
        env_choice("WECHAT_PROOF", ("name_id", "name", "none"))
