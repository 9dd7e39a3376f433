"""Messages in a case."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.cases.actions.diary import enter_in_diary
from portal.cases.actions.history import write_event
from portal.cases.models import Case, Message
from portal.cases.states import INSIDE, Audience, Direction
from portal.cases.who import COAUTHOR, HOLDER, OWNER, Who
from portal.notices.actions import tell
from portal.notices.states import Topic


@transaction.atomic
def send_message(
    *, case: Case, text: str, audience: Audience, person: User | None, from_author: bool = False
) -> Message:
    """Keep a note among those who handle the case, or send a message between them and the author.

    A message to or from the author is an official document and gets its line in the diary (OSL 5:1). ``from_author`` says that the
    author or a co-author writes; ``person`` is None for an author without an account.
    """
    locked = Case.objects.lock(case.pk).as_kind()
    audience = locked.audience_for(audience)
    message = Message.objects.create(case_id=locked.pk, audience=audience, text=text, by=person)
    internal = audience in INSIDE
    verb = "note_written" if internal else "answer_received" if from_author else "message_sent"
    event = write_event(case=locked, person=person, move=verb, data={"message": message.pk}, internal=internal)
    if not internal:
        direction, concerns = (
            (Direction.IN, _("Message from the author")) if from_author else (Direction.OUT, _("Message to the author"))
        )
        enter_in_diary(case=locked, direction=direction, concerns=concerns, person=person)
    tell(case=locked, event=event, whos=_readers(locked, internal or from_author), topic=Topic.MESSAGE, by=person)
    return message


def _readers(case: Case, inside: bool) -> tuple[Who, ...]:
    """The author, or the person who handles the case: where nobody is named, those whose move it is."""
    flow = case.kind_info.flow
    if not inside:
        return OWNER, COAUTHOR
    if case.holder_id is not None:
        return (HOLDER,)
    awaited = flow.awaits.get(case.state)
    return (awaited,) if awaited else ()
