"""Floor 0: what every room uses."""

import gc
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

#: Python looks for cycles after every 700 new objects, a batch of decisions makes a hundred thousand: looking
#: took an eighth of its time (docs/benchmarks.md). So it looks less often, at a megabyte or two of memory.
COLLECT_AFTER = (10_000, 20, 20)


class CommonConfig(AppConfig):
    name = "common"
    verbose_name = _("Common")

    def ready(self) -> None:
        gc.set_threshold(*COLLECT_AFTER)
        post_migrate.connect(_first_data_key, sender=self)


def _first_data_key(**_signal: Any) -> None:
    """The key that personal data is encrypted under from the first day."""
    from common import keyring

    keyring.ensure_key()
