from django.apps import AppConfig


class PaperConfig(AppConfig):
    name = "portal.paper"
    label = "paper"
