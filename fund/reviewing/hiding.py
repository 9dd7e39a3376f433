"""What tells who applies, taken out of a handed-in text where reviewers are not to learn it."""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any
from unicodedata import normalize

from django.db.models import Q
from django.utils.translation import gettext as _

from fund.models import Application, Submission
from fund.models.application import Answers
from fund.models.whos import SIGNED, WROTE
from fund.states import QuestionKind
from portal.accounts.models import User
from portal.organisation.models import Unit

SHORTEST = 3
"""A name, or a part of one, of fewer letters would take out too many words."""
COMMON = frozenset(
    {"Region", "Stockholm", "Stockholms", "The", "Board", "Company", "Hospital", "University", "Health", "Care"}
)
"""Words in the names of units that tell nothing of which unit it is."""
BETWEEN = re.compile(r"[\s._-]+")
"""What stands between the parts of a name: a double name, or a user name, is known by each of its parts."""
E_MAIL = re.compile(r"[^\s@<>(),;:]+@[^\s@<>(),;:]+\.\w+")


def without_people(content: Answers, words: Collection[str]) -> Answers:
    """What was handed in, without the questions that name people, with ``words`` and addresses put out of every text, and without files:
    what stands in one nobody can put out.
    """
    asked = [one for one in content["answers"] if not _names(one) and one["kind"] != QuestionKind.FILE]
    hidden: Answers = _hide({**content, "answers": asked, "attachments": []}, _pattern(words))
    return hidden


def words_of(application: Application, submission: Submission) -> set[str]:
    """What would tell who applies: names of those who wrote and approved it, of those who take part, and of their units (two queries)."""
    others = User.objects.filter(WROTE.told(application) | SIGNED.told(application)).select_related("unit")
    people = {submission.by, *authors_of(application), *others}
    units = {application.unit, *(person.unit for person in people if person.unit)}
    return {
        *(part for person in people for part in _parts(person.name, person.username)),
        *(name for unit in units for name in _names_of(unit) if len(name) >= SHORTEST),
        *_named_in(submission.content),
    }


def authors_of(application: Application) -> list[User]:
    """The applicant and those who write with them (one query)."""
    coauthors = application.grants.filter(permission__codename="coauthor_case").values("user")
    found = User.objects.filter(Q(pk=application.owner_id) | Q(pk__in=coauthors))
    return list(found.select_related("unit").order_by("name"))


def _names_of(unit: Unit) -> Iterator[str]:
    """Its names, whole and without what kind of company it is, and what in them is a name of its own: “Danderyds”."""
    for name in (unit.name, unit.name_en):
        words = name.split()
        yield from (name, " ".join(word for word in words if word != "AB"))
        yield from (word for word in words if word[:1].isupper() and word not in COMMON)
    yield unit.code


def _named_in(content: Answers) -> Iterator[str]:
    """What stands as names and units in the tables of people."""
    rows = [row for one in content["answers"] if _names(one) for row in _rows(one["answer"])]
    for row in rows:
        yield from _parts(str(row.get("name", "")))
        yield from (unit for unit in [str(row.get("unit", "")).strip()] if len(unit) >= SHORTEST)


def _names(one: Answers) -> bool:
    """A question that the call says names people, or that can be answered with nothing else."""
    return bool(one["names_people"]) or one["kind"] == QuestionKind.PARTICIPANTS


def _rows(answer: Any) -> list[Answers]:
    return [row for row in answer if isinstance(row, dict)] if isinstance(answer, list) else []


def _parts(*names: str) -> Iterator[str]:
    for name in names:
        yield from (word for word in (name.strip(), *name.split(), *BETWEEN.split(name)) if len(word) >= SHORTEST)


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Whole words, whatever their case, and their genitive. Texts are stored in NFC; what another system calls a person need not be."""
    alike = {normalize("NFC", word) for word in words}
    either = "|".join(re.escape(word) for word in sorted(alike, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{either})s?(?!\w)" if either else r"(?!)", re.IGNORECASE)


def _hide(value: Any, pattern: re.Pattern[str]) -> Any:
    match value:
        case str():
            return pattern.sub(_("[left out]"), E_MAIL.sub(_("[left out]"), value))
        case dict():
            return {key: _hide(inner, pattern) if key in SAID else inner for key, inner in value.items()}
        case list():
            return [_hide(inner, pattern) for inner in value]
    return value


SAID = frozenset({"title", "summary", "answers", "answer", "what", "name", "role", "unit"})
"""Keys of what applicants write themselves; the others are the call's own words, and codes."""
