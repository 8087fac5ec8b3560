"""Access tokens: who may use the API for the next minutes."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import jwt

from functions.gateway.errors import Refused, Unauthenticated
from functions.gateway.settings import Keys
from functions.runtime.errors import RetryLater

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

STREAM_S = 120
# the clocks of two machines are never quite the same
LEEWAY_S = 10
REQUIRED = ["exp", "iat", "iss", "aud", "sub", "sid"]
# Never both kinds for one key: a public key must not pass as the secret of an HMAC.
SHARED = ["HS256"]
PUBLIC = ["RS256", "EdDSA"]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says: the user, the session, and the end."""

    user_id: UUID
    session_id: UUID
    expires_at: datetime


class KeysAway(RetryLater):
    """The identity provider does not tell its keys: nobody can say whether a token is good."""

    code = "keys-away"


class SigningElsewhere(Refused):
    """This gateway checks tokens of an identity provider and makes none."""

    code, status, title = "signing-elsewhere", 501, "Sign in at the identity provider"


class Tokens:
    """Makes and checks tokens; a stream token opens the stream and nothing else."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._private = private_key(keys.private_key) if keys.private_key else None
        self._jwks = jwt.PyJWKClient(keys.jwks_url, timeout=5) if keys.jwks_url else None

    def access(self, user_id: UUID, session_id: UUID, role: str, now: datetime) -> str:
        """Make an access token."""
        lifetime = timedelta(seconds=self._keys.access_s)
        return self._sign(user_id, session_id, now, lifetime, self._keys.audience, {"role": role})

    def stream(self, user_id: UUID, session_id: UUID, now: datetime) -> str:
        """Make a token for the query of an EventSource, which cannot send headers."""
        return self._sign(user_id, session_id, now, timedelta(seconds=STREAM_S), self._stream_audience, {})

    async def check(self, token: str, *, stream: bool = False) -> Claims:
        """Read a token; raises Unauthenticated unless signature, issuer, audience and times are right."""
        try:
            key, algorithms = await self._public(token)
            claims = jwt.decode(
                token,
                key,
                algorithms=algorithms,
                audience=self._stream_audience if stream else self._keys.audience,
                issuer=self._keys.issuer,
                leeway=LEEWAY_S,
                options={"require": REQUIRED},
            )
            return claims_of(claims)
        except jwt.PyJWKClientConnectionError as error:
            raise KeysAway("the keys that tokens are checked with cannot be had") from error
        except (jwt.PyJWTError, ValueError, TypeError, AttributeError) as error:
            raise Unauthenticated("the token is invalid or has expired") from error

    @property
    def _stream_audience(self) -> str:
        return f"{self._keys.audience}/stream"

    def _sign(
        self,
        user_id: UUID,
        session_id: UUID,
        now: datetime,
        lifetime: timedelta,
        audience: str,
        extra: Mapping[str, str],
    ) -> str:
        claims = {
            "iss": self._keys.issuer,
            "aud": audience,
            "sub": str(user_id),
            "sid": str(session_id),
            "iat": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
            **extra,
        }
        if self._private is not None:
            headers = {"kid": key_id(self._private)}
            return jwt.encode(claims, self._private, algorithm_of(self._private), headers)  # type: ignore[arg-type]
        if not self._keys.secret:
            raise SigningElsewhere("this gateway makes no tokens")
        return jwt.encode(claims, self._keys.secret, "HS256")

    async def _public(self, token: str) -> tuple[Any, list[str]]:
        if self._jwks is not None:
            if jwt.get_unverified_header(token).get("alg") not in PUBLIC:
                raise jwt.InvalidAlgorithmError("not an algorithm of public keys")
            return (await asyncio.to_thread(self._jwks.get_signing_key_from_jwt, token)).key, PUBLIC
        if self._private is not None:
            return self._private.public_key(), [algorithm_of(self._private)]
        return self._keys.secret, SHARED


def claims_of(claims: Mapping[str, Any]) -> Claims:
    """Read checked claims; raises ValueError for values that we never issue."""
    try:
        expires_at = datetime.fromtimestamp(claims["exp"], UTC)
    except (OverflowError, OSError) as error:
        raise ValueError("exp: a time that no calendar has") from error
    return Claims(UUID(claims["sub"]), UUID(claims["sid"]), expires_at)


def private_key(pem: str) -> PrivateKeyTypes:
    """Read a private key, RSA or Ed25519."""
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    return load_pem_private_key(pem.encode(), password=None)


def algorithm_of(key: PrivateKeyTypes) -> str:
    """Tell which algorithm a private key signs with."""
    return "RS256" if hasattr(key, "private_numbers") else "EdDSA"


def key_id(key: PrivateKeyTypes) -> str:
    """Name a key by the digest of its public half."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(public).hexdigest()[:16]


def new_refresh_token() -> str:
    """Make a refresh token: chance alone, so that only its digest needs to be kept."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """Give the digest under which a refresh token is kept."""
    return hashlib.sha256(token.encode()).digest()
