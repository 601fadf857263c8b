"""The settings under test: the project's own, away from `.env` and from `var/`."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ["ENV_FILE"] = os.devnull
os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="qicheng-test-")
atexit.register(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)

from common.catalogues import compile_all  # noqa: E402
from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, VAR_DIR  # noqa: E402
from scripts.wechat_server.server import AES_KEY, APPID, SECRET, TOKEN  # noqa: E402

compile_all()

# A file, not memory: threads then meet the locks they meet in earnest.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": Path(VAR_DIR) / "test.sqlite3"}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # Argon2 is slow on purpose
WHITENOISE_AUTOREFRESH = True  # each of thousands of test clients would list all static files
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True

# A service account whose WeChat does not answer; tests that talk to one start it (fixture `wechat_server`).
WECHAT_APPID, WECHAT_SECRET = APPID, SECRET
WECHAT_TOKEN, WECHAT_AES_KEY = TOKEN, AES_KEY
WECHAT_SITE = "http://testserver"
WECHAT_API_URL = WECHAT_OAUTH_URL = "http://127.0.0.1:9"

PRIVACY_NOTICE = False  # the first page of a test is the page it asks for; the notice has tests of its own
