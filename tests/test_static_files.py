"""Built files are kept by browsers for ever, because their names change with their content."""

import pytest
from django.test import Client

from common.assets import MANIFEST, asset_url


@pytest.mark.skipif(not MANIFEST.exists(), reason="the front end is not built; make check builds it")
def test_built_files_never_expire(client: Client) -> None:
    answer = client.get(asset_url("app.css"))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
