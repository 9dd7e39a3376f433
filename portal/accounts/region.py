"""The Region's own sign-in, by OpenID Connect: allauth's provider with the checks that the standard asks for and allauth leaves out.

allauth trusts the TLS connection and skips the token's signature, sends no nonce, and takes the person from the userinfo endpoint
without comparing it to the token. Here the token is verified in full (OpenID Connect Core 1.0, 3.1.3.7), bound to the browser that
asked by a nonce, and a person is known by issuer and subject together.
"""

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

import jwt
from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base import Provider
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""Signatures by a key that only the provider holds: neither "none" nor anything keyed by a shared secret."""
LEEWAY = 60  # seconds between the clocks
Claims = Mapping[str, Any]


class RegionAdapter(OpenIDConnectOAuth2Adapter):
    """Talks to the provider. Raises OAuth2Error, which allauth answers with a page and status 401, for anything that is not right."""

    nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().openid_config
        if config.get("issuer") != settings.OIDC_ISSUER:
            raise OAuth2Error("The provider names another issuer.")
        return config

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        claims = self.verify(app, kwargs["response"].get("id_token") or "")
        userinfo = self._fetch_user_info(token.token) if "userinfo_endpoint" in self.openid_config else claims
        if userinfo.get("sub") != claims["sub"]:
            raise OAuth2Error("The token and the userinfo are about different people.")
        return self.get_provider().sociallogin_from_response(request, {"id_token": claims, "userinfo": userinfo})

    def verify(self, app: SocialApp, token: str) -> dict[str, Any]:
        """The token's claims, once signature, issuer, audience, time and nonce have been found right."""
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key=self._signing_key(token),
                algorithms=ALGORITHMS,
                issuer=settings.OIDC_ISSUER,
                audience=app.client_id,
                leeway=LEEWAY,
                options={"require": ["iss", "sub", "aud", "exp", "iat"]},
            )
        except jwt.PyJWTError as problem:
            raise OAuth2Error("The token is not valid.") from problem
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if several else app.client_id) != app.client_id:
            raise OAuth2Error("The token is meant for another client.")
        if not self.nonce or not constant_time_compare(str(claims.get("nonce", "")), self.nonce):
            raise OAuth2Error("The token answers another request.")
        return claims

    def _signing_key(self, token: str) -> jwt.PyJWK:
        kid = jwt.get_unverified_header(token).get("kid")
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        keys = [key for key in jwt.PyJWKSet.from_dict(answer.json()).keys if kid is None or key.key_id == kid]
        if len(keys) != 1:
            raise OAuth2Error("The provider has no such key.")
        return keys[0]


class RegionProvider(OpenIDConnectProvider):
    """Named in SOCIALACCOUNT_PROVIDERS in the place of allauth's own."""

    oauth2_adapter_class = RegionAdapter
    pkce_enabled_default = True
    supports_token_authentication = False

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """Scope and parameters are ours; an address cannot add to them."""
        kwargs: dict[str, Any] = Provider.get_redirect_from_request_kwargs(self, request)
        return kwargs

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **kwargs: Any
    ) -> HttpResponse:
        kwargs["nonce"] = nonce = secrets.token_urlsafe(32)
        kwargs["auth_params"] = {**self.get_auth_params(), "nonce": nonce}
        response: HttpResponse = super().redirect(request, process, next_url, data, **kwargs)
        return response

    def extract_uid(self, data: Any) -> str:
        """Issuer and subject as one key of fixed length; both stand readable in ``SocialAccount.extra_data``."""
        claims = data["id_token"]
        return hashlib.sha256(f"{claims['iss']}\n{claims['sub']}".encode()).hexdigest()

    def extract_common_fields(self, data: Any) -> dict[str, Any]:
        return {"username": claims_in(data).get("preferred_username"), "email": email_in(data), "name": name_in(data)}

    def extract_email_addresses(self, data: Any) -> list[EmailAddress]:
        email = email_in(data)
        verified = claims_in(data).get("email_verified", True) is not False
        return [EmailAddress(email=email, verified=verified, primary=True)] if email else []


class RegionCallback(OAuth2CallbackView):
    """Where the provider sends the person back to. The state is used up when it is read, so an answer counts once."""

    adapter: RegionAdapter

    def _get_state(self, request: HttpRequest, provider: RegionProvider) -> tuple[Any, Any]:
        state, response = super()._get_state(request, provider)
        self.adapter.nonce = (state or {}).get("nonce", "")
        return state, response


def claims_in(data: Claims) -> dict[str, Any]:
    """What the provider says of the person; userinfo says more than the token."""
    return {**data.get("id_token", {}), **data.get("userinfo", {})}


def name_in(data: Claims) -> str:
    claims = claims_in(data)
    name = claims.get("name") or f"{claims.get('given_name', '')} {claims.get('family_name', '')}"
    return str(name).strip()[:150]


def email_in(data: Claims) -> str:
    return str(claims_in(data).get("email") or "").strip().lower()


def is_strong(data: Claims) -> bool:
    """Did the person show a second factor at the provider (RFC 8176), or come in by a way that OIDC_STRONG_ACR names?"""
    token = data.get("id_token", {})
    return "mfa" in (token.get("amr") or []) or token.get("acr") in settings.OIDC_STRONG_ACR


provider_classes = [RegionProvider]
