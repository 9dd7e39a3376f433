"""E-mails that did not arrive, for whoever runs the portal."""

import re

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.notices.models import Mail
from portal.notices.posting import send_again


@admin.register(Mail)
class MailAdmin(admin.ModelAdmin[Mail]):
    """Read only. What a message said is in the case; here stands what the mail server answered.

    Of an author without an account stands the number of their case, never their name or address.
    """

    list_display = ("to", "outcome", "attempts", "made_at", "try_at", "answer")
    fields = ("to", "outcome", "attempts", "made_at", "try_at", "ended_at", "answer")
    list_filter = ("outcome", "made_at")
    list_select_related = ("recipient", "contact__case")
    search_fields = ("recipient__name", "recipient__email", "contact__case__reference")
    ordering = ("-made_at",)
    actions = ("try_again",)

    @admin.display(description=_("person"), ordering="recipient")
    def to(self, mail: Mail) -> str:
        return f"{mail.recipient or capfirst(_('author without an account'))}{_number(mail)}"

    @admin.display(description=_("last answer"))
    def answer(self, mail: Mail) -> str:
        """Mail servers like to say the address again."""
        address = mail.contact.email if mail.contact else ""
        return re.sub(re.escape(address), "…", mail.error, flags=re.IGNORECASE) if address else mail.error

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


def _number(mail: Mail) -> str:
    return f", {mail.contact.case.reference}" if mail.contact else ""
