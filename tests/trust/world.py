"""One portal full of secrets, made by real moves and committed once for a whole module of tests.

Everything written in a case carries a word of the case's own, so that a leak is found wherever it comes out: title, texts, reasons,
messages, names and bytes of documents, addresses. Who may read each word is written by hand.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from typing import Any

import pytest
from django import forms
from django.contrib.postgres.fields import ArrayField
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test import Client
from django.utils import timezone
from PIL import Image

from followup.models import Drawing, FrozenIndicator, Making, Part, Report
from followup.states import Stage
from ideas.actions.banking import tie_note
from ideas.actions.examples import add_credit, add_picture, write_example
from ideas.actions.placing import compare_unit
from ideas.actions.talking import set_follow, write_comment
from ideas.models import (
    Adoption,
    Candidate,
    Comment,
    Credit,
    Example,
    Gathering,
    Need,
    Picture,
    ScanningNote,
    ScanningTie,
)
from ideas.states import Uptake
from portal.accounts.models import User
from portal.cases import kinds
from portal.cases.actions.documents import add_document
from portal.cases.actions.links import tie_cases
from portal.cases.actions.messages import send_message
from portal.cases.actions.openness import change_openness
from portal.cases.actions.people import name_person, unname_person
from portal.cases.actions.receipts import give_receipt
from portal.cases.flow import Move
from portal.cases.models import Case, CaseLink, DiaryEntry, Document
from portal.cases.moving import perform
from portal.cases.states import Audience, Confidentiality, Relation
from portal.cases.uploads import inspect
from portal.indicators import registry
from portal.organisation.models import Unit
from tests.cast import (
    Cast,
    actor_for,
    again,
    answer_considerations,
    draft_of,
    filled_fields,
    gather,
    make_move,
    signed_in,
    story_of,
    way_to,
)
from tests.followup.samples import RECEIVED, counted, freeze
from tests.fund.story import ANSWERS
from tests.trust.readers import ANONYMOUS, APPLIED, AUTHORS, EMPLOYEES, EVERYONE, HANDLERS, INSIDE_SUGGESTIONS, TESTED


@dataclass(frozen=True)
class Secret:
    """A word, and the parts in the cast who may meet it anywhere in the portal."""

    word: str
    readers: frozenset[str]


@dataclass(frozen=True)
class Planted:
    """A case full of its word; ``seen_by`` are the parts who see the case at all."""

    case: Any
    word: str
    seen_by: frozenset[str]


@dataclass
class World:
    """``clients`` are browsers without script, one for each part, signed in. ``report`` is published, and ``part`` one of its parts.

    ``whole`` asks for every address on every case.
    """

    cast: Cast
    whole: bool = False
    cases: dict[str, Planted] = field(default_factory=dict)
    secrets: list[Secret] = field(default_factory=list)
    documents: dict[str, tuple[Document, frozenset[str]]] = field(default_factory=dict)
    clients: Mapping[str, Client] = field(default_factory=dict)
    comment: Comment = field(init=False)
    adoption: Adoption = field(init=False)
    example: Example = field(init=False)
    picture: Picture = field(init=False)
    credit: Credit = field(init=False)
    need: Need = field(init=False)
    note_tie: ScanningTie = field(init=False)
    report: Report = field(init=False)
    part: Part = field(init=False)

    def person(self, part: str) -> User:
        person: User = getattr(self.cast, part)
        return again(person)

    def forbidden_to(self, part: str) -> list[str]:
        return [secret.word for secret in self.secrets if part not in secret.readers]

    def open_to(self, part: str) -> list[str]:
        return [secret.word for secret in self.secrets if part in secret.readers]

    @cached_property
    def link(self) -> CaseLink:
        return CaseLink.objects.get(source=self.cases["open"].case.pk)

    @cached_property
    def line(self) -> DiaryEntry:
        entry = DiaryEntry.objects.filter(case=self.cases["open"].case.pk).first()
        assert entry is not None
        return entry

    # ── Planting ──

    def plant(
        self,
        name: str,
        kind: str,
        state: str,
        seen_by: Iterable[str],
        *,
        title_for: Iterable[str] | None = None,
        text_for: Iterable[str] | None = None,
        named: Mapping[str, str] | None = None,
        owner: str = "",
        **values: Any,
    ) -> Planted:
        """A case come to the state, with its word in everything that was written. ``title_for`` and ``text_for`` may read those."""
        word, flow = f"zqx{name}", kinds.by_key(kind).flow
        title = f"{word}title Rubrik"
        draft = {**worded(flow.model, word), "title": title, **values}
        case = draft_of(flow, self.cast, owner=self.person(owner) if owner else None, **draft)
        answer_considerations(case)
        for part, grant in (named or {}).items():
            name_person(case=case, person=self.person(part), grant=grant, by=None)
        for move in way_to(flow, state):
            case = self.move(case, move, word)
        planted = self.cases[name] = Planted(case, word, frozenset(seen_by))
        self.secrets.append(Secret(f"{word}text", frozenset(text_for) if text_for else planted.seen_by))
        self.secrets.append(Secret(f"{word}title", frozenset(title_for) if title_for else planted.seen_by))
        return planted

    def move(self, case: Any, move: Move, word: str) -> Any:
        """With the word in every text that the move asks for and the kind's story leaves open."""
        story = story_of(case.kind_info.flow)
        person = actor_for(case, move, self.cast, story)
        asked = move.form(case=case, person=person).fields if move.form else {}
        told = story.answers.get(move.name, {})
        free: dict[str, Any] = {
            name: f"{word}text {name}"
            for name, question in asked.items()
            if isinstance(question, forms.CharField)
            and not isinstance(question, forms.EmailField)
            and question.required
            and not callable(told)
            and name not in told
        }
        return make_move(case, move.name, self.cast, story=story, **free)

    def say(self, name: str, what: str, text_for: Iterable[str], audience: Audience, by: str = "lead") -> None:
        word = f"{self.cases[name].word}{what}"
        send_message(case=self.cases[name].case, text=f"{word} Hej", audience=audience, person=self.person(by))
        self.secrets.append(Secret(word, frozenset(text_for)))

    def file(
        self, name: str, what: str, read_by: Iterable[str], audience: Audience, *, named_in_diary: bool = False
    ) -> None:
        """A document whose title, name and bytes carry words. In the public diary stands its title, if the case is open there."""
        word = f"{self.cases[name].word}{what}"
        upload = SimpleUploadedFile(f"{word}name.txt", f"{word}bytes".encode())
        accepted = inspect(upload, upload.name or "")
        document = add_document(
            case=self.cases[name].case,
            file=upload,
            accepted=accepted,
            person=self.person("lead"),
            title=f"{word}heading",
            audience=audience,
        )
        readers = frozenset(read_by)
        self.documents[f"{name} {what}"] = (document, readers)
        self.secrets.append(Secret(f"{word}bytes", readers))
        self.secrets.append(Secret(f"{word}name", readers))
        self.secrets.append(Secret(f"{word}heading", EVERYONE if named_in_diary else readers))


