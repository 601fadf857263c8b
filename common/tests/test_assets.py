import itertools
import json
import os

import pytest

from common import assets


@pytest.fixture
def manifest(tmp_path, monkeypatch):
    path = tmp_path / "manifest.json"
    monkeypatch.setattr(assets, "MANIFEST", path)
    seconds = itertools.count(1_000_000_000)
    monkeypatch.setattr(assets.time, "monotonic", lambda: next(seconds))  # a second goes by at every look
    return path


def test_address_carries_the_hash_of_the_manifest(manifest):
    manifest.write_text(json.dumps({"app.css": "app.0123456789ab.css"}))
    assert assets.asset_url("app.css") == "/static/dist/app.0123456789ab.css"


def test_new_build_is_noticed(manifest):
    manifest.write_text(json.dumps({"app.css": "app.old.css"}))
    os.utime(manifest, (1, 1))
    assets.asset_url("app.css")
    manifest.write_text(json.dumps({"app.css": "app.new.css"}))
    os.utime(manifest, (2, 2))
    assert assets.asset_url("app.css") == "/static/dist/app.new.css"


def test_plain_name_stands_in_before_the_first_build(manifest):
    assert assets.asset_url("app.css") == "/static/dist/app.css"
