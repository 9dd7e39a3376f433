"""Versions of an announced call: what may change from one to the next, what differs between two, and what became of answers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fund.models import PHASES, Application, Call, Criterion, Edition, Question
from fund.models.application import PREFIX
from fund.models.call import is_promise
from fund.states import Purpose
from fund.words import moment, sek
from portal.cases.models.written import in_words
from portal.cases.verdicts import Reason, Verdict

TIMES = ("opens_at", "closes_at")
MONEY = ("budget", "largest_grant")
RAISED = (*MONEY, "most_pages", "approve_days")
"""What was promised and can only become more."""
UNSAID: dict[str, Any] = {"takes": list(Purpose.values), **dict.fromkeys(PHASES)}
"""What an edition meant that was made before calls said it."""
WORDS: dict[Any, tuple[Any, Any, Any]] = {
    Question: (
        gettext_lazy("Question taken away"),
        gettext_lazy("New question"),
        gettext_lazy("Other order of the questions"),
    ),
    Criterion: (
        gettext_lazy("Criterion taken away"),
        gettext_lazy("New criterion"),
        gettext_lazy("Other order of the criteria"),
    ),
}


# ── What may change ──────────────────────────────────────────────────────────────────────────────────────────────────


def keeps_its_word(call: Call, values: Mapping[str, Any]) -> Verdict:
    """Nobody has planned in vain: nothing that was announced becomes less. ``values`` are the new ones, by the names of the fields."""
    return Verdict(tuple(_broken(call, values)))


def _broken(call: Call, values: Mapping[str, Any]) -> Iterator[Reason]:
    if call.closes_at and (closes := values.get("closes_at")) and closes < call.closes_at:
        told = {"when": moment(call.closes_at)}
        yield Reason(
            _("The call was announced to close %(when)s. It can close later, never earlier.") % told, "closes_at"
        )
    opened = call.opens_at is not None and call.opens_at <= timezone.now()
    if opened and values.get("opens_at", call.opens_at) != call.opens_at:
        yield Reason(_("The call has opened, so the time when it opened stays."), "opens_at")
    for name in RAISED:
        if (values.get(name, getattr(call, name)) or 0) < (getattr(call, name) or 0):
            told = {"field": label_of(Call, name), "before": said(name, getattr(call, name))}
            yield Reason(_("“%(field)s” was announced as %(before)s. It can be raised, never lowered.") % told, name)
    if {*call.takes} - {*values.get("takes", call.takes)}:
        told = {"field": label_of(Call, "takes"), "before": said("takes", call.takes)}
        yield Reason(
            _("“%(field)s” was announced as %(before)s. More can be added, and nothing taken away.") % told, "takes"
        )


def kinds_stay(call: Call, questions: Sequence[Mapping[str, Any]]) -> Verdict:
    """A question that has been announced keeps its kind: the answers that have been written are of that kind (one query)."""
    before = dict(call.questions.values_list("key", "kind"))
    changed = [row["label"] for row in questions if before.get(row["key"], row["kind"]) != row["kind"]]
    told = _("“%(question)s” keeps its kind of answer. Take the question away and add a new one instead.")
    return Verdict(tuple(Reason(told % {"question": label}) for label in changed))


# ── What differs ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it was, in words; ``before`` and ``after`` are empty where there was, or is, nothing."""

    what: str
    before: str = ""
    after: str = ""

    @property
    def is_long(self) -> bool:
        return len(self.before) + len(self.after) > 200


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What differs between the contents of two editions."""
    before, after = {**UNSAID, **before}, {**UNSAID, **after}
    return [
        *(
            Difference(label_of(Call, name), said(name, before[name]), said(name, after[name]))
            for name in before
            if name not in ("questions", "criteria") and before[name] != after.get(name)
        ),
        *_of_rows(Question, "label", _meant(before["questions"]), _meant(after["questions"])),
        *_of_rows(Criterion, "name", before["criteria"], after["criteria"]),
    ]


def _meant(questions: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """With what an edition meant that was made before calls said which question is the promise."""
    return [{**row, "promise": is_promise(row)} for row in questions]


def _of_rows(
    model: type[Question | Criterion], title: str, before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]
) -> Iterator[Difference]:
    gone, added, ordered = WORDS[model]
    old, new = {row["key"]: row for row in before}, {row["key"]: row for row in after}
    yield from (Difference(str(gone), before=row[title]) for key, row in old.items() if key not in new)
    for key, row in new.items():
        if key in old:
            yield from _of_row(model, row[title], old[key], row)
        else:
            yield Difference(str(added), after=row[title])
    if [key for key in old if key in new] != [key for key in new if key in old]:
        yield Difference(str(ordered))


def _of_row(
    model: type[Question | Criterion], title: str, before: dict[str, Any], after: dict[str, Any]
) -> Iterator[Difference]:
    for name in after:
        if before.get(name) != after[name]:
            what = f"{title}: {label_of(model, name).lower()}"
            yield Difference(what, in_words(model(**before), name), in_words(model(**after), name))


def label_of(model: type[Call | Question | Criterion], name: str) -> str:
    return capfirst(str(model._meta.get_field(name).verbose_name))  # type: ignore[union-attr]  # a column, not a relation


def said(name: str, value: Any) -> str:
    """A value of an edition as a reader says it: moments in local time, amounts in SEK."""
    if value in (None, ""):
        return ""
    if name in TIMES:
        return moment(datetime.fromisoformat(value) if isinstance(value, str) else value)
    if name in PHASES:
        return date_format(date.fromisoformat(value) if isinstance(value, str) else value, "j F Y")
    return sek(value) if name in MONEY else in_words(Call(**{name: value}), name)


def as_it_said(content: Mapping[str, Any]) -> dict[str, Any]:
    """An edition as a reader has it: what it said of itself, its questions under their headings, and its criteria. No query."""
    sections: dict[str, list[Question]] = {}
    for row in content["questions"]:
        sections.setdefault(row["section"], []).append(Question(**row))
    names = [name for name in content if name not in ("title", "questions", "criteria")]
    facts = [{"label": label_of(Call, name), "value": said(name, content[name])} for name in names]
    return {
        "facts": [fact for fact in facts if fact["value"]],
        "sections": list(sections.items()),
        "criteria": [Criterion(**row) for row in content["criteria"]],
    }


# ── Answers to questions that are gone ───────────────────────────────────────────────────────────────────────────────


def left_over(application: Application) -> list[tuple[str, str]]:
    """Questions that the call no longer asks and what the application answered: nothing is lost. One query, two where there are any."""
    asked = {question.key for question in application.questions}
    left = {
        key for key, answer in application.written_answers.items() if answer not in (None, "", []) and key not in asked
    }
    editions = Edition.objects.filter(call=application.call_id).order_by("number") if left else ()
    labels = {row["key"]: row["label"] for edition in editions for row in edition.content["questions"]}
    return [(labels.get(key, key), application.text_of(f"{PREFIX}{key}")) for key in sorted(left)]
