"""Guards that every kind can use."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal.cases.models import Case, Considerations
from portal.cases.states import Answer
from portal.cases.verdicts import YES, Reason, Verdict, no
from portal.cases.who import AUTHOR, OWNER, holder
from portal.organisation.states import Role

REGISTRAR = holder(Role.REGISTRAR)
"""The registrar at the case's authority: keeps the diary, marks secrecy and hands out documents."""


def in_writing(case: Case) -> Verdict:
    """The author's text may be changed: the case is a draft, or waits for its author to complete it."""
    flow = case.kind_info.flow
    if case.state == flow.start or flow.awaits.get(case.state) in (AUTHOR, OWNER):
        return YES
    return no(_("The case has been handed in, so its text can no longer be changed. Write a message instead."))


def complete(case: Case) -> Verdict:
    """Every field that the kind asks for has something in it; the reasons link to what is empty."""
    empty = [name for name in type(case).asks if getattr(case, name) in (None, "", [])]
    label = {name: capfirst(str(case._meta.get_field(name).verbose_name)) for name in empty}  # type: ignore[union-attr]
    return Verdict(tuple(Reason(_("“%(field)s” is missing.") % {"field": label[name]}, name) for name in empty))


def considered(case: Case) -> Verdict:
    """Sustainability, accessibility, ethics and integrity are considered (§6.2; one query)."""
    found = Considerations.objects.filter(case_id=case.pk).first()
    if found is None:
        return no(_("The considerations have not been answered."), field="considerations")
    return Verdict.all_of(_topic(found, topic) for topic in Considerations.TOPICS)


def _topic(found: Considerations, topic: str) -> Verdict:
    label = capfirst(str(Considerations._meta.get_field(topic).verbose_name))  # type: ignore[union-attr]
    answer = getattr(found, topic)
    if answer in (Answer.UNANSWERED, Answer.MORE_NEEDED):
        return no(_("“%(topic)s” must be considered and answered.") % {"topic": label}, field="considerations")
    if not getattr(found, f"{topic}_text"):
        return no(_("“%(topic)s” needs a sentence that says how.") % {"topic": label}, field="considerations")
    return YES
