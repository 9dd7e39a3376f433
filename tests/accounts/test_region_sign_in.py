"""Single sign-on with the Region's own sign-in, against a real provider that can misbehave (ASVS 6.8, OpenID Connect Core 3.1.3.7)."""

import time
from collections.abc import Iterator
from copy import deepcopy
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from django.conf import LazySettings
from django.test import Client

from portal.accounts.models import User
from tests.accounts.conftest import LOGIN, SignIn
from tests.accounts.provider import CLIENT_ID, CLIENT_SECRET, Provider, key_of
from tests.cast import Cast

pytestmark = pytest.mark.trust(9)
START, BACK = "/konto/via/region/", "/konto/via/region/svar/"


@pytest.fixture
def provider(settings: LazySettings) -> Iterator[Provider]:
    made = Provider()
    client = {
        **settings.OIDC_CLIENT,
        "client_id": CLIENT_ID,
        "secret": CLIENT_SECRET,
        "settings": {"server_url": made.issuer},
    }
    providers = deepcopy(settings.SOCIALACCOUNT_PROVIDERS)
    providers["openid_connect"]["APPS"] = [client]
    settings.OIDC_ISSUER, settings.OIDC_CLIENT, settings.SOCIALACCOUNT_PROVIDERS = made.issuer, client, providers
    yield made
    made.stop()


def come_in(client: Client, provider: Provider, **changes: str) -> Any:
    """The whole way: off to the provider, consent there, and back."""
    there = client.get(START, {"next": "/om/"})
    assert there.status_code == 302, there.content
    return client.get(BACK, {**provider.consent(there["Location"]), **changes})


def person_in(client: Client) -> User | None:
    found = client.session.get("_auth_user_id")
    return User.objects.get(pk=found) if found else None


def test_an_employee_comes_in_with_the_name_of_the_directory(db: None, client: Client, provider: Provider) -> None:
    answer = come_in(client, provider)
    assert (answer.status_code, answer["Location"]) == (302, "/om/")
    person = person_in(client)
    assert person
    assert (person.name, person.email, person.is_employee) == ("Kim Karlsson", "kim@region.example", True)
    assert not person.has_usable_password()
    assert not person.is_staff


def test_the_request_carries_state_nonce_and_a_code_challenge_and_nothing_from_the_address(
    db: None, client: Client, provider: Provider
) -> None:
    there = client.get(START, {"scope": "everything", "auth_params": "nonce=mine&prompt=none"})["Location"]
    asked = parse_qs(urlsplit(there).query)
    assert set(asked["scope"][0].split()) == {"openid", "profile", "email"}
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["nonce"][0]) > 40
    assert "prompt" not in asked
    again = parse_qs(urlsplit(client.get(START)["Location"]).query)
    assert again["nonce"] != asked["nonce"]
    assert again["state"] != asked["state"]


def test_the_second_time_it_is_the_same_person_with_what_the_directory_says_now(
    db: None, client: Client, provider: Provider
) -> None:
    come_in(client, provider)
    provider.person |= {"name": "Kim Andersson", "email": "kim.andersson@region.example"}
    again = Client()
    come_in(again, provider)
    person = person_in(again)
    assert person == person_in(client)
    assert person
    assert person.name == "Kim Andersson"


def test_a_person_is_issuer_and_subject_and_never_an_address(
    db: None, client: Client, provider: Provider, settings: LazySettings
) -> None:
    come_in(client, provider)
    provider.person |= {"sub": "kim-2"}
    other = Client()
    answer = come_in(other, provider)
    assert answer["Location"] == LOGIN, "the address is taken, and that is no way in"
    assert person_in(other) is None
    provider.person |= {"email": "kim-2@region.example"}
    come_in(other, provider)
    assert person_in(other) != person_in(client)
    assert len(set(SocialAccount.objects.values_list("uid", flat=True))) == 2


def test_the_same_subject_at_another_issuer_is_another_person(db: None, client: Client, provider: Provider) -> None:
    come_in(client, provider)
    (known,) = SocialAccount.objects.all()
    known.extra_data["id_token"]["iss"] = "https://elsewhere.example"
    from portal.accounts.region import RegionProvider

    assert RegionProvider.extract_uid(RegionProvider.__new__(RegionProvider), known.extra_data) != known.uid