def worded(model: type[Case], word: str) -> dict[str, Any]:
    """Every free text of the kind's draft, with the word in it."""
    columns = {name: model._meta.get_field(name) for name in filled_fields(model)}
    return {
        name: [f"{word}text"] if isinstance(column, ArrayField) else f"{word}text {name}"
        for name, column in columns.items()
        if _is_free_text(column.base_field if isinstance(column, ArrayField) else column)
    }


def _is_free_text(column: Any) -> bool:
    text = isinstance(column, models.CharField | models.TextField) and not isinstance(column, models.EmailField)
    return text and not column.choices


def make_world(*, whole: bool = False) -> World:
    """Every sort of secret that the portal keeps, with readers by hand: the author is at SOS, under LISAB."""
    world = World(gather(), whole)
    idea_people = {"coauthor": "coauthor", "assessor": "assess"}
    world.plant("open", "idea", "assessing", EMPLOYEES, title_for=EVERYONE, named=idea_people)
    world.plant("draft", "idea", "draft", AUTHORS, named={"coauthor": "coauthor"})
    world.plant(
        "invention", "idea", "rights", AUTHORS | {"jurist"}, named={"coauthor": "coauthor"},
        confidentiality=Confidentiality.RESTRICTED, possible_invention=True,
    )  # fmt: skip
    world.plant(
        "inner", "idea", "introduced", {"author", "registrar"} | HANDLERS, named={"assessor": "assess"},
        confidentiality=Confidentiality.INTERNAL,
    )  # fmt: skip
    world.plant("suggestion", "suggestion", "received", INSIDE_SUGGESTIONS | {"registrar", "controller"})
    world.plant(
        "barrier", "barrier", "received", {"external", "coordinator", "registrar"}, owner="external",
        confidentiality=Confidentiality.INTERNAL,
    )  # fmt: skip
    world.plant("disclosed", "disclosure", "assessing", AUTHORS | {"jurist"}, named={"coauthor": "coauthor"})
    world.plant("challenge", "challenge", "announced", EMPLOYEES, title_for=EVERYONE, text_for=EVERYONE)
    world.plant("call", "call", "announced", EMPLOYEES, title_for=EVERYONE, owner="officer")
    world.plant("unannounced", "call", "draft", {"officer"}, owner="officer")
    answers = {**ANSWERS, "need": "zqxappliedtext"}
    world.plant("applied", "application", "submitted", APPLIED, named={"coauthor": "coauthor"}, answers=answers)
    asked: dict[str, Any] = {
        "orgnr": "556036-0793",
        "phone": "08-123 45",
        "question": "zqxmarked",
        "secrets": {"question": "31:16"},
        "secret_whys": {"question": "zqxwhymarked"},
    }
    world.plant("tested", "test", "submitted", TESTED | {"registrar"}, named={"coauthor": "coauthor"}, **asked)
    world.secrets += (Secret("zqxmarked", TESTED), Secret("zqxwhymarked", TESTED))
    world.plant("report", "report", "draft", {"controller", "coordinator"}, owner="controller")
    make_move(world.cases["open"].case, "ask_assessors", world.cast)
    Making.objects.create(report=world.cases["report"].case, stage=Stage.CANCELLED)
    _closed_when_told(world)
    _placed(world)
    _left_by_coauthor(world)
    _inside_of_open(world)
    _contact_of_suggestion(world)
    _talk(world)
    _good_example(world)
    _need_and_note(world)
    _report_over_all(world)
    world.clients = {ANONYMOUS: Client(), **{name: signed_in(person) for name, person in world.cast}}
    return world


