"""An OpenID Connect provider on this machine: real HTTP, real keys, and every way of doing it wrong."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, CLIENT_SECRET = "innovationsportalen", "provider-secret"
Change = Callable[[dict[str, Any]], dict[str, Any]]


@cache
def key_of(whom: str) -> rsa.RSAPrivateKey:
    """Made once for all tests: it takes a while."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider:
    """Answers discovery, keys, token and userinfo. ``change_claims``, ``change_userinfo`` and ``sign`` make it misbehave."""

    def __init__(self) -> None:
        self.key = key_of("the provider")
        self.person: dict[str, Any] = {"sub": "kim-1", "name": "Kim Karlsson", "email": "kim@region.example"}
        self.change_claims: Change = lambda claims: claims
        self.change_userinfo: Change = lambda info: info
        self.change_discovery: Change = lambda found: found
        self.sign: Callable[[dict[str, Any]], str] = self.sign_right
        self.codes: dict[str, dict[str, str]] = {}
        self.kept: str | None = None
        self.asked: list[str] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def sign_right(self, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "one"})

    def consent(self, address: str) -> dict[str, str]:
        """What a person does at the provider: sign in there, and be sent back with a code and the state."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    # ── What it answers ──────────────────────────────────────────────────────────────────────────────────────────────

    def discovery(self, _sent: dict[str, str]) -> dict[str, Any]:
        places = {name: f"{self.issuer}/{name}" for name in ("authorize", "token", "userinfo", "keys")}
        return self.change_discovery(
            {
                "issuer": self.issuer,
                "authorization_endpoint": places["authorize"],
                "token_endpoint": places["token"],
                "userinfo_endpoint": places["userinfo"],
                "jwks_uri": places["keys"],
            }
        )

    def keys(self, _sent: dict[str, str]) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "one", "alg": "RS256", "use": "sig"}]}

    def token(self, sent: dict[str, str]) -> dict[str, Any] | None:
        asked = self.codes.pop(sent.get("code", ""), None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest()).decode()
        if asked is None or sent.get("client_secret") != CLIENT_SECRET or proof.rstrip("=") != asked["code_challenge"]:
            return None
        now = int(time.time())
        claims = {
            **self.person,
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
        }
        return {
            "access_token": "opens-userinfo",
            "token_type": "Bearer",
            "id_token": self.kept or self.sign(self.change_claims(claims)),
        }

    def userinfo(self, _sent: dict[str, str]) -> dict[str, Any]:
        return self.change_userinfo(dict(self.person))

    def _handler(provider) -> type[BaseHTTPRequestHandler]:  # noqa: N805  the handler's own self is the request
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                sent = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
                place = urlsplit(self.path).path
                provider.asked.append(place)
                answers: dict[str, Callable[[dict[str, str]], dict[str, Any] | None]] = {
                    "/.well-known/openid-configuration": provider.discovery,
                    "/keys": provider.keys,
                    "/token": provider.token,
                    "/userinfo": provider.userinfo,
                }
                answer = answers[place](sent)
                self.send_response(400 if answer is None else 200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(answer or {"error": "invalid_grant"}).encode())

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, *words: Any) -> None:
                pass

        return Handler