def test_an_address_that_belongs_to_someone_else_here_opens_nothing(
    cast: Cast, client: Client, provider: Provider
) -> None:
    provider.person |= {"email": "Author@example.org"}
    answer = come_in(client, provider)
    assert answer["Location"] == LOGIN
    assert person_in(client) is None
    assert not SocialAccount.objects.exists()


def test_one_connects_the_two_after_signing_in_to_the_first(
    cast: Cast, client: Client, provider: Provider, sign_in: SignIn
) -> None:
    provider.person |= {"email": "author@example.org"}
    sign_in("author")
    there = client.get(START, {"process": "connect"})
    client.get(BACK, provider.consent(there["Location"]))
    assert SocialAccount.objects.get().user == cast.author
    again = Client()
    come_in(again, provider)
    assert person_in(again) == cast.author


def test_a_disabled_person_is_not_let_in(db: None, client: Client, provider: Provider) -> None:
    come_in(client, provider)
    User.objects.update(is_active=False)
    again = Client()
    assert come_in(again, provider)["Location"] == "/konto/avstangt/"
    assert person_in(again) is None


# ── All the wrong answers ────────────────────────────────────────────────────────────────────────────────────────────


def refused(client: Client, answer: Any) -> None:
    assert answer.status_code == 401, answer
    assert person_in(client) is None
    assert not User.objects.exists()
    assert not SocialAccount.objects.exists()


WRONG_CLAIMS: dict[str, dict[str, Any]] = {
    "another audience": {"aud": "another-client"},
    "no audience": {"aud": None},
    "several audiences and no party": {"aud": [CLIENT_ID, "another-client"]},
    "another party": {"aud": [CLIENT_ID, "another-client"], "azp": "another-client"},
    "another issuer": {"iss": "https://evil.example"},
    "no issuer": {"iss": None},
    "another nonce": {"nonce": "of-another-request"},
    "no nonce": {"nonce": None},
    "run out": {"exp": int(time.time()) - 3600},
    "never runs out": {"exp": None},
    "from the future": {"iat": int(time.time()) + 86400, "nbf": int(time.time()) + 86400},
    "nobody": {"sub": None},
}


@pytest.mark.parametrize("wrong", WRONG_CLAIMS)
def test_a_token_with_a_wrong_claim_is_refused(db: None, client: Client, provider: Provider, wrong: str) -> None:
    def change(claims: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in {**claims, **WRONG_CLAIMS[wrong]}.items() if value is not None}

    provider.change_claims = change
    refused(client, come_in(client, provider))


def test_a_token_signed_with_another_key_is_refused(db: None, client: Client, provider: Provider) -> None:
    other = key_of("somebody else")
    provider.sign = lambda claims: jwt.encode(claims, other, algorithm="RS256", headers={"kid": "one"})
    refused(client, come_in(client, provider))


def test_a_token_that_was_changed_after_signing_is_refused(db: None, client: Client, provider: Provider) -> None:
    def sign(claims: dict[str, Any]) -> str:
        head, _body, signature = provider.sign_right(claims).split(".")
        _head, body, _signature = provider.sign_right({**claims, "sub": "someone-else"}).split(".")
        return f"{head}.{body}.{signature}"

    provider.sign = sign
    refused(client, come_in(client, provider))


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256"])
def test_a_token_without_a_real_signature_is_refused(
    db: None, client: Client, provider: Provider, algorithm: str
) -> None:
    def sign(claims: dict[str, Any]) -> str:
        if algorithm == "HS256":  # "signed" with what is no secret
            return jwt.encode(claims, CLIENT_SECRET.ljust(32, "."), algorithm="HS256", headers={"kid": "one"})
        token = jwt.encode(claims, "", algorithm="none", headers={"kid": "one"})
        head = jwt.utils.base64url_encode(f'{{"alg":"{algorithm}","typ":"JWT","kid":"one"}}'.encode()).decode()
        return f"{head}.{token.split('.')[1]}."

    provider.sign = sign
    refused(client, come_in(client, provider))


@pytest.mark.parametrize("token", ["", "not.a.token", "x", "e30.e30."])
def test_what_is_no_token_is_refused(db: None, client: Client, provider: Provider, token: str) -> None:
    provider.sign = lambda claims: token
    refused(client, come_in(client, provider))


