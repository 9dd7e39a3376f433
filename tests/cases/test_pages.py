"""The pages of a case, as each part sees them."""

from django.urls import reverse

from portal.cases import kinds
from tests.cast import Cast, case_in, draft_of, signed_in

IDEA = kinds.by_key("idea").flow


def test_a_number_in_any_dress_leads_to_the_case(cast: Cast) -> None:
    case = case_in(IDEA, "submitted", cast)
    client, right = signed_in(cast.author), case.get_absolute_url()
    year, number = case.reference.split()[1].split("-")

    assert right == f"/arenden/SOS-{year}-{number}/"
    for dress in (
        f"sos-{year}-{number}",
        f"SOS {year}-{number}",
        f"SOS {year}–{number}",
        f"Sos/{year}/{int(number)}",
        f"{case.pk}",
    ):
        assert client.get(f"/arenden/{dress}/").headers["Location"] == right
        assert signed_in(cast.external).get(f"/arenden/{dress}/").status_code == 404


def test_a_move_is_asked_for_made_and_told(cast: Cast) -> None:
    draft = draft_of(IDEA, cast)
    client = signed_in(cast.author)
    page = client.get(draft.get_absolute_url())
    assert reverse("cases:move", args=[draft.key, "submit"]) in page.content.decode()

    asked = client.get(reverse("cases:move", args=[draft.key, "submit"]))
    assert asked.status_code == 200
    answer = client.post(reverse("cases:move", args=[draft.key, "submit"]), {"version": draft.version}, follow=True)

    draft.refresh_from_db()
    assert draft.state == "submitted"
    assert [str(message) for message in answer.context["messages"]]
    assert answer.redirect_chain == [(draft.get_absolute_url(), 302)]


def test_a_move_on_a_case_that_has_moved_on_is_answered_with_a_sentence(cast: Cast) -> None:
    case = case_in(IDEA, "submitted", cast)
    client, address = signed_in(cast.author), reverse("cases:move", args=[case.key, "withdraw"])
    stale = client.post(address, {"version": case.version - 1})

    assert stale.status_code == 409
    assert case.get_state_display() in stale.content.decode()
    assert client.get(reverse("cases:move", args=[case.key, "submit"])).status_code == 409
    assert client.get(reverse("cases:move", args=[case.key, "take_up"])).status_code == 403
    assert client.get(reverse("cases:move", args=[case.key, "no_such_move"])).status_code == 404
    assert signed_in(cast.external).get(address).status_code == 404
