from django.apps import AppConfig


class FollowupConfig(AppConfig):
    name = "followup"

    def ready(self) -> None:
        """Register the kind."""
        import followup.flow  # noqa: F401  # importing is registering