def test_a_key_that_the_provider_does_not_show_is_refused(db: None, client: Client, provider: Provider) -> None:
    provider.sign = lambda claims: jwt.encode(claims, provider.key, algorithm="RS256", headers={"kid": "two"})
    refused(client, come_in(client, provider))


def test_userinfo_about_someone_else_is_refused(db: None, client: Client, provider: Provider) -> None:
    provider.change_userinfo = lambda info: {**info, "sub": "someone-else"}
    refused(client, come_in(client, provider))


def test_a_provider_that_names_another_issuer_is_refused(db: None, client: Client, provider: Provider) -> None:
    there = client.get(START)
    provider.change_discovery = lambda found: {**found, "issuer": "https://evil.example"}
    refused(client, client.get(BACK, provider.consent(there["Location"])))


def test_an_answer_with_another_state_or_none_is_refused(db: None, client: Client, provider: Provider) -> None:
    refused(client, come_in(client, provider, state="of-another-request"))
    refused(client, come_in(client, provider, state=""))


def test_an_answer_meant_for_another_browser_is_refused(db: None, client: Client, provider: Provider) -> None:
    there = client.get(START)
    victim = Client()
    refused(victim, victim.get(BACK, provider.consent(there["Location"])))


def test_an_answer_counts_once(db: None, client: Client, provider: Provider) -> None:
    there = client.get(START, {"next": "/om/"})
    answer = provider.consent(there["Location"])
    assert client.get(BACK, answer).status_code == 302
    client.post("/konto/logga-ut/")
    assert client.get(BACK, answer).status_code == 401
    assert person_in(client) is None


def test_a_token_from_an_earlier_sign_in_is_refused(db: None, client: Client, provider: Provider) -> None:
    tokens: list[str] = []

    def sign(claims: dict[str, Any]) -> str:
        tokens.append(provider.sign_right(claims))
        return tokens[-1]

    provider.sign = sign
    come_in(client, provider)
    provider.kept = tokens[0]
    again = Client()
    assert come_in(again, provider).status_code == 401
    assert person_in(again) is None


def test_a_code_without_the_browsers_own_proof_gets_no_token(db: None, client: Client, provider: Provider) -> None:
    """PKCE: a code that was caught on its way is worth nothing in another's hands."""
    stolen = provider.consent(Client().get(START)["Location"])["code"]
    refused(client, come_in(client, provider, code=stolen))


# ── And when it is away, or stronger ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.trust(26)
def test_with_the_provider_away_the_page_says_so_and_other_ways_stay_open(
    cast: Cast, client: Client, provider: Provider, sign_in: SignIn
) -> None:
    there = client.get(START)
    answer = provider.consent(there["Location"])
    provider.stop()
    for page in (client.get(START), client.get(BACK, answer)):
        assert page.status_code == 503
        assert LOGIN in page.content.decode()
    assert client.get(LOGIN).status_code == 200
    assert sign_in("author")["Location"] == "/om/"


@pytest.mark.trust(10)
@pytest.mark.parametrize(
    ("claims", "strong"),
    [({"amr": ["pwd"]}, False), ({"amr": ["pwd", "mfa"]}, True), ({"acr": "loa3"}, True), ({}, False)],
)
def test_a_second_factor_shown_at_the_provider_counts_here(
    db: None, client: Client, provider: Provider, settings: LazySettings, claims: dict[str, Any], strong: bool
) -> None:
    settings.MFA_REQUIRED, settings.OIDC_STRONG_ACR = True, ["loa3"]
    come_in(Client(), provider)
    User.objects.update(is_staff=True)
    provider.change_claims = lambda found: {**found, **claims}
    come_in(client, provider)
    assert client.get("/konto/").status_code == (200 if strong else 302)


def test_the_page_offers_the_regions_sign_in_only_where_there_is_one(
    db: None, client: Client, request: pytest.FixtureRequest
) -> None:
    assert START not in client.get(LOGIN).content.decode()
    request.getfixturevalue("provider")
    page = client.get(LOGIN, {"next": "/om/"}).content.decode()
    assert f'href="{START}?next=%2Fom%2F"' in page
