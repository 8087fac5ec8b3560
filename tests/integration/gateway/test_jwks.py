"""Tokens checked with the keys of an identity provider, while attackers try theirs."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from jwt.algorithms import OKPAlgorithm, RSAAlgorithm

from functions.gateway.tokens import key_id
from tests.integration.gateway.conftest import Person, Start
from tests.support import plain
from tests.support.eventually import until
from tests.support.processes import FunctionProcess

KEYS: dict[str, Any] = {"RS256": generate_private_key(65537, 2048), "EdDSA": Ed25519PrivateKey.generate()}
STRANGER = generate_private_key(65537, 2048)
WRITERS = {"RS256": RSAAlgorithm.to_jwk, "EdDSA": OKPAlgorithm.to_jwk}


@dataclass
class Provider:
    """An identity provider: its keys, how often they were asked for, and whether it answers."""

    url: str = ""
    asked: int = 0
    away: bool = False
    keys: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    made = Provider()
    for name, key in KEYS.items():
        jwk = json.loads(WRITERS[name](key.public_key()))  # type: ignore[operator]  # two of one shape
        made.keys.append({**jwk, "kid": key_id(key), "use": "sig", "alg": name})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked += 1
            self.send_response(503 if made.away else 200)
            self.end_headers()
            if not made.away:
                self.wfile.write(json.dumps({"keys": made.keys}).encode())

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}/jwks.json"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


def pem(key: Any) -> str:
    return str(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())


def public_pem(key: Any) -> bytes:
    return bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


@pytest.fixture(scope="module", params=sorted(KEYS))
def signer(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def guarded(start_gateway: Start, provider: Provider, signer: str) -> FunctionProcess:
    return start_gateway(LEARNFLOW_JWT_JWKS_URL=provider.url, LEARNFLOW_JWT_PRIVATE_KEY=pem(KEYS[signer]))


@pytest.fixture
def person(guarded: FunctionProcess, sign_up: Callable[..., Person]) -> Person:
    return sign_up(url=guarded.url)


def status(gateway: FunctionProcess, token: str) -> int:
    headers = {"authorization": f"Bearer {token}"}
    return plain.get(f"{gateway.url}/api/v1/me", headers=headers, timeout=20).status_code


def raw(claims: dict[str, Any], header: dict[str, Any], secret: bytes) -> str:
    """Sign by hand what a library refuses to: an HMAC whose secret is a public key."""
    import hmac
    from base64 import urlsafe_b64encode

    def part(value: bytes) -> bytes:
        return urlsafe_b64encode(value).rstrip(b"=")

    body = part(json.dumps(header).encode()) + b"." + part(json.dumps(claims).encode())
    return (body + b"." + part(hmac.digest(secret, body, "sha256"))).decode()


def test_tokens_of_the_providers_keys_pass(guarded: FunctionProcess, person: Person, signer: str) -> None:
    assert jwt.get_unverified_header(person.access)["alg"] == signer
    assert status(guarded, person.access) == 200


def test_forgeries_are_refused(
    guarded: FunctionProcess, person: Person, signer: str, provider: Provider
) -> None:
    claims = jwt.decode(person.access, options={"verify_signature": False})
    key, kid = KEYS[signer], key_id(KEYS[signer])
    own_jwk = json.loads(RSAAlgorithm.to_jwk(STRANGER.public_key()))
    now = int(time.time())
    other = next(name for name in KEYS if name != signer)

    def signed(changes: dict[str, Any], by: Any = key, alg: str = signer, **header: Any) -> str:
        return jwt.encode(claims | changes, by, alg, {"kid": kid, **header})

    attempts = {
        "no signature": raw(claims, {"alg": "none", "kid": kid}, b"").rpartition(".")[0] + ".",
        "None": raw(claims, {"alg": "None", "kid": kid}, b""),
        "public PEM as a secret": raw(claims, {"alg": "HS256", "kid": kid}, public_pem(key)),
        "JWKS as a secret": raw(claims, {"alg": "HS256", "kid": kid}, json.dumps(provider.keys[0]).encode()),
        "empty secret": raw(claims, {"alg": "HS256", "kid": "/dev/null"}, b""),
        "key of a stranger": signed({}, STRANGER, "RS256"),
        "key in the header": signed({}, STRANGER, "RS256", jwk=own_jwk),
        "address in the header": signed(
            {}, STRANGER, "RS256", jku="http://127.0.0.1:1/", x5u="http://127.0.0.1:1/"
        ),
        "the other key's id": signed({}, kid=key_id(KEYS[other])),
        "a path as id": signed({}, STRANGER, "RS256", kid="../../../../etc/passwd"),
        "SQL as id": signed({}, STRANGER, "RS256", kid="x' UNION SELECT 'x"),
        "no id": jwt.encode(claims, STRANGER, "RS256"),
        "PS256": signed({}, KEYS["RS256"], "PS256", kid=key_id(KEYS["RS256"])),
        "over by more than two clocks differ": signed({"exp": now - 30}),
        "not yet": signed({"nbf": now + 3600}),
        "made in the future": signed({"iat": now + 3600}),
        "another issuer": signed({"iss": "https://evil.example"}),
        "several audiences, none ours": signed({"aud": ["a", "b"]}),
        "stream audience": signed({"aud": "learnflow/stream"}),
        "session as a number": signed({"sid": 7}),
        "session as a list": signed({"sid": [claims["sid"]]}),
        "end of time": signed({"exp": 10**18}),
        "session of nobody": signed({"sid": str(uuid4())}),
    }
    assert {name: status(guarded, token) for name, token in attempts.items()} == dict.fromkeys(attempts, 401)
    assert status(guarded, signed({})) == 200


def test_unknown_key_ids_do_not_make_us_flood_the_provider(
    guarded: FunctionProcess, person: Person, provider: Provider
) -> None:
    claims = jwt.decode(person.access, options={"verify_signature": False})
    before = provider.asked
    for number in range(20):
        forged = jwt.encode(claims, STRANGER, "RS256", {"kid": f"made-up-{number}"})
        assert status(guarded, forged) == 401
    assert provider.asked - before <= 3


def test_while_the_provider_is_away_a_token_is_neither_good_nor_bad(
    start_gateway: Start, provider: Provider, person: Person, signer: str
) -> None:
    """A 401 would sign out everybody."""
    provider.away = True
    fresh = start_gateway(LEARNFLOW_JWT_JWKS_URL=provider.url, LEARNFLOW_JWT_PRIVATE_KEY=pem(KEYS[signer]))
    try:
        answer = plain.get(f"{fresh.url}/api/v1/me", headers={"authorization": f"Bearer {person.access}"})
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
    finally:
        provider.away = False
    until(lambda: status(fresh, person.access) == 200, "it did not ask again", 60)
    fresh.kill()
