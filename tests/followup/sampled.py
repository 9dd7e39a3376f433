"""Puts the sample indicators in the place of those that the apps register."""

from django.apps import AppConfig


class Sampled(AppConfig):
    name = "tests.followup"
    label = "sampled"

    def ready(self) -> None:
        from portal.indicators import registry
        from tests.followup.samples import EXAMPLES, INDICATORS

        registry._indicators = {indicator.key: indicator for indicator in INDICATORS}
        registry._examples = {EXAMPLES.key: EXAMPLES}
