from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal.pages.states import Audience

TALK = _("Find the right contact for what you have in mind.")
BARRIER = _("Report a barrier, or ask for something in a form that you can use.")


class PagesConfig(AppConfig):
    name = "portal.pages"
    label = "pages"
    verbose_name = _("Pages")

    def ready(self) -> None:
        """Register the kind, the entries in the menu, and what fills a demo with them."""
        import portal.pages.barriers.flow  # noqa: F401  # importing is registering
        from portal.cases import elsewhere
        from portal.demo import registry
        from portal.pages import doors, guides
        from portal.pages.navigation import Entry, register, signed_in

        register(Entry("way_in", _("Hand something in"), "pages:way_in", 10))
        register(Entry("mine", _("My cases"), "cases:mine", 20, signed_in))
        register(Entry("guides", _("Guides"), "pages:guides", 80))
        register(Entry("contacts", _("Contact"), "pages:contacts", 90))
        for audience in Audience:
            doors.register(doors.Door("talk", audience, _("I want to talk to someone"), TALK, "pages:contacts", 90))
        doors.register(
            doors.Door("barrier", Audience.PUBLIC, _("I cannot use the portal"), BARRIER, "pages:barrier", 95)
        )
        elsewhere.register("guides", _("Guides"), guides.find)
        registry.register(registry.Demo("pages", 50, "portal.pages.demo.tell"))
