"""Lists: what waits for me, my cases, all cases with filters in the address, and search."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.cases import kinds
from portal.cases.actions.people import assign_holder
from portal.cases.filters import unit_choices
from portal.cases.models import Case, CaseWord
from portal.cases.queries.listing import CappedPaginator
from portal.cases.queries.search import found_ids, marked
from portal.cases.sorting import swedish
from portal.organisation.models import Unit
from tests.cast import Cast, case_in, draft_of, make_move, signed_in

IDEA = kinds.by_key("idea").flow
ALL = "/arenden/alla/"


def titles(client: Client, **query: Any) -> list[str]:
    rows = client.get(ALL, query).context["table"].rows
    return [str(row.record) for row in rows]


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.strategy("B2-3")
def test_the_inbox_holds_what_waits_for_me_the_most_urgent_first(cast: Cast) -> None:
    late, soon = (case_in(IDEA, "submitted", cast, title=title) for title in ("Sen", "Snart"))
    Case.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(days=1))
    back = case_in(IDEA, "returned", cast, title="Tillbaka")
    draft_of(IDEA, cast, title="Utkast")

    lead = signed_in(cast.lead).get("/arenden/").context
    author = signed_in(cast.author).get("/arenden/").context

    assert [str(case) for case in lead["waiting"]] == ["Sen", "Snart"]
    assert [case.pk for case in author["waiting"]] == [back.pk]
    assert [str(case) for case in author["drafts"]] == ["Utkast"]
    assert {str(case) for case in author["authored"]} == {"Sen", "Snart", "Tillbaka"}
    assert soon.pk in {case.pk for case in lead["waiting"]}


def test_units_to_choose_from_stand_by_name_under_what_they_belong_to(cast: Cast) -> None:
    day = {"kind": "forvaltning", "valid_from": "2020-01-01"}
    region, names = Unit.objects.get(code="REGION"), ("Östra", "Ängen", "Åsen", "Zetan", "Under")
    for number, name in enumerate(names[:4]):
        parent = Unit.objects.create(code=f"Z{number}", name=name, parent=region, **day)
        Unit.objects.create(code=f"U{number}", name="Under", parent=parent, **day)
    labels = [label for _pk, label in unit_choices()]
    assert labels[0] == str(region)
    told = [label for label in labels if label.strip() in names]
    assert told == [
        part for name in ("Zetan", "Åsen", "Ängen", "Östra") for part in (f"\u2003{name}", "\u2003\u2003Under")
    ]


@pytest.mark.trust(23)
@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/", "idea"),
        ("/arenden/", "idea"),
        (ALL, "idea"),
        ("/sok/?q=drönare", "idea"),
        ("/diarium/", "idea"),
        ("/ideer/", "idea"),
        ("/forslag/hantera/", "suggestion"),
    ],
)
def test_a_list_costs_the_same_with_one_row_and_three(cast: Cast, address: str, kind: str) -> None:
    client, flow = signed_in(cast.lead), kinds.by_key(kind).flow
    client.get(address)
    counts = []
    for number in (1, 2):
        for _ in range(number):
            case = case_in(flow, "submitted" if kind == "idea" else "received", cast, title="Drönare")
            assign_holder(case=case, holder=cast.lead, by=cast.lead)
        counts.append(queries(client, address))

    assert counts[0] == counts[1]
    assert counts[0] <= 15


@pytest.mark.trust(23)
def test_a_case_costs_the_same_with_little_and_much_in_it(cast: Cast) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from portal.cases.actions.documents import add_document
    from portal.cases.actions.links import tie_cases
    from portal.cases.actions.messages import send_message
    from portal.cases.states import Audience, Relation
    from portal.cases.uploads import inspect

    case = case_in(IDEA, "assessing", cast)
    client = signed_in(cast.lead)
    counts = []
    for number in (1, 2):
        for _ in range(number):
            file = SimpleUploadedFile("plan.txt", b"plan")
            add_document(case=case, file=file, accepted=inspect(file, "plan.txt"), person=cast.lead)
            send_message(case=case, text="Hej", audience=Audience.AUTHOR, person=cast.lead)
            other = case_in(IDEA, "submitted", cast)
            tie_cases(source=case, target=other, relation=Relation.RELATED, by=cast.lead)
            assign_holder(case=case, holder=None, by=cast.lead)
            assign_holder(case=case, holder=cast.lead, by=cast.lead)
        counts.append(queries(client, case.get_absolute_url()))

    assert counts[0] == counts[1]
    assert counts[0] <= 20


def test_filters_stand_in_the_address_and_narrow_the_list(cast: Cast) -> None:
    first = case_in(IDEA, "submitted", cast, title="Drönare", perspectives=["quality"], beneficiaries=["patient"])
    second = case_in(IDEA, "assessing", cast, title="Robot", unit="KAR", owner=cast.outsider, perspectives=["insight"])
    assign_holder(case=second, holder=cast.other_lead, by=cast.other_lead)
    Case.objects.filter(pk=second.pk).update(due_at=timezone.now() - timedelta(days=1))
    client, year = signed_in(cast.author), timezone.localdate().year
    lisab = Unit.objects.get(code="LISAB").pk

    assert titles(client) == ["Robot", "Drönare"]
    assert titles(client, kind="idea", state="idea.submitted", year=year) == ["Drönare"]
    assert titles(client, unit=lisab) == ["Drönare"]
    assert titles(client, perspective="insight") == ["Robot"]
    assert titles(client, beneficiary="patient") == ["Drönare"]
    assert titles(client, overdue="on") == ["Robot"]
    assert titles(client, holder="other") == ["Robot"]
    assert titles(client, mine="author") == ["Drönare"]
    assert titles(signed_in(cast.other_lead), mine="holder") == ["Robot"]
    assert titles(signed_in(cast.lead), mine="next") == ["Drönare"]
    assert titles(client, q="robotarna") == ["Robot"]
    assert titles(client, q=first.key) == ["Drönare"]
    assert titles(client, year=2021) == titles(client, kind="suggestion") == []


def test_a_wrong_filter_is_told_and_breaks_nothing(cast: Cast) -> None:
    case_in(IDEA, "submitted", cast)
    client = signed_in(cast.author)

    for query in ({"kind": "x"}, {"unit": "abc"}, {"state": "x.y"}, {"page": "99"}, {"sort": "-nothing"}, {"q": "\0"}):
        assert client.get(ALL, query).status_code in {200, 404}


def test_swedish_letters_sort_last_and_in_their_order(cast: Cast) -> None:
    for title in ("Örat", "zebra", "Ängen", "åka", "Ål", "apa", "Émile", "ek"):
        case_in(IDEA, "submitted", cast, title=title)

    assert titles(signed_in(cast.author), sort="title") == ["apa", "ek", "Émile", "zebra", "åka", "Ål", "Ängen", "Örat"]
    assert list(Case.objects.order_by(swedish("title")).values_list("title", flat=True))[-1] == "Örat"


def test_counting_stops_at_a_thousand(db: None) -> None:
    paginator = CappedPaginator(Unit.objects.all(), 10)
    assert (paginator.count, paginator.capped) == (Unit.objects.count(), False)

    paginator = CappedPaginator(Unit.objects.all(), 10)
    paginator.most = 20
    assert (paginator.count, paginator.capped, paginator.num_pages) == (20, True, 2)


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_the_filtered_list_leaves_as_a_file(cast: Cast, form: str) -> None:
    case_in(IDEA, "submitted", cast, title="Drönare")
    case_in(IDEA, "submitted", cast, title="Robot", need="Ett behov", solution="En lösning")

    answer = signed_in(cast.author).get(reverse("cases:export_list", args=[form]), {"q": "drönare"})

    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    if form != "xlsx":
        assert ("Drönare" in content.decode(), "Robot" in content.decode()) == (True, False)


@pytest.mark.slow
def test_the_file_holds_every_case_of_the_list_however_many(cast: Cast) -> None:
    case = case_in(IDEA, "submitted", cast)
    columns = ("kind", "state", "unit_id", "owner_id", "awaits", "opened_at", "due_at")
    alike = {name: getattr(case, name) for name in columns}
    more = (Case(**alike, title="Rad", reference=f"RS 1999-{number:05}") for number in range(20_001))
    Case.objects.bulk_create(more, batch_size=5000)

    answer = signed_in(cast.author).get(reverse("cases:export_list", args=["csv"]))

    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert content.count(b"\r\n") == 1 + 20_002


def found(cast: Cast, words: str) -> list[str]:
    rows = signed_in(cast.author).get("/sok/", {"q": words}).context["hits"]
    return [str(hit.case) for hit in rows]


@pytest.mark.strategy("B2-4")
def test_search_knows_swedish_endings_misspellings_and_parts_of_words(cast: Cast) -> None:
    case_in(
        IDEA, "submitted", cast, title="Ambulansdrönare med hjärtstartare", need="Patienter dör i väntan på ambulansen."
    )
    case_in(IDEA, "submitted", cast, title="Robot som delar ut läkemedel", need="Sköterskorna hinner inte.")

    assert found(cast, "läkemedlen")[:1] == ["Robot som delar ut läkemedel"]
    assert found(cast, "patienten väntan") == ["Ambulansdrönare med hjärtstartare"]
    assert found(cast, "hjärtstatare") == ["Ambulansdrönare med hjärtstartare"]
    assert found(cast, "drönare") == ["Ambulansdrönare med hjärtstartare"]
    assert found(cast, '"delar ut"') == ["Robot som delar ut läkemedel"]
    assert found(cast, "xyzzy") == []


def test_a_diary_number_finds_its_case_and_the_best_comes_first(cast: Cast) -> None:
    case_in(IDEA, "submitted", cast, title="Något annat", need="Nämner hiss en gång.")
    best = case_in(IDEA, "submitted", cast, title="Hiss till hissen", need="Hiss, hiss, hiss.")

    assert found(cast, "hiss") == ["Hiss till hissen", "Något annat"]
    assert found(cast, str(best.reference).lower()) == ["Hiss till hissen"]
    assert found_ids("hiss", cast.author, kind="suggestion") == []


def test_the_passage_is_escaped_and_its_words_marked(cast: Cast) -> None:
    case_in(IDEA, "submitted", cast, title="Säkert", need="<script>alert(1)</script> om hissen i huset")

    page = signed_in(cast.author).get("/sok/", {"q": "hiss"}).content.decode()

    assert "<mark>hissen</mark>" in page
    assert "<script>alert" not in page
    assert marked("\x02a\x03<b>") == "<mark>a</mark>&lt;b&gt;"


@pytest.mark.parametrize("address", [ALL, "/ideer/", "/forslag/hantera/"])
def test_an_empty_list_says_what_to_do(cast: Cast, address: str) -> None:
    page = signed_in(cast.lead).get(address, {"q": "xyzzy"}).content.decode()

    assert "Ta bort ett filter" in page


def test_no_plan_is_kept_of_a_search(cast: Cast) -> None:
    """How many rows have a word decides how they are best found, and the words asked for first say nothing of the next."""
    case_in(IDEA, "submitted", cast, title="Hissen")
    client = signed_in(cast.author)
    for words in ("hiss", "hissn"):
        assert client.get("/sok/", {"q": words}).context["hits"]

    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        kept = [statement for (statement,) in cursor]
    assert kept
    assert not [statement for statement in kept if " @@ " in statement]


def test_who_is_not_signed_in_searches_the_guides_alone(cast: Cast) -> None:
    case_in(IDEA, "submitted", cast, title="Idéslussen")

    page = Client().get("/sok/", {"q": "idé"})

    assert page.context["hits"] == []
    assert page.context["elsewhere"]
    assert "Idéslussen" not in page.content.decode()


def test_a_move_leaves_the_inbox_of_one_and_enters_that_of_another(cast: Cast) -> None:
    case = case_in(IDEA, "assessing", cast)
    make_move(case, "send_back", cast)

    assert list(signed_in(cast.lead).get("/arenden/").context["waiting"]) == []
    assert [row.pk for row in signed_in(cast.author).get("/arenden/").context["waiting"]] == [case.pk]


def test_of_what_looks_like_a_misspelt_word_the_likest_comes_first(cast: Cast) -> None:
    case_in(IDEA, "submitted", cast, title="Påminnelsekort med posten", need="Ett kort.")
    case_in(IDEA, "submitted", cast, title="Påminnelserna om påminnelser", need="Påminnelserna, påminnelserna.")

    assert found(cast, "påminnelsekotr") == ["Påminnelsekort med posten", "Påminnelserna om påminnelser"]


def test_a_misspelt_word_and_a_part_of_one_find_what_they_mean(cast: Cast) -> None:
    first, second = (
        case_in(IDEA, "submitted", cast, title=title) for title in ("Kallelser i mobilen", "Patientkallelser")
    )
    Case.objects.filter(pk=first.pk).update(title="Kallelser i telefonen")
    draft_of(IDEA, cast, title="Hemlighetsfull drönare")
    case_in(IDEA, "rights", cast, title="Förborgad ventil")

    assert found_ids("kallelsr", cast.author) == found_ids("kallelsr telefnen", cast.author) == [first.pk]
    assert found_ids("kallelser", cast.author) == [first.pk, second.pk]
    assert found_ids("kallelsr obegripligt", cast.author) == found_ids("mobiln", cast.author) == []
    assert found_ids("kallelsr", AnonymousUser()) == found_ids("%'&(", cast.author) == []
    assert not CaseWord.objects.filter(word__in=["hemlighetsfull", "drönare", "förborgad", "ventil"]).exists()


def test_a_misspelt_word_of_the_text_finds_its_case(cast: Cast) -> None:
    case = case_in(IDEA, "submitted", cast, title="Ljus", need="Mörkt i korridoren.", solution="En sköterskas lampa.")
    case_in(IDEA, "submitted", cast, title="Värme", need="Kallt med alla och ingen.")

    assert found(cast, "koridoren") == found(cast, "koridoren med sköterskns") == ["Ljus"]
    assert found(cast, "koridoren obegripligt") == []
    Case.objects.filter(pk=case.pk).update(body="Mörkt i hissschaktet")
    assert found(cast, "hisschaktet") == ["Ljus"]
    assert found(cast, "koridoren") == []


@pytest.mark.parametrize(
    ("openness", "provision", "words"),
    [
        ("open", "", {"ljuset", "korridoren", "lampa"}),
        ("open", "19:1", {"ljuset"}),
        ("internal", "", {"ljuset"}),
    ],
)
def test_only_what_all_employees_read_teaches_the_search_its_text(
    cast: Cast, openness: str, provision: str, words: set[str]
) -> None:
    draft = draft_of(IDEA, cast, title="Ljuset", need="Korridoren, 19121212-1212.", solution="Lampa")
    assert sought() == set()

    case = Case.objects.filter(pk=draft.pk)
    case.update(confidentiality=openness, provision=provision)
    make_move(draft, "submit", cast)

    assert sought() == words
    case.update(confidentiality="open", provision="")
    assert sought() == {"ljuset", "korridoren", "lampa"}


def test_what_is_closed_teaches_the_search_nothing_until_it_is_opened(cast: Cast) -> None:
    idea = case_in(IDEA, "rights", cast, title="Ljuset", need="Korridoren, 19121212-1212.", solution="Lampa")
    assert sought() == set()

    make_move(idea, "open_up", cast)

    assert sought() == {"ljuset", "korridoren", "lampa"}


def sought() -> set[str]:
    """What the search has learnt of the words that the two tests above write."""
    written = ["ljuset", "korridoren", "lampa", "19121212", "1212"]
    return set(CaseWord.objects.filter(word__in=written).values_list("word", flat=True))
