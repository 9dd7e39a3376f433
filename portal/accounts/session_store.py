"""Where sessions are kept: in the database, as Django does, with the question that every page asks worded once."""

from datetime import datetime

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from portal.wording import worded_once


@worded_once("key", "now")
def _living(key: str, now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)


class SessionStore(db.SessionStore):
    """Named by ``SESSION_ENGINE``."""

    def _get_session_from_db(self) -> Session | None:
        if found := _living(self.session_key or "", timezone.now()):
            return found[0]
        self._session_key = None
        return None
