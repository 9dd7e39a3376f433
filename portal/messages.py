"""Where what the portal says waits until the next page."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class MessageCookie(CookieStorage):
    """A cookie and not the session, so that reading a page writes no row; locked to this host like the others."""

    cookie_name = "messages" if settings.LOCAL else "__Host-messages"


class MessageStorage(FallbackStorage):
    storage_classes = (MessageCookie, SessionStorage)
