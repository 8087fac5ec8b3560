"""Tokens: what is signed here passes here, and nothing else does."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from functions.gateway.errors import Unauthenticated
from functions.gateway.settings import Keys
from functions.gateway.tokens import KeysAway, SigningElsewhere, Tokens, digest, new_refresh_token
from functions.runtime.errors import ConfigurationError

SECRET = "a secret of at least thirty-two characters"
USER, SESSION = UUID(int=1), UUID(int=2)
ED25519 = Ed25519PrivateKey.generate()
RSA = generate_private_key(65537, 2048)


def pem(key: Ed25519PrivateKey | object) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()  # type: ignore[attr-defined]


def part(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def tokens(**environ: str) -> Tokens:
    return Tokens(Keys.read({"LEARNFLOW_JWT_SECRET": SECRET, **environ}))


def now() -> datetime:
    return datetime.now(UTC)


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [("", "HS256"), (pem(ED25519), "EdDSA"), (pem(RSA), "RS256")],
    ids=["shared", "ed", "rsa"],
)
async def test_a_token_comes_back_as_its_claims(key: str, algorithm: str) -> None:
    made = tokens(LEARNFLOW_JWT_PRIVATE_KEY=key)
    token = made.access(USER, SESSION, "student", now())
    claims = await made.check(token)
    assert (claims.user_id, claims.session_id) == (USER, SESSION)
    assert timedelta(minutes=14) < claims.expires_at - now() <= timedelta(minutes=15)
    assert jwt.get_unverified_header(token)["alg"] == algorithm


async def test_the_public_key_does_not_pass_as_a_shared_secret() -> None:
    """Key confusion: an HMAC over a public key, which everybody has, is no signature."""
    public = ED25519.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    claims = jwt.decode(tokens().access(USER, SESSION, "student", now()), options={"verify_signature": False})
    forged = jwt.encode(claims, public, "HS256")
    with pytest.raises(Unauthenticated):
        await tokens(LEARNFLOW_JWT_PRIVATE_KEY=pem(ED25519)).check(forged)


async def test_stream_and_access_tokens_are_not_each_other() -> None:
    made = tokens()
    with pytest.raises(Unauthenticated):
        await made.check(made.stream(USER, SESSION, now()))
    with pytest.raises(Unauthenticated):
        await made.check(made.access(USER, SESSION, "student", now()), stream=True)
    assert (await made.check(made.stream(USER, SESSION, now()), stream=True)).user_id == USER


async def test_a_token_ends() -> None:
    made = tokens()
    with pytest.raises(Unauthenticated):
        await made.check(made.access(USER, SESSION, "student", now() - timedelta(minutes=15, seconds=20)))


@pytest.mark.parametrize("ahead_s", [-905, 5])
async def test_clocks_of_two_machines_may_differ_by_seconds(ahead_s: int) -> None:
    made = tokens()
    claims = await made.check(made.access(USER, SESSION, "student", now() + timedelta(seconds=ahead_s)))
    assert claims.user_id == USER


async def test_another_deployments_token_is_refused() -> None:
    with pytest.raises(Unauthenticated):
        await tokens(LEARNFLOW_JWT_ISSUER="other").check(tokens().access(USER, SESSION, "student", now()))


TORN = ["", ".", "..", "...", "a.b.c", "\ud800.\ud800.x", "ü.ü.ü", "=" * 9, "." * 100_000, "a" * 2**20]
HEADERS = [
    b"[" * 100_000, b'{"a":' * 50_000, b"9" * 5000, b"[]", b"null", b'{"alg": ["HS256"]}',
    b'{"alg": "HS256", "kid": 7}', b'{"alg": "HS256", "b64": false}', b'{"alg": "HS256", "crit": ["exp"]}',
    b'{"alg": "HS256", "crit": 5}', b'{"alg": {}, "zip": "DEF"}', b'{"alg": "HS256", "typ": "\xff"}',
]  # fmt: skip


@pytest.mark.parametrize("key", ["", pem(ED25519)], ids=["shared", "ed"])
async def test_no_header_of_a_token_is_more_than_a_wrong_token(key: str) -> None:
    elsewhere = Tokens(Keys.read({"LEARNFLOW_JWT_JWKS_URL": "http://127.0.0.1:1/jwks.json"}))
    for token in TORN + [f"{part(header)}.e30.x" for header in HEADERS]:
        with pytest.raises(Unauthenticated):
            await tokens(LEARNFLOW_JWT_PRIVATE_KEY=key).check(token)
        with pytest.raises((Unauthenticated, KeysAway)):
            await elsewhere.check(token)


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": 10**400}, {"exp": 1e308}, {"exp": float("nan")}, {"exp": None}, {"exp": "never"},
        {"exp": True}, {"sub": None}, {"sub": 7}, {"sub": "\x00"}, {"sid": "x" * 100_000}, {"sid": {}},
        {"aud": {}}, {"aud": []}, {"aud": [None]}, {"iss": []}, {"iss": None}, {"nbf": "soon"},
    ],
)  # fmt: skip
async def test_no_claim_of_a_signed_token_is_more_than_a_wrong_token(changes: dict[str, object]) -> None:
    good = jwt.decode(tokens().access(USER, SESSION, "student", now()), options={"verify_signature": False})
    body = part(b'{"alg": "HS256"}') + "." + part(json.dumps(good | changes).encode())
    signature = hmac.digest(SECRET.encode(), body.encode(), "sha256")
    with pytest.raises(Unauthenticated):
        await tokens().check(f"{body}.{part(signature)}")


def test_with_foreign_keys_alone_nothing_is_signed() -> None:
    made = Tokens(Keys.read({"LEARNFLOW_JWT_JWKS_URL": "https://id.example/jwks.json"}))
    with pytest.raises(SigningElsewhere):
        made.access(USER, SESSION, "student", now())


@pytest.mark.parametrize("secret", ["", "short"])
def test_a_guessable_secret_is_refused_at_the_start(secret: str) -> None:
    with pytest.raises(ConfigurationError, match="LEARNFLOW_JWT_SECRET"):
        tokens(LEARNFLOW_JWT_SECRET=secret)


def test_secrets_do_not_show() -> None:
    assert SECRET not in repr(Keys.read({"LEARNFLOW_JWT_SECRET": SECRET}))


def test_refresh_tokens_are_kept_as_digests() -> None:
    token = new_refresh_token()
    assert len(token) == 43
    assert digest(token) == digest(token)
    assert token.encode() not in digest(token)
