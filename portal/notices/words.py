"""Notices in plain words, the same on the page and in the e-mail. The active language decides."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from portal.accounts.models import User
from portal.accounts.rules import has_own_address
from portal.cases import kinds
from portal.cases.models import Case
from portal.cases.states import Confidentiality
from portal.cases.words import step_inside, what_happened
from portal.notices.models import Notice
from portal.notices.states import BLIND, Topic

AUTHORS = frozenset({"owner", "author"})

_ADVICE: dict[str, str | Promise] = {
    Topic.UNREACHED: gettext_lazy("Check the address, or reach the author in another way."),
    Topic.ESCALATION: gettext_lazy("See to it that the case gets its next step, or talk to the person who handles it."),
    Topic.AT_RISK: gettext_lazy(
        "Call a rights reviewer and ask for a decision in time, by the diary number. You cannot open the case yourself."
    ),
    Topic.UNMANNED: gettext_lazy(
        "Nobody is left who can decide in the case. See to it that another rights reviewer is "
        "appointed. You cannot open the case yourself."
    ),
    Topic.DRAFT: gettext_lazy("Finish it and submit it, or discard it if you no longer need it."),
    Topic.MESSAGE: gettext_lazy("Open the case to read the message and answer it."),
    Topic.NAMED: gettext_lazy("Open the case to see what you are asked to do."),
    Topic.CONFIRM: gettext_lazy("Read what stands about you, and confirm it or tell the author what is wrong."),
}


@dataclass(frozen=True)
class News:
    """What has happened in one case, for one recipient, as an e-mail says it. Of a sealed case nothing is given away but its number.

    ``subject`` is empty when several things have happened, ``due`` when no date concerns the recipient, ``url`` when the recipient may
    not open the case.
    """

    name: str
    reference: str
    url: str
    subject: str
    happened: tuple[str, ...]
    now: str
    todo: str
    due: str


def short(notice: Notice, *, sealed: bool = False) -> str:
    """What happened, in a few words: "Accepted", "New message", "To be done by Friday 3 May 2026"."""
    if notice.topic == Topic.REMINDER and notice.due_at:
        return _("To be done by %(day)s") % {"day": day(notice.due_at)}
    if notice.topic == Topic.ESCALATION and notice.due_at:
        return _("Should have been done by %(day)s") % {"day": day(notice.due_at)}
    if notice.topic == Topic.AT_RISK and notice.due_at:
        return _("A right is lost unless it is decided on by %(day)s") % {"day": day(notice.due_at)}
    if notice.topic == Topic.UNMANNED and notice.due_at:
        return _("Another rights reviewer must be appointed, by %(day)s") % {"day": day(notice.due_at)}
    if notice.topic == Topic.MOVED and notice.event and not sealed:
        return what_happened(notice.case.kind_info, notice.event)
    return str(notice.get_topic_display())


def name_of(case: Case, *, sealed: bool = False) -> str:
    """The case as people know it: title and number, or the number alone."""
    if sealed:
        return case.reference or _("Draft")
    return f"{case} ({case.reference})" if case.reference else str(case)


def is_sealed(case: Case) -> bool:
    """Must an e-mail keep silent about everything but the number? It travels, and rests, outside the Region's control."""
    return case.confidentiality == Confidentiality.RESTRICTED or bool(case.provision)


def is_stale(notice: Notice) -> bool:
    """Does the notice speak of a date or a draft that is no longer so?"""
    if notice.topic in {Topic.REMINDER, Topic.ESCALATION} | BLIND:
        return notice.case.closed_at is not None or not _holds_still(notice)
    return notice.topic == Topic.DRAFT and not notice.case.is_draft


def _holds_still(notice: Notice) -> bool:
    """Is the date that it speaks of still one of the case's? Where the case is due another day, one query if a law sets a last one and
    one for each other sort of date of its kind."""
    case, flow = notice.case, notice.case.kind_info.flow
    if notice.due_at is None or notice.due_at == case.due_at:
        return True
    statute = flow.statute
    if statute and case.state in statute.states and notice.due_at == getattr(case.as_kind(), statute.column):
        return True
    day = timezone.localdate(notice.due_at)
    return any(rows.filter(of_case=case.pk, day=day).exists() for rows in flow.dates())


