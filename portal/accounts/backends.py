"""Who may sign in."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import QuerySet
from django.http import HttpRequest

from portal.accounts.models import User
from portal.wording import worded_once


@worded_once("pk")
def _person(pk: int) -> QuerySet[User]:
    return User.objects.filter(pk=pk)


class ActiveBackend(AuthenticationBackend):
    """Sign-in by e-mail or user name and password; a disabled person is refused and existing sessions stop at once.

    What may be both an address and a name is looked up as both. A password is tried once on each person found, as it is hashed once
    where nobody is: twice would tell who has an account.
    """

    tried: set[int]

    def get_user(self, user_id: Any) -> User | None:
        """As everyone's, for each page of theirs: worded once."""
        return next((person for person in _person(int(user_id)) if self.user_can_authenticate(person)), None)

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Any:
        self.tried = set()
        return super().authenticate(request, **credentials)

    def _check_password(self, user: User | None, password: str) -> Any:
        if user is None or user.pk in self.tried:
            return None
        self.tried.add(user.pk)
        return super()._check_password(user, password)
