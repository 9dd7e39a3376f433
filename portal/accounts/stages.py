"""Steps between the password and being signed in."""

from typing import Any

from allauth.account.stages import EmailVerificationStage
from django.http import HttpResponse

from portal.accounts.rules import vouched_for


class ConfirmAddress(EmailVerificationStage):
    """People from outside confirm their e-mail address before they come in; the Region vouches for its own."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        person: Any = self.login.user
        if person is not None and vouched_for(person):
            return None, True
        answer: tuple[HttpResponse | None, bool] = super().handle()
        return answer
