"""What the tests of notices share."""

from email.message import EmailMessage

from django.utils import timezone

from portal.cases import kinds
from portal.cases.flow import Flow
from portal.cases.models import Case, CaseContact
from portal.notices.models import Notice
from portal.notices.posting import gather_mail, post_mail
from portal.organisation.models import Unit


def deliver() -> int:
    """As the worker does a while later: everything that is to be mailed at all is due. Returns how many e-mails were taken."""
    Notice.objects.filter(mail__isnull=True, mail_at__isnull=False).update(mail_at=timezone.now())
    gather_mail()
    return post_mail()


def part(message: EmailMessage, kind: str) -> str:
    """The text of one part: "plain" or "html"."""
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def everything(message: EmailMessage) -> str:
    """All that the message says, decoded."""
    return "\n".join([str(message["Subject"]), part(message, "plain"), part(message, "html")])


def anonymous_case(flow: type[Flow], state: str, *, email: str = "invanare@example.org", language: str = "sv") -> Case:
    """A submitted case whose author has no account but left an address."""
    now = timezone.now()
    case = flow.model.objects.create(
        kind=kinds.of_model(flow.model).key,
        state=state,
        unit=Unit.objects.get(code="SOS"),
        title="Fler cykelställ",
        reference="SOS 2026-9001",
        opened_at=now,
        due_at=flow.due[state](now),
        awaits=flow.awaits[state].key,
    )
    CaseContact.objects.create(case=case, code_hash="x", email=email, language=language)
    return case
