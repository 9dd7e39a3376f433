"""Who may sign in."""

from allauth.account.auth_backends import AuthenticationBackend


class ActiveBackend(AuthenticationBackend):
    """Sign-in by e-mail or user name and password; a disabled person is refused and existing sessions stop at once."""
