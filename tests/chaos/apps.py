"""Registers the flow of the test in every process: web, worker and sweeper."""

from pathlib import Path

from django.apps import AppConfig


class ChaosConfig(AppConfig):
    name = "tests.chaos"
    label = "chaos"

    def ready(self) -> None:
        from processes.registry import register
        from tests.chaos.flow import registration

        register(registration(), Path())
