"""Administration of the pages."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.pages.actions import publish_statement
from portal.pages.models import AccessibilityStatement, ContactPoint


@admin.register(ContactPoint)
class ContactPointAdmin(admin.ModelAdmin[ContactPoint]):
    list_display = ("function", "unit", "reviewed_on", "review_every")
    search_fields = ("function", "area", "name")


@admin.register(AccessibilityStatement)
class AccessibilityStatementAdmin(admin.ModelAdmin[AccessibilityStatement]):
    """A published statement is kept as it was; the next one is a new row."""

    list_display = ("assessed_on", "compliance", "method", "published_at")
    actions = ("publish",)

    def has_change_permission(self, request: HttpRequest, obj: AccessibilityStatement | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.published_at is None)

    def has_delete_permission(self, request: HttpRequest, obj: AccessibilityStatement | None = None) -> bool:
        return super().has_delete_permission(request, obj) and obj is not None and obj.published_at is None

    @admin.action(description=_("Publish the chosen statement"))
    def publish(self, request: HttpRequest, queryset: QuerySet[AccessibilityStatement]) -> None:
        for statement in queryset.filter(published_at=None):
            publish_statement(statement=statement)
