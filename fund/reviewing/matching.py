"""Who fits which application: competence, load, and hints of conflicts of interest. Everything is read in a number of queries that
depends on nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fund.models import Application, Approval, Call, Review, Reviewer, Submission
from fund.models.whos import called
from portal.accounts.models import User
from portal.cases.models import Case, CaseGrant
from portal.cases.models.written import in_words
from portal.cases.states import Beneficiary, Perspective
from portal.organisation.standing import read_standings, standing_of
from portal.organisation.states import Role

BARS = {
    "has": gettext_lazy("has it already"),
    "author": gettext_lazy("has written the application"),
    "recused": gettext_lazy("has declared a conflict of interest"),
    "signer": gettext_lazy("has approved it as the manager"),
    "participant": gettext_lazy("takes part in the project"),
    "office": gettext_lazy("sees the application in another role"),
}
"""What makes it impossible. The database holds all but the last."""
HINTS = {
    "unit": gettext_lazy("works at the same unit as somebody who applies"),
    "together": gettext_lazy("has written cases with somebody who applies"),
    "managed": gettext_lazy("somebody who applies is manager of the expert’s unit"),
}
"""What may be a conflict of interest: such an expert is proposed last."""
ASKED_ABOUT = {
    "unit": gettext_lazy("You work at the unit that the application comes from, or where somebody who applies works."),
    "together": gettext_lazy("You have written cases together with somebody who applies."),
    "managed": gettext_lazy("Somebody who applies is the manager of your unit."),
}
"""The same to the expert, who is to judge it."""
SEEING = (Role.MANAGER, Role.REGISTRAR, Role.FUND_OFFICER)
"""Whose offices reach applications."""
A_HINT, A_FULL_LOAD = 100, 12
"""What a hint, and a load as large as the expert wants it, weigh against competence, which counts to ``MOST_FIT``."""
MOST_FIT = 4


@dataclass(frozen=True)
class Match:
    """How one expert fits one application. ``load`` is how many they have before it."""

    reviewer: Reviewer
    bars: tuple[str, ...]
    hints: tuple[str, ...]
    perspectives: tuple[str, ...]
    beneficiaries: tuple[str, ...]
    words: tuple[str, ...]
    load: int

    @property
    def fit(self) -> int:
        return min(2 * len(self.perspectives) + len(self.beneficiaries) + 2 * len(self.words), MOST_FIT)

    @property
    def cost(self) -> float:
        """The least is proposed first; the same for the same facts."""
        return A_HINT * len(self.hints) + A_FULL_LOAD * self.load / self.reviewer.most - self.fit

    @property
    def free(self) -> bool:
        """Could be given it, with room for one more."""
        return not self.bars and self.load < self.reviewer.most

    @property
    def barred(self) -> str:
        """What makes it impossible, in words."""
        return ", ".join(str(BARS[bar]) for bar in self.bars)

    def as_data(self) -> dict[str, Any]:
        """As ``Review.why`` keeps it."""
        names = ("hints", "perspectives", "beneficiaries", "words")
        return {**{name: list(getattr(self, name)) for name in names}, "load": self.load, "most": self.reviewer.most}


def knows(reviewer: Reviewer) -> str:
    """The areas of an expert, in words."""
    return ", ".join(
        filter(None, (in_words(reviewer, "perspectives"), in_words(reviewer, "beneficiaries"), reviewer.words))
    )


def explain(why: Mapping[str, Any]) -> str:
    """The reasons of an assignment in a sentence or two, from ``Review.why``."""
    return " ".join(f"{part[0].upper()}{part[1:]}." for part in _parts(why))


def hints_for(review: Review) -> list[str]:
    """What the expert should think of before the declaration, as it stands now; nothing where experts do not learn who applies, since it
    would tell them (eleven queries).
    """
    application = review.application
    if application.call.anonymous:
        return []
    matcher = Matcher(application.call, [application])
    reviewer = next(one for one in matcher.reviewers if one.pk == review.reviewer_id)
    return [str(ASKED_ABOUT[hint]) for hint in matcher.match(reviewer, application).hints]


def _parts(why: Mapping[str, Any]) -> Iterator[str]:
    labels: dict[str, Any] = {**dict(Perspective.choices), **dict(Beneficiary.choices)}
    knows = [str(labels[one]) for name in ("perspectives", "beneficiaries") for one in why.get(name, ())]
    if knows or why.get("words"):
        yield _("knows: %(areas)s") % {"areas": ", ".join([*knows, *why.get("words", ())])}
    else:
        yield _("no area in common")
    if "most" in why:
        yield _("had %(load)s of at most %(most)s") % {"load": why["load"], "most": why["most"]}
    if why.get("hints"):
        yield _("look out: %(hints)s") % {"hints": ", ".join(str(HINTS[one]) for one in why["hints"])}
    if why.get("reason"):
        yield _("chosen by hand: %(reason)s") % {"reason": str(why["reason"]).rstrip(".")}


@dataclass
class Matcher:
    """The facts about the experts of a call and some of its applications. Ten queries, made when it is built."""

    call: Call
    applications: Collection[Application]
    reviewers: list[Reviewer] = field(init=False)
    load: dict[int, int] = field(init=False)

    def __post_init__(self) -> None:
        experts = Reviewer.objects.filter(call=self.call.pk).select_related("person")
        self.reviewers = list(experts.annotate(called=called(F("person"))))
        self.load = loads(self.reviewers)
        self.people = {one.person_id: one.person for one in self.reviewers}
        self.called = {one.person_id: set(one.called) for one in self.reviewers}  # type: ignore[attr-defined]  # annotated
        self.ids = [application.pk for application in self.applications]
        self.has = _pairs(Review.objects.filter(application__in=self.ids), "reviewer__person")
        self.grants = self._grants()
        self.signers = _pairs(
            Approval.objects.filter(submission__application__in=self.ids), "by", "submission__application"
        )
        self.together = self._together()
        self.authors: dict[int, set[int]] = {
            one.pk: {one.owner_id} if one.owner_id else set() for one in self.applications
        }
        for application, person in self.grants["coauthor_case"]:
            self.authors[application].add(person)
        self.named: dict[int, set[str]] = defaultdict(set)
        self._read_submissions()
        self._read_authors()

    def matches(self, application: Application) -> list[Match]:
        """Every expert, the one to be proposed first on top; those who cannot be given it last."""
        found = [self.match(reviewer, application) for reviewer in self.reviewers]
        return sorted(found, key=lambda match: (bool(match.bars), match.cost, match.reviewer.pk))

    def match(self, reviewer: Reviewer, application: Application) -> Match:
        text = f"{application.title} {application.summary}".lower()
        words = [word.strip() for word in reviewer.words.split(",")]
        return Match(
            reviewer,
            bars=tuple(self._bars(reviewer.person, application)),
            hints=tuple(self._hints(reviewer.person, application)),
            perspectives=_common(reviewer.perspectives, application.perspectives),
            beneficiaries=_common(reviewer.beneficiaries, application.beneficiaries),
            words=tuple(word for word in words if word and word.lower() in text),
            load=self.load.get(reviewer.pk, 0),
        )

    def _bars(self, person: User, application: Application) -> Iterator[str]:
        key = (application.pk, person.pk)
        facts = {
            "has": key in self.has,
            "author": person.pk in self.authors[application.pk],
            "recused": key in self.grants["recuse_case"],
            "signer": key in self.signers,
            "participant": bool(self.named.get(application.pk, set()) & self.called[person.pk]),
            "office": any(application.unit_id in standing_of(person).units(role) for role in SEEING),
        }
        return (name for name, true in facts.items() if true)

    def _hints(self, person: User, application: Application) -> Iterator[str]:
        facts = {
            "unit": person.unit_id in self.homes[application.pk],
            "together": any((person.pk, who) in self.together for who in self.authors[application.pk]),
            "managed": person.unit_id in self.managed[application.pk],
        }
        return (name for name, true in facts.items() if true)

    def _grants(self) -> dict[str, set[tuple[int, int]]]:
        """By codename: applications with the people named on them."""
        found: dict[str, set[tuple[int, int]]] = defaultdict(set)
        rows = CaseGrant.objects.filter(content_object__in=self.ids).values_list(
            "permission__codename", "content_object", "user"
        )
        for codename, case, person in rows:
            found[codename].add((case, person))
        return found

    def _read_submissions(self) -> None:
        """By application: the names of those who take part, of all that was handed in; and who wrote it then."""
        rows = Submission.objects.filter(application__in=self.ids).values_list("application", "writers", "named")
        for application, writers, people in rows:
            self.authors[application].update(writers)
            self.named[application] |= set(people)

    def _read_authors(self) -> None:
        """By application: the units that it comes from and where its authors work, and those that they are managers of."""
        authors = User.objects.in_bulk({author for found in self.authors.values() for author in found})
        read_standings([*self.people.values(), *authors.values()])
        self.homes: dict[int, set[int]] = {}
        self.managed: dict[int, set[int]] = {}
        for one in self.applications:
            wrote = [authors[author] for author in self.authors[one.pk] & authors.keys()]
            self.homes[one.pk] = {one.unit_id, *(author.unit_id for author in wrote if author.unit_id)}
            self.managed[one.pk] = {unit for author in wrote for unit in standing_of(author).units(Role.MANAGER)}

    def _together(self) -> set[tuple[int, int]]:
        """Pairs of an expert and another who have written a case together."""
        mine = Q(owner__in=self.people) | Q(pk__in=_coauthored().filter(user__in=self.people).values("content_object"))
        shared = Case.objects.filter(mine)
        authors: dict[int, set[int]] = defaultdict(set)
        for case, owner in shared.exclude(owner=None).values_list("pk", "owner"):
            authors[case].add(owner)
        for case, person in (
            _coauthored().filter(content_object__in=shared.values("pk")).values_list("content_object", "user")
        ):
            authors[case].add(person)
        return {
            (one, other) for found in authors.values() for one in found & self.people.keys() for other in found - {one}
        }


def loads(reviewers: Iterable[Reviewer]) -> dict[int, int]:
    """How many applications each expert has, without those that a conflict of interest has closed (one query)."""
    counted = Review.objects.counted().filter(reviewer__in=[one.pk for one in reviewers])
    return dict(
        counted.values("reviewer").annotate(number=models.Count("pk")).order_by().values_list("reviewer", "number")
    )


def _coauthored() -> Any:
    return CaseGrant.objects.filter(permission__codename="coauthor_case")


def _common(known: Iterable[str], asked: Iterable[str]) -> tuple[str, ...]:
    return tuple(one for one in known if one in set(asked))


def _pairs(rows: Any, person: str, application: str = "application") -> set[tuple[int, int]]:
    return set(rows.order_by().values_list(application, person))
