"""What ideas and suggestions add to the page of a case. Each panel costs at most four queries."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from django.db.models import Exists, Model, OuterRef, QuerySet, prefetch_related_objects
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ideas.curve import adoption_figure
from ideas.models import (
    Adoption,
    Assessment,
    Benefit,
    Candidate,
    Challenge,
    Idea,
    ScanningTie,
    Suggestion,
    Trial,
)
from ideas.queries.challenging import MOST_ANSWERS, answers_for
from ideas.queries.ideas import DECISIONS, beside, comments_for, compared_units, joined_here, lead_of
from ideas.queries.spreading import answering_for
from ideas.queries.suggestions import BECAME
from ideas.rules import (
    ENOUGH_ASSESSORS,
    being_placed,
    check_correctable,
    check_opens,
    comparable,
    correctable,
    criteria,
    publishable,
    takes_answers,
    valued,
)
from ideas.states import IN_USE, Became, IdeaState, Points, Value
from ideas.words import state_in_words
from portal.accounts.models import User
from portal.cases.models import Case
from portal.cases.queries.history import latest_events
from portal.cases.settling import wrote
from portal.cases.states import Confidentiality, Perspective
from portal.cases.words import next_step, pairs
from portal.organisation.rules import leads
from portal.wording import worded_once

Pair = dict[str, Any]
MOST_COMMENTS, MOST_NOTES = 200, 50
WIDE = 2
"""Points between two scorecards from which the difference is pointed out."""


def idea_panel(idea: Idea, person: User) -> dict[str, Any]:
    """What the idea says, in parts; what is empty and was not asked for is left out."""
    asked = [name for perspective in map(Perspective, idea.perspectives) for name in Idea.asks_for[perspective]]
    parts = {
        _("The idea"): pairs(idea, ("need", "solution", "type", "origin")),
        _("For whom"): pairs(idea, ("beneficiaries", "short_effect", "long_effect")),
        _("What gets better"): pairs(idea, ("perspectives", *asked)),
        _("More"): [*pairs(idea, ("goal",)), *_technologies(idea, person), *_in_use(idea)],
    }
    kept = {
        title: items if title != _("More") else [item for item in items if item["value"]]
        for title, items in parts.items()
    }
    return {
        "parts": [{"title": title, "items": items} for title, items in kept.items() if items],
        "joined": joined_here(idea),
        "suggestions": len(
            {tie.source_id for tie in idea.ties if tie.relation in BECAME and tie.source.kind == "suggestion"}
        ),
    }


def joined_panel(idea: Idea, person: User) -> dict[str, Any]:
    """How the idea gets on that this one goes on together with: to who sees that one, where it is and whose step it is. Two queries."""
    lead = lead_of(idea) if idea.state == IdeaState.JOINED else None
    if lead is None:
        return {}
    joined = next(iter(latest_events(idea, moves=("join",))), None)
    return {
        "lead": lead if Idea.objects.visible_to(person).filter(pk=lead.pk).exists() else None,
        "sentence": state_in_words(lead.state, lead.confidentiality),
        "next_step": next_step(lead),
        "ended": lead.state == IdeaState.WITHDRAWN and lead.confidentiality != Confidentiality.RESTRICTED,
        "why": joined.note if joined else "",
        "thanks": wrote(person, idea),
    }


def _technologies(idea: Idea, person: User) -> Iterator[Pair]:
    names = getattr(beside(idea, person), "technologies_named", []) if idea.technologies else []
    yield {"label": _("Technologies"), "value": ", ".join(filter(None, [*names, idea.other_technology]))}


def _in_use(idea: Idea) -> Iterator[Pair]:
    if idea.introduced_at:
        yield {"label": _("Introduced"), "value": date_format(localtime(idea.introduced_at), "j F Y")}
        yield from pairs(idea, ("introduced_where",))
    if idea.lesson:
        yield from pairs(idea, ("lesson",))


def decision_panel(idea: Idea, person: User) -> dict[str, Any]:
    """The latest decision (FL 2017:900 31–32 §§). Its authors are thanked, whatever it says (B2-3)."""
    decision = next(iter(latest_events(idea, moves=DECISIONS)), None)
    if decision is None:
        return {}
    return {
        "what": idea.kind_info.flow.moves[decision.move].past,
        "reason": decision.note,
        "by": decision.data.get("decided_by") or decision.person or "",
        "right": decision.data.get("delegation", ""),
        "at": decision.at,
        "thanks": _thanks(idea) if wrote(person, idea) else "",
    }


def _thanks(idea: Idea) -> str:
    match idea.state:
        case IdeaState.JOINED:
            return ""
        case IdeaState.DECLINED | IdeaState.CONCLUDED:
            return _(
                "Thank you for your idea. It was not taken further this time; here is why. We hope that you write again."
            )
        case IdeaState.CLOSED:
            return _(
                "Thank you for your idea. It ended with a lesson, and that is a good outcome: others need not find it out again."
            )
        case IdeaState.INTRODUCED | IdeaState.LASTING:
            return _("Thank you for your idea. It is in use.")
        case IdeaState.ENDED:
            return _("Thank you for your idea. It was in use for a time, and what we learned from it stays.")
    return _("Thank you for your idea. This is what has been decided so far.")


def hosts_panel(idea: Idea, person: User) -> dict[str, Any]:
    """The units that were compared and what they answered, round by round, the latest first. One query where there are any."""
    if idea.accepted_at is None or not getattr(beside(idea, person), "compared", False):
        return {}
    return {
        "rounds": [
            [{"candidate": one, "aspects": list(_aspects(one))} for one in candidates]
            for _placement, candidates in groupby(compared_units(idea), lambda one: one.placement_id)
        ]
    }


def _aspects(candidate: Candidate) -> Iterator[dict[str, Any]]:
    for name in Candidate.ASPECTS:
        yield {
            "label": label_of_column(candidate, name),
            "points": Points(getattr(candidate, name)).label,
            "sentence": getattr(candidate, f"{name}_why"),
        }


def compare_panel(idea: Idea, person: User) -> dict[str, Any]:
    """For those who look for a host: the way to the comparison, and what of it can still be changed. No query of its own."""
    if not being_placed(idea):
        return {}
    here = (one for one in compared_units(idea) if one.placement.ended_at is None)
    return {"open": True, "candidates": [one for one in here if comparable(one)]}


def label_of_column(row: Model, name: str) -> str:
    """What a column is called, at the beginning of a line."""
    return capfirst(str(getattr(row._meta.get_field(name), "verbose_name", name)))


def trials_panel(idea: Idea, person: User) -> dict[str, Any]:
    """Each trial with its plan and its result beside the promise, the latest first (one query)."""
    trials = _trials(idea.pk) if idea.opened_at else []
    several = len(trials) > 1
    return {
        "trials": [
            {
                "title": _("Trial %(number)s") % {"number": len(trials) - place} if several else _("Trial"),
                "items": list(_plan(one)),
                "promise": list(_promise(one)),
                "result": one.result,
            }
            for place, one in enumerate(trials)
        ]
    }


@worded_once("idea")
def _trials(idea: int) -> QuerySet[Trial]:
    return Trial.objects.filter(idea=idea).order_by("-begun_at")


def _plan(trial: Trial) -> Iterator[Pair]:
    yield {"label": _("Question"), "value": trial.question}
    yield {"label": _("What is measured"), "value": trial.measure}
    yield {"label": _("When to stop early"), "value": trial.stop_rule}
    yield {"label": _("Last day"), "value": date_format(trial.ends_on, "j F Y")}
    yield {
        "label": _("Estimated cost"),
        "value": _("%(sum)s SEK") % {"sum": number_format(trial.cost, force_grouping=True)},
    }


def _promise(trial: Trial) -> Iterator[Pair]:
    """Before, what was promised, and what came of it."""
    yield {"label": _("Before"), "value": trial.baseline}
    yield {"label": _("Target"), "value": trial.target}
    if trial.outcome:
        value = f"{trial.measured}\n{trial.get_outcome_display()}" if trial.measured else trial.get_outcome_display()
        yield {"label": _("Outcome"), "value": value}


def benefits_panel(idea: Idea, person: User) -> dict[str, Any]:
    """Kind by kind: expected, and seen in use. No query of its own before they are described, one after."""
    described = idea.opened_at is not None and getattr(beside(idea, person), "described", False)
    texts = {row.kind: row for row in idea.benefits.all()} if described else {}
    return {
        "introduced": idea.introduced_at is not None,
        "open": bool(valued(idea)),
        "rows": [
            {
                "kind": kind.label,
                "expected": _value(kind in idea.values, texts.get(kind), "expected"),
                "actual": _value(kind in idea.actual_values, texts.get(kind), "actual"),
            }
            for kind in Value
            if kind in idea.values or kind in idea.actual_values
        ],
    }


def _value(has: bool, told: Benefit | None, column: str) -> str:
    """In words, with the sum a year under them if there is one."""
    lines = [getattr(told, column), told.in_sek(column)] if told else []
    return "\n".join(filter(None, lines)) or (_("Yes") if has else "")


def scorecards_panel(idea: Idea, person: User) -> dict[str, Any]:
    """The scorecards that the person may read, line by line, so that disagreement shows and is not averaged away."""
    if idea.opened_at is None or not getattr(beside(idea, person), "assessed", False):
        return {}
    readable_ones = Assessment.objects.readable_by(person).filter(pk=OuterRef("pk"))
    asked: list[Any] = list(idea.assessments.select_related("assessor").annotate(is_open=Exists(readable_ones)))
    readable = [one for one in asked if one.is_open]
    submitted = [one for one in readable if one.submitted_at]
    prefetch_related_objects(submitted, "scores")
    return {
        "asked": len(asked),
        "submitted": sum(one.submitted_at is not None for one in asked),
        "few": len(asked) < ENOUGH_ASSESSORS and idea.state == IdeaState.ASSESSING,
        "lines": list(_compare(submitted)),
    }


def _compare(assessments: list[Assessment]) -> Iterator[dict[str, Any]]:
    cards = [(one.assessor, {score.criterion: score for score in one.scores.all()}) for one in assessments]
    for criterion in criteria(assessments[0]) if assessments else ():
        scores = [(who, lines[criterion.key]) for who, lines in cards if criterion.key in lines]
        points = [score.points for _who, score in scores if score.points]
        wide = max(points) - min(points) if points else 0
        if scores:
            yield {
                "label": criterion.label,
                "differs": ngettext("Differs by %(n)s point", "Differs by %(n)s points", wide) % {"n": wide}
                if wide >= WIDE
                else "",
                "scores": [
                    {"who": who, "points": score.get_points_display(), "sentence": score.sentence}
                    for who, score in scores
                ],
            }


def together_panel(idea: Idea, person: User) -> dict[str, Any]:
    """Support, following and comments, oldest first with the answers under each. A query of its own where somebody has commented."""
    found: Any = beside(idea, person)
    return {"beside": found, "threads": _threads(idea, person) if found.remarks else []}


def _threads(idea: Idea, person: User) -> list[dict[str, Any]]:
    """The newest of them, as many as a page shows."""
    comments = comments_for(idea, person).order_by("-at", "-pk")
    threads: dict[int, dict[str, Any]] = {}
    for comment in reversed(comments[:MOST_COMMENTS]):
        said = {"comment": comment, "mine": comment.by_id == person.pk, "editable": comment.is_editable_by(person)}
        if comment.parent_id in threads:
            threads[comment.parent_id]["answers"].append(said)
        else:
            threads[comment.pk] = {**said, "answers": []}
    for thread in threads.values():
        standing = (one["comment"].removed_at is None for one in (thread, *thread["answers"]))
        thread["answerable"] = any(standing)
    return list(threads.values())


def spread_panel(idea: Idea, person: User) -> dict[str, Any]:
    """How it is done, who else has taken it up, and the curve. Nothing before the introduction; one query of its own, and three more for
    who answers for no unit: they are told who does.
    """
    if idea.introduced_at is None:
        return {}
    adoptions = list(Adoption.objects.filter(idea=idea.pk).select_related("unit"))
    mine, said = leads(person), {idea.unit_id, *(one.unit_id for one in adoptions)}
    unit = person.unit if idea.state in IN_USE and not mine and person.unit_id not in said else None
    return {
        "introduced": True,
        "kit": getattr(beside(idea, person), "kit", None),
        "adoptions": [
            {
                "adoption": one,
                "mine": one.unit_id in mine and idea.state in IN_USE,
                "correct": one.unit_id in mine and idea.state in IN_USE and bool(correctable(one)),
                "check": one.unit_id in mine and bool(check_opens(one)),
                "recheck": one.unit_id in mine and bool(check_correctable(one)),
            }
            for one in adoptions
        ],
        "figure": adoption_figure(idea, adoptions),
        "open": idea.state in IN_USE,
        "may_take_up": idea.state in IN_USE and bool(mine - said),
        "answering": answering_for(unit) if unit else [],
    }


def example_panel(idea: Idea, person: User) -> dict[str, Any]:
    """For those who publish good examples (no query of its own, one while there is a draft)."""
    if idea.introduced_at is None:
        return {}
    example = getattr(beside(idea, person), "example", None)
    return {
        "introduced": True,
        "example": example,
        "publishable": bool(example and not example.published_at and publishable(example)),
    }


def suggestion_panel(suggestion: Suggestion, person: User) -> dict[str, Any]:
    """What was written, and what became of it."""
    written = pairs(suggestion, ("proposal", "place", "sender"))
    written += [{"label": _("What it is about"), "value": str(suggestion.area or "")}]
    if suggestion.written_on:
        written += [{"label": _("Written"), "value": date_format(suggestion.written_on, "j F Y")}]
    became = pairs(suggestion, ("disposition", "route", "answer")) if suggestion.disposition else []
    return {
        "written": [pair for pair in written if pair["value"]],
        "became": [pair for pair in became if pair["value"]],
        "published": suggestion.published_at,
        "public_text": suggestion.public_text if suggestion.published_at else "",
    }


def challenge_panel(challenge: Challenge, person: User) -> dict[str, Any]:
    """When it is open, what became of it, and the answers that the person may see, side by side. Nothing of a draft; two queries."""
    if challenge.opened_at is None:
        return {"need": challenge.need}
    answers = answers_for(challenge, person)
    return {
        "need": challenge.need,
        "stage": challenge.stage,
        "open": bool(takes_answers(challenge)),
        "answers": [(answer, became_label(answer.became)) for answer in answers],
        "counted": counted(answers),
        "most": MOST_ANSWERS,
    }


def became_label(became: str | None) -> str:
    return str(Became(became).label) if became else ""


def counted(answers: Iterable[Case]) -> list[str]:
    """Ideas and suggestions count alike (A21): "3 ideas", "2 suggestions"."""
    kinds = Counter(answer.kind for answer in answers)
    words = {
        "idea": ngettext("One idea", "%(number)s ideas", kinds["idea"]),
        "suggestion": ngettext("One suggestion", "%(number)s suggestions", kinds["suggestion"]),
    }
    said = [text % {"number": kinds[kind]} for kind, text in words.items() if kinds[kind]]
    return [*said[:1], *(f"{text[0].lower()}{text[1:]}" for text in said[1:])]


def scanning_panel(case: Case, person: User) -> dict[str, Any]:
    """What has been seen out in the world that bears on the case, of whatever kind (one query)."""
    return {"ties": _scanning_ties(case.pk)}


@worded_once("case")
def _scanning_ties(case: int) -> QuerySet[ScanningTie]:
    return ScanningTie.objects.filter(case=case).select_related("note").order_by("-note__seen_on", "-pk")[:MOST_NOTES]
