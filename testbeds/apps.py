from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TestbedsConfig(AppConfig):
    name = "testbeds"
    verbose_name = _("Testbeds")

    def ready(self) -> None:
        """Register the kind and the doors to its forms."""
        import testbeds.doors
        import testbeds.flow  # noqa: F401  # importing is registering
