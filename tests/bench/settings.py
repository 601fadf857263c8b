"""The project's settings on a database of the benchmark's own, with the stock flow's app beside."""

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS

INSTALLED_APPS = ["viewflow", *INSTALLED_APPS, "tests.bench"]
ALLOWED_HOSTS = ["testserver"]
ROOT_URLCONF = "tests.bench.urls"
WHITENOISE_AUTOREFRESH = False  # as in production
