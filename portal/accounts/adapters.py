"""Where allauth asks the portal: who may sign up, and how a person from single sign-on is made."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Anyone outside the Region may sign up; that gives no rights beyond their own cases."""


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """People from the Region's own sign-in are keyed on issuer and subject, never on e-mail."""
