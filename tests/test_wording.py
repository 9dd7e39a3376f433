"""A question that is worded once answers as the ordinary one does, whatever it is asked about, and is not written again."""

from datetime import datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import F, Prefetch, QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

from ideas.flow import IdeaFlow
from ideas.models import Idea
from portal.accounts.models import User
from portal.cases.actions.people import name_person
from portal.cases.models import Case, Event
from portal.organisation.asking import worded_for_anyone
from portal.organisation.standing import standing_of
from portal.wording import MOST, worded_once
from tests.cast import ANYONE, Cast, again, case_in, draft_of


@worded_once("case")
def events_of(case: int, internal: bool) -> QuerySet[Event]:
    return (
        Event.objects.filter(case=case, internal=internal).select_related("person", "case__unit").order_by("number")[:3]
    )


@pytest.fixture
def ideas(cast: Cast) -> list[Any]:
    return [case_in(IdeaFlow, state, cast) for state in ("submitted", "accepted")]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each question that Django writes as SQL, from now on."""
    found: list[str] = []
    really = SQLCompiler.as_sql

    def noting(self: SQLCompiler, *args: Any, **kwargs: Any) -> Any:
        found.append(str(self.query.model))
        return really(self, *args, **kwargs)

    monkeypatch.setattr(SQLCompiler, "as_sql", noting)
    return found


def test_it_answers_as_the_ordinary_question_does_and_is_written_once(
    ideas: list[Any], written: list[str], django_assert_num_queries: Any
) -> None:
    for case in (*ideas, *ideas):
        plain = list(Event.objects.filter(case=case.pk, internal=False).order_by("number")[:3])
        written.clear()
        with django_assert_num_queries(1):
            found = events_of(case.pk, internal=False)
            people = [(one.person and one.person.name, one.case.unit.code) for one in found]
        assert found == plain
        assert people
    assert written == []
    assert events_of(ideas[0].pk, internal=True) == []
    assert written == [str(Event)], "other words"


def test_columns_reckoned_parts_and_what_is_prefetched_come_along(ideas: list[Any], cast: Cast) -> None:
    @worded_once("pk", "word", "moment")
    def told(pk: int, word: str, moment: datetime) -> QuerySet[Any]:
        rows = Idea.objects.filter(pk=pk, opened_at__lt=moment).annotate(word=Value(word), number=F("version") + 1)
        return rows.only("title").prefetch_related(Prefetch("events", Event.objects.order_by("-number"), "told"))

    @worded_once("owner")
    def titles(owner: int) -> QuerySet[Any]:
        return Case.objects.filter(owner=owner).order_by("pk").values_list("title", flat=True)

    for case in ideas:
        (row,) = told(case.pk, "å'\"%s", timezone.now() + timedelta(days=1))
        assert (row.title, row.word, row.number) == (case.title, "å'\"%s", case.version + 1)
        assert [event.case_id for event in row.told] == [case.pk] * case.events.count()
        assert told(case.pk, "", case.opened_at) == []
    for person in (cast.author, cast.lead):
        assert titles(person.pk) == [case.title for case in ideas if case.owner_id == person.pk]


def test_a_list_is_one_value_however_long(ideas: list[Any], written: list[str]) -> None:
    @worded_once("pks")
    def among(pks: list[int]) -> QuerySet[Case]:
        return Case.objects.filter(pk__among=pks).order_by("pk")

    pks = [case.pk for case in ideas]
    assert [[one.pk for one in among(asked)] for asked in (pks, pks[1:], [], [*pks, 0])] == [pks, pks[1:], [], pks]
    assert len(written) == 1


def test_what_cannot_be_is_not_asked(db: None, django_assert_num_queries: Any) -> None:
    @worded_once("pk")
    def nobody(pk: int) -> QuerySet[User]:
        return User.objects.filter(pk=pk).none()

    with django_assert_num_queries(0):
        assert nobody(1) == nobody(2) == []


def test_a_value_that_does_not_stand_in_the_question_as_it_is_is_refused(db: None) -> None:
    @worded_once("word")
    def like(word: str) -> QuerySet[User]:
        return User.objects.filter(name__icontains=word)

    @worded_once("pks")
    def among(pks: Any) -> QuerySet[User]:
        return User.objects.filter(pk__in=pks)

    with pytest.raises(TypeError, match="word"):
        like("a")
    for value in ((1, 2), [1, 2], True, None):
        with pytest.raises(TypeError):
            among(value)


def test_only_so_many_wordings_are_kept(db: None, written: list[str]) -> None:
    @worded_once("pk")
    def named(pk: int, name: str) -> QuerySet[User]:
        return User.objects.filter(pk=pk, name=name)

    for number in range(MOST + 1):
        named(1, str(number))
    written.clear()
    named(2, str(MOST)), named(2, "0")
    assert len(written) == 1


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_over_its_own_connection(cast: Cast) -> None:
    case, said = case_in(IdeaFlow, "submitted", cast), list[Any]()
    here = events_of(case.pk, internal=False)

    def elsewhere() -> None:
        said.extend(events_of(case.pk, internal=False))
        connection.close()

    thread = Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert said == here


# ── For a person ─────────────────────────────────────────────────────────────────────────────────────────────────────


@worded_for_anyone("words")
def titles_for(person: User | AnonymousUser, words: str) -> QuerySet[Any]:
    seen = Case.objects.visible_to(person).filter(title__gte=words)
    return seen.order_by("pk").values_list("pk", flat=True)


def test_everyone_gets_their_own_answer_in_the_words_of_those_like_them(cast: Cast, written: list[str]) -> None:
    for owner in (cast.author, cast.colleague, cast.coauthor, cast.external):
        draft_of(IdeaFlow, cast, owner=owner)
    case_in(IdeaFlow, "submitted", cast)
    name_person(case=case_in(IdeaFlow, "submitted", cast), person=cast.coauthor, grant="coauthor", by=None)
    people = [again(person) for _name, person in cast]
    plain = [list(Case.objects.visible_to(one).order_by("pk").values_list("pk", flat=True)) for one in people]
    assert len({tuple(seen) for seen in plain}) > 4
    assert [titles_for(again(one), "") for one in people] == plain
    assert [
        list(Case.objects.visible_among(one).order_by("pk").values_list("pk", flat=True)) for one in people
    ] == plain
    assert titles_for(ANYONE, "") == []
    written.clear()
    assert [titles_for(person=again(one), words="") for one in people] == plain
    assert str(Case) not in written


def test_two_who_differ_only_in_who_they_are_share_the_words(cast: Cast, written: list[str]) -> None:
    alike, other = (User.objects.create(username=name, unit=cast.author.unit, is_employee=True) for name in ("a", "b"))
    draft = draft_of(IdeaFlow, cast, owner=other)
    assert titles_for(again(alike), "") == []
    written.clear()
    assert titles_for(again(other), "") == [draft.pk]
    assert str(Case) not in written


def test_who_asks_may_not_hide_in_a_list(cast: Cast) -> None:
    @worded_for_anyone()
    def among(person: User) -> QuerySet[User]:
        return User.objects.filter(pk__among=[0, standing_of(person).person_id])

    with pytest.raises(TypeError):
        among(again(cast.author))
