from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PagesConfig(AppConfig):
    name = "portal.pages"
    label = "pages"

    def ready(self) -> None:
        import portal.pages.barriers.flow  # noqa: F401  # importing is registering
        from portal.pages.navigation import Entry, register

        register(Entry("way_in", _("Hand something in"), "pages:way_in", 10))
        register(Entry("guides", _("Guides"), "pages:guides", 80))
        register(Entry("contacts", _("Contact"), "pages:contacts", 90))