def news_for(notices: Iterable[Notice], person: User | None) -> list[News]:
    """One News per case, in the order of the notices. ``person`` is None for an author without an account.

    What the person may not see is left out, unless it is ``BLIND``, and every case is sealed to an address that nobody has confirmed.
    The notices come with ``case`` and ``event``. Two queries, one for the person's standing and at most one for the address; none
    without a person.
    """
    notices = list(notices)
    ids = {notice.case_id for notice in notices}
    cases = Case.objects.filter(pk__in=ids)
    seen = set(cases.visible_to(person).values_list("pk", flat=True)) if person else ids
    yours = set(cases.awaiting(person).values_list("pk", flat=True)) if person else None
    sealed = person is not None and not has_own_address(person)
    told = [notice for notice in notices if notice.case_id in seen or notice.topic in BLIND]
    ordered = sorted(told, key=lambda notice: notice.case_id)
    groups = [list(group) for _key, group in groupby(ordered, key=lambda notice: notice.case_id)]
    return [_news(group, yours, seen, sealed=sealed) for group in groups]


def _news(notices: Sequence[Notice], yours: set[int] | None, seen: set[int], *, sealed: bool) -> News:
    case = notices[0].case
    sealed = sealed or is_sealed(case) or case.pk not in seen
    is_yours = case.awaits in AUTHORS if yours is None else case.pk in yours
    happened = tuple(dict.fromkeys(_sentence(notice, sealed=sealed) for notice in notices))
    dates = [notice.due_at for notice in notices if notice.due_at] or (
        [case.due_at] if is_yours and case.due_at else []
    )
    return News(
        name=name_of(case, sealed=sealed),
        reference=case.reference or _("the draft"),
        url="" if case.pk not in seen else address_of(notices) if yours is not None else _url_outside(case),
        subject=short(notices[0], sealed=sealed) if len(notices) == 1 else "",
        happened=happened,
        now="" if sealed or case.is_draft else _where_it_stands(case),
        todo=_todo(notices, is_yours=is_yours, step=step_inside(case) if is_yours and not sealed else ""),
        due=day(min(dates)) if dates else "",
    )


def _sentence(notice: Notice, *, sealed: bool) -> str:
    what = short(notice, sealed=sealed)
    if notice.due_at:
        return f"{what}."
    note = notice.event.note if notice.event and not notice.event.internal and not sealed else ""
    sentence = _("%(what)s, %(day)s.") % {"what": what, "day": day(notice.created_at)}
    return " ".join(filter(None, (sentence, note, "" if sealed else _besides(notice))))


def _besides(notice: Notice) -> str:
    """What else the kind lets an e-mail say of a move, with its name. One query where it does."""
    column = notice.case.kind_info.tells.get(notice.event.move) if notice.event else None
    if column is None:
        return ""
    case = notice.case.as_kind()
    text = getattr(case, column)
    name = case._meta.get_field(column).verbose_name  # type: ignore[union-attr]  # a column of its own
    return f"{capfirst(str(name))}: {text}" if text else ""


def _where_it_stands(case: Case) -> str:
    state = case.get_state_display()
    if case.closed_at:
        return _("The case is now: %(state)s. It is closed.") % {"state": state}
    return _("The case is now: %(state)s. The next step is with: %(who)s.") % {"state": state, "who": awaited(case)}


def _todo(notices: Sequence[Notice], *, is_yours: bool, step: str) -> str:
    topics = {notice.topic for notice in notices}
    if step:
        return _("The next step is yours: %(step)s. Open the case to take it.") % {"step": step}
    if is_yours:
        return _("The next step is yours. Open the case to take it.")
    advice = next(
        (text for topic, text in _ADVICE.items() if topic in topics), _("You do not need to do anything now.")
    )
    return str(advice)


def address_of(notices: Sequence[Notice]) -> str:
    """Where notices of one case lead somebody with an account: to what they are asked to do, otherwise to the case."""
    case = notices[0].case
    confirm = case.kind_info.confirm_url
    if confirm and any(notice.topic == Topic.CONFIRM for notice in notices):
        return reverse(confirm, args=[case.pk])
    return case.get_absolute_url()


def _url_outside(case: Case) -> str:
    follow = case.kind_info.follow_url
    return reverse(follow) if follow else "/"


def awaited(case: Case) -> str:
    """Whose the next step is, in words."""
    label = next((who.label for who in kinds.whos_awaited() if who.key == case.awaits), "")
    return str(label)


def day(moment: datetime) -> str:
    """The day in Stockholm, with its weekday: "Friday 3 May 2026"."""
    return formats.date_format(timezone.localtime(moment), pgettext("format of a day", "l j F Y"))
