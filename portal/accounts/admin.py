"""Administration of people."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm
from django.db import transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts.actions import confirm_address, end_sessions, remove_second_factor, tell_password_set
from portal.accounts.models import User


class AddPersonForm(AdminUserCreationForm[User]):
    class Meta:
        model = User
        fields = ("username", "name", "email", "is_employee", "unit")


class SetPasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]  # generic in the stubs alone
    @transaction.atomic
    def save(self, commit: bool = True) -> User:
        person: User = super().save(commit)
        tell_password_set(person=person)
        return person


@admin.register(User)
class PersonAdmin(UserAdmin[User]):
    """People are never deleted: their names stand in the history. A disabled person is signed out everywhere.

    What a person may do follows from their offices, so there are no groups and no permissions to hand out here.
    """

    add_form = AddPersonForm
    change_password_form = SetPasswordForm
    list_display = ("username", "name", "email", "is_employee", "unit", "is_active")
    list_filter = ("is_employee", "is_active", "is_superuser")
    list_select_related = ("unit",)
    search_fields = ("username", "name", "email")
    ordering = ("username",)
    filter_horizontal = ()
    autocomplete_fields = ("unit",)
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("name", "email", "unit", "language", "delivery")}),
        (_("Rights"), {"fields": ("is_active", "is_employee", "is_staff", "is_superuser")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": (
                    "username",
                    "name",
                    "email",
                    "is_employee",
                    "unit",
                    "usable_password",
                    "password1",
                    "password2",
                ),
            },
        ),
    )

    actions = ("remove_second_factor",)

    @admin.action(
        permissions=["change"], description=_("Remove two-step sign-in, for someone who has lost telephone and key")
    )
    def remove_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for person in queryset:
            remove_second_factor(person=person)
        messages.success(request, _("Done. They are signed out everywhere, and have been sent a letter."))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Only a superuser makes others into administrators."""
        kept = cast("tuple[str, ...]", super().get_readonly_fields(request, obj))
        return kept if request.user.is_superuser else (*kept, "is_staff", "is_superuser")

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm[User], change: bool) -> None:
        super().save_model(request, obj, form, change)
        changed: list[Any] = form.changed_data
        if not change or "email" in changed:
            confirm_address(person=obj)
        if change and not obj.is_active:
            end_sessions(person=obj)
