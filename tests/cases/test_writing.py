"""Several write the same draft: nobody overwrites anybody silently, with script and without."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client, override_settings

from portal.cases.actions.drafts import save_draft
from portal.cases.actions.people import name_person
from portal.cases.errors import Refused
from portal.cases.models import Case, CaseLink, Event
from tests.cases.writing import IDEA
from tests.cast import Cast, case_in, draft_of, make_move, signed_in

pytestmark = pytest.mark.strategy("B43-1")


@pytest.fixture(autouse=True)
def _addresses() -> Iterator[None]:
    with override_settings(ROOT_URLCONF="tests.cases.writing"):
        yield


class Window:
    """A browser window with the draft's form, without script: it sends all that stands in the form."""

    def __init__(self, client: Client, draft: Case) -> None:
        self.client, self.address = client, f"/prov/{draft.pk}/"
        self.open()

    def open(self) -> None:
        form = self.client.get(self.address).context["form"]
        self.fields: dict[str, Any] = {name: form[name].value() or "" for name in form.fields if name != "keep"}

    def send(self, **changed: Any) -> Any:
        self.fields |= changed
        return self.client.post(self.address, self.fields)

    def autosave(self, **changed: Any) -> Any:
        self.fields |= changed
        answer = self.client.post(self.address, self.fields, headers={"X-Requested-With": "autosave"})
        if answer.status_code == 200:
            self.fields["version"] = answer.json()["version"]
        return answer


@pytest.fixture
def draft(cast: Cast) -> Any:
    draft = draft_of(IDEA.flow, cast, title="Titel", need="Behov", solution="Lösning")
    name_person(case=draft, person=cast.coauthor, grant="coauthor", by=cast.author)
    return draft


@pytest.fixture
def windows(cast: Cast, draft: Any) -> tuple[Window, Window]:
    """The author's and the co-author's, opened at the same time."""
    return Window(signed_in(cast.author), draft), Window(signed_in(cast.coauthor), draft)


def test_different_fields_never_conflict(draft: Any, windows: tuple[Window, Window]) -> None:
    mine, theirs = windows

    assert theirs.send(need="Deras behov").status_code == 302
    assert mine.send(title="Min titel").status_code == 302

    draft.refresh_from_db()
    assert (draft.title, draft.need) == ("Min titel", "Deras behov")


def test_the_loser_of_the_same_field_sees_both_texts_and_nothing_is_saved(
    draft: Any, windows: tuple[Window, Window]
) -> None:
    mine, theirs = windows
    theirs.send(need="Deras behov")

    answer = mine.send(need="Mitt behov", title="Min titel")

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Mitt behov" in page
    assert "Deras behov" in page
    draft.refresh_from_db()
    assert (draft.title, draft.need) == ("Titel", "Deras behov")


def test_the_loser_overwrites_knowingly_but_not_what_they_have_not_seen(
    draft: Any, windows: tuple[Window, Window]
) -> None:
    mine, theirs = windows
    theirs.send(need="Deras behov")
    keep = mine.send(need="Mitt behov").context["conflicts"][0]["name"]
    theirs.open()
    theirs.send(need="Deras senare behov")

    assert mine.send(keep=keep).status_code == 409
    keep = mine.send().context["conflicts"][0]["name"]
    assert mine.send(keep=keep).status_code == 302

    draft.refresh_from_db()
    assert draft.need == "Mitt behov"


def test_the_script_saves_again_and_again_without_meeting_itself(draft: Any, windows: tuple[Window, Window]) -> None:
    mine, _theirs = windows

    for text in ("Ett", "Ett två", "Behov", "Ett"):
        assert mine.autosave(need=text).json()["problem"] == ""
        draft.refresh_from_db()
        assert draft.need == text


def test_a_window_that_saves_itself_never_brings_back_what_another_has_changed(
    draft: Any, windows: tuple[Window, Window]
) -> None:
    mine, theirs = windows
    theirs.autosave(need="Deras behov")

    for title in ("Min titel", "Min andra titel"):
        assert mine.autosave(title=title).status_code == 200

    draft.refresh_from_db()
    assert (draft.title, draft.need) == ("Min andra titel", "Deras behov")
    assert mine.autosave(need="Mitt behov").status_code == 409
    assert theirs.autosave(need="Deras senare behov").status_code == 200
    draft.refresh_from_db()
    assert draft.need == "Deras senare behov"


def test_the_script_gets_both_texts_to_show(draft: Any, windows: tuple[Window, Window]) -> None:
    mine, theirs = windows
    theirs.autosave(need="Deras behov")

    answer = mine.autosave(need="Mitt behov")

    assert answer.status_code == 409
    assert "Mitt behov" in answer.content.decode()
    assert "Deras behov" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_what_cannot_be_saved_is_named_and_the_rest_is_saved(draft: Any, windows: tuple[Window, Window]) -> None:
    mine, _theirs = windows

    answer = mine.autosave(title="x" * 500, need="Nytt behov")

    draft.refresh_from_db()
    assert (draft.title, draft.need) == ("Titel", "Nytt behov")
    assert answer.json()["problem"]


def test_a_draft_left_open_in_a_tab_does_not_change_what_was_handed_in(cast: Cast, draft: Any) -> None:
    stale = Window(signed_in(cast.author), draft)
    submitted = make_move(draft, "submit", cast)

    assert stale.autosave(need="Efteråt").status_code == 409
    assert stale.send(need="Efteråt").status_code == 409
    with pytest.raises(Refused):
        save_draft(case=submitted, values={"need": "Efteråt"}, version=submitted.version, person=cast.author)
    draft.refresh_from_db()
    assert draft.need == "Behov"


def test_only_owner_and_coauthors_write_and_only_the_owner_hands_in_and_discards(cast: Cast, draft: Any) -> None:
    for person, status in (
        (cast.colleague, 404),
        (cast.lead, 404),
        (cast.admin, 404),
        (cast.coauthor, 200),
        (cast.author, 200),
    ):
        assert signed_in(person).get(f"/prov/{draft.pk}/").status_code == status
    assert signed_in(cast.coauthor).get(f"/arenden/{draft.pk}/submit/").status_code == 403
    assert signed_in(cast.coauthor).post(f"/arenden/{draft.pk}/kasta/").status_code == 403

    assert signed_in(cast.author).post(f"/arenden/{draft.pk}/kasta/").status_code == 302
    assert not Case.objects.filter(pk=draft.pk).exists()


def test_a_returned_case_is_written_again_and_the_history_says_so(cast: Cast) -> None:
    returned = case_in(IDEA.flow, "returned", cast)
    window = Window(signed_in(cast.author), returned)

    assert window.send(need="Mer om behovet").status_code == 302

    assert Event.objects.filter(case=returned.pk, move="text_changed").values_list("data", flat=True).get() == {
        "fields": ["need"]
    }


def test_a_case_begun_from_another_is_tied_to_it(cast: Cast) -> None:
    idea = case_in(IDEA.flow, "submitted", cast)
    closed = case_in(IDEA.flow, "submitted", cast, owner=cast.outsider)
    Case.objects.filter(pk=closed.pk).update(confidentiality="restricted")
    client = signed_in(cast.author)

    assert client.post(f"/prov/borja/?from={closed.pk}", {"title": "Ny"}).status_code == 404
    client.post(f"/prov/borja/?from={idea.pk}", {"title": "Ny"})

    link = CaseLink.objects.get(source=idea.pk)
    assert (link.target.title, link.relation, link.target.owner) == ("Ny", "led_to", cast.author)
