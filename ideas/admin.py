"""Registers that an administrator keeps. A row is never deleted, only no longer offered."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from ideas.models import Area, Technology


class RegisterAdmin(admin.ModelAdmin[Model]):
    """``key`` is what ideas and files refer to, so it is chosen once. Nothing is deleted: the page that asks would name the cases."""

    search_fields = ("name", "name_en", "key")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return ("key",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Technology)
class TechnologyAdmin(RegisterAdmin):
    list_display = ("name", "name_en", "offered")
    list_editable = ("offered",)


@admin.register(Area)
class AreaAdmin(RegisterAdmin):
    list_display = ("name", "name_en", "unit", "position", "offered")
    list_editable = ("unit", "position", "offered")
    list_select_related = ("unit",)