def _closed_when_told(world: World) -> None:
    """The lead and the registrar were told of an idea that was then closed: what they were told must close with it."""
    planted = world.plant("shut", "idea", "assessing", {"author", "jurist"})
    set_follow(idea=planted.case, person=world.person("colleague"), on=True)
    write_comment(idea=planted.case, person=world.person("colleague"), text="zqxshutcomment")
    world.secrets.append(Secret("zqxshutcomment", frozenset()))
    change_openness(
        case=planted.case,
        confidentiality=Confidentiality.RESTRICTED,
        provision="19:1",
        reason="zqxshuttext",
        person=world.person("lead"),
    )


def _placed(world: World) -> None:
    """Other units are asked to host two ideas. One is then closed: what was compared closes with it, to its authors too."""
    readers = {"placing": EMPLOYEES, "recalled": frozenset({"author", "jurist"})}
    for name, seen_by in readers.items():
        title_for = EVERYONE if name == "placing" else seen_by
        planted = world.plant(name, "idea", "placing", seen_by, title_for=title_for)
        said: dict[str, Any] = dict.fromkeys(Candidate.ASPECTS, 2)
        said |= {f"{aspect}_why": f"{planted.word}compared" for aspect in Candidate.ASPECTS}
        compare_unit(idea=planted.case, unit=Unit.objects.get(code="FTV"), **said)
        world.secrets.append(Secret(f"{planted.word}compared", EMPLOYEES if name == "placing" else frozenset()))
    recalled = world.cases["recalled"]
    reason = {"reason": f"{recalled.word}text"}
    perform(recalled.case, "send_to_rights", person=world.person("author"), data=reason)


def _left_by_coauthor(world: World) -> None:
    """Someone who once wrote with the author, and no longer does."""
    planted = world.plant("left", "idea", "draft", {"author"}, named={"colleague": "coauthor"})
    unname_person(case=planted.case, person=world.person("colleague"), grant="coauthor", by=world.person("author"))


