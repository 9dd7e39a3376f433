from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TestbedsConfig(AppConfig):
    name = "testbeds"
    verbose_name = _("Testbeds")

    def ready(self) -> None:
        """Register the kind, its figures, the doors to its forms, what a unit hands over, and its story in the demo."""
        import testbeds.doors
        import testbeds.flow
        import testbeds.indicators  # noqa: F401  # importing is registering
        from portal.demo.registry import Demo, register
        from portal.organisation import holdings
        from testbeds.models import Testbed

        holdings.register(Testbed)
        register(Demo("testbeds", 35, "testbeds.demo.tell"))
