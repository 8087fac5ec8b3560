"""Tokens: what is signed here passes here, and nothing else does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from functions.gateway.errors import Unauthenticated
from functions.gateway.settings import Keys
from functions.gateway.tokens import SigningElsewhere, Tokens, digest, new_refresh_token
from functions.runtime.errors import ConfigurationError

SECRET = "a secret of at least thirty-two characters"
USER, SESSION = UUID(int=1), UUID(int=2)
ED25519 = Ed25519PrivateKey.generate()
RSA = generate_private_key(65537, 2048)


def pem(key: Ed25519PrivateKey | object) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()  # type: ignore[attr-defined]


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
        await made.check(made.access(USER, SESSION, "student", now() - timedelta(minutes=15, seconds=1)))


async def test_another_deployments_token_is_refused() -> None:
    with pytest.raises(Unauthenticated):
        await tokens(LEARNFLOW_JWT_ISSUER="other").check(tokens().access(USER, SESSION, "student", now()))


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