def _inside_of_open(world: World) -> None:
    """An open idea has an inside too: notes, documents for some, and a tie to a case that few see."""
    kept = HANDLERS | {"registrar"}
    world.say("open", "note", HANDLERS, Audience.INTERNAL)
    world.say("open", "message", kept | AUTHORS, Audience.AUTHOR)
    world.file("open", "insidefile", kept, Audience.INTERNAL)
    world.file("open", "authorfile", kept | AUTHORS, Audience.AUTHOR)
    world.file("open", "openfile", EMPLOYEES, Audience.EVERYONE, named_in_diary=True)
    world.file("inner", "innerfile", kept, Audience.INTERNAL)
    tie_cases(
        source=world.cases["open"].case,
        target=world.cases["invention"].case,
        relation=Relation.RELATED,
        by=world.person("lead"),
    )


def _contact_of_suggestion(world: World) -> None:
    give_receipt(case=world.cases["suggestion"].case, name="zqxcontactname", email="zqxcontact@example.org")
    world.secrets.append(Secret("zqxcontactname", INSIDE_SUGGESTIONS))
    world.secrets.append(Secret("zqxcontact@", frozenset()))


def _talk(world: World) -> None:
    """A comment on the open idea, which a unit of another part of the Region considers."""
    idea = world.cases["open"].case
    world.comment = write_comment(idea=idea, person=world.person("colleague"), text="zqxopencomment")
    world.secrets.append(Secret("zqxopencomment", EMPLOYEES))
    world.adoption = Adoption.objects.create(
        idea=idea,
        unit=Unit.objects.get(code="KAR"),
        uptake=Uptake.CONSIDERING,
        changed_by=world.person("other_lead"),
    )


def _good_example(world: World) -> None:
    """Published, with a picture and a name that nobody has consented to."""
    idea, lead = world.cases["open"].case, world.person("lead")
    texts = {"title": "Exempel", "summary": "Kort", "story": "Berättelsen", "evidence": "Siffror"}
    world.example = write_example(idea=idea, texts=texts, person=lead)
    Example.objects.update(published_at=timezone.now())
    kept = BytesIO()
    Image.new("RGB", (60, 40), "navy").save(kept, "PNG")
    for name, shows_people in (("zqxpicturealt", True), ("Tom himmel", False)):
        world.picture = add_picture(
            example=world.example, image=BytesIO(kept.getvalue()), name="bild", person=lead, alt=name,
            shows_people=shows_people,
        )  # fmt: skip
    world.credit = add_credit(
        example=world.example, name="zqxcreditname", part="", consent="", consented_on=None, person=lead
    )
    world.secrets.append(Secret("zqxpicturealt", HANDLERS | {"registrar"}))
    world.secrets.append(Secret("zqxcreditname", frozenset({"lead", "coordinator"})))


def _need_and_note(world: World) -> None:
    """What all employees read; and a case that few see answers a challenge, and a note bears on it."""
    told = {"groups": ["patient"], "unit": world.cast.author.unit, "written_by": world.person("lead")}
    gathering = Gathering.objects.create(
        **told,
        title="zqxgathering",
        method="survey",
        held_on=timezone.localdate(),
        held_by="Teamet",
        result="zqxgathering",
    )
    world.need = Need.objects.create(**told, sentence="zqxneed", evidence="zqxneed", gathering=gathering)
    note = ScanningNote.objects.create(
        title="zqxnote", source="Resa", seen_on=timezone.localdate(), seen="zqxnote", meaning="zqxnote",
        written_by=world.person("colleague"),
    )  # fmt: skip
    inner, challenge = world.cases["inner"].case, world.cases["challenge"].case
    world.note_tie = tie_note(note=note, case=inner, person=world.person("lead"))
    tie_cases(source=inner, target=challenge, relation=Relation.ANSWERS, by=world.person("lead"))
    world.secrets += [Secret(word, EMPLOYEES) for word in ("zqxgathering", "zqxneed", "zqxnote")]


def _report_over_all(world: World) -> None:
    """A published report that counts every case of the year, also those that its readers may not see."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(registry._indicators, RECEIVED.key, RECEIVED)
        report = counted(world.cast.controller, year=timezone.localdate().year)
    indicator = FrozenIndicator.objects.get(report=report, key=RECEIVED.key)
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><title>Stapel</title></svg>'
    Drawing.objects.create(report=report, indicator=indicator, language="sv", svg=svg, alt="En stapel")
    frozen = freeze(report, world.cast)
    perform(frozen, "publish", person=world.person("controller"))
    world.report = frozen
    world.part = Part.objects.exclude(unit=None).filter(report=report).latest("count")
