"""E-mails that did not arrive, for whoever runs the portal."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.notices.actions import send_again
from portal.notices.models import Mail


@admin.register(Mail)
class MailAdmin(admin.ModelAdmin[Mail]):
    """Read only. What a message said is in the case; here stands what the mail server answered."""

    list_display = ("recipient", "contact", "outcome", "attempts", "made_at", "try_at", "error")
    list_filter = ("outcome", "made_at")
    list_select_related = ("recipient", "contact")
    search_fields = ("recipient__name", "recipient__email", "contact__email")
    ordering = ("-made_at",)
    actions = ("try_again",)

    @admin.action(description=_("Send again what was refused or given up"))
    def try_again(self, request: HttpRequest, queryset: QuerySet[Mail]) -> None:
        count = send_again(mails=queryset)
        text = ngettext("%(count)s e-mail waits to be sent again.", "%(count)s e-mails wait to be sent again.", count)
        messages.success(request, text % {"count": count})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Mail | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Mail | None = None) -> bool:
        return False
