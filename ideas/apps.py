from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IdeasConfig(AppConfig):
    name = "ideas"
    verbose_name = _("Ideas and suggestions")

    def ready(self) -> None:
        """Register the kinds, what takes them in from files, where people find them, and what fills a demo with them."""
        import ideas.flow
        import ideas.importing
        import ideas.indicators  # noqa: F401  # importing is registering
        from portal.demo.registry import Demo, register

        self.show_the_way()
        register(Demo("ideas", 10, "ideas.demo.story.tell", volume="ideas.demo.volume.fill", share=0.6))

    def show_the_way(self) -> None:
        """The menu and the one way in."""
        from portal.pages import doors, navigation
        from portal.pages.doors import Door
        from portal.pages.navigation import Entry
        from portal.pages.states import Audience

        navigation.register(Entry("ideas", _("Ideas"), "ideas:list", 20, navigation.employees))
        navigation.register(Entry("suggestions", _("Suggestions"), "suggestions:public", 30))
        own = Audience.EMPLOYEE, Audience.PUBLIC
        for door in (
            Door(
                "idea",
                own[0],
                _("I have an idea"),
                _("Write it at your own pace, alone or with colleagues."),
                "ideas:begin",
                10,
            ),
            Door(
                "ideas",
                own[0],
                _("I want to see what others think of"),
                _("All ideas, and how far they have come."),
                "ideas:list",
                20,
            ),
            Door(
                "suggestions",
                own[0],
                _("I handle suggestions from residents"),
                _("Those that wait for an answer first."),
                "suggestions:handle",
                30,
            ),
            Door(
                "suggestion",
                own[1],
                _("I have a suggestion"),
                _("No account is needed, and you may be anonymous."),
                "suggestions:leave",
                10,
            ),
            Door(
                "follow",
                own[1],
                _("I want to follow my suggestion"),
                _("With the number and the code on your receipt."),
                "suggestions:follow",
                20,
            ),
            Door(
                "became",
                own[1],
                _("I want to see what became of suggestions"),
                _("Answers that have been published."),
                "suggestions:public",
                30,
            ),
        ):
            doors.register(door)
