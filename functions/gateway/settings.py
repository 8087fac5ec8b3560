"""Settings of the gateway."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from functions.alerts.alert import addresses
from functions.gateway.addresses import Network, networks
from functions.runtime.errors import ConfigurationError
from functions.runtime.settings import Environ, env, integer, url

ORIGINS = ("http://localhost:3000", "http://localhost:5173")
SECRET_LENGTH = 32
INVITE_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Rate:
    """How often something may be done: `amount` times at once, filled up again over `period_s` seconds."""

    amount: int
    period_s: int

    @property
    def interval_s(self) -> float:
        """The time in which one more is allowed, in seconds."""
        return self.period_s / self.amount


def rate(raw: str) -> Rate:
    """Read `amount/seconds`, such as 240/60."""
    amount, _, period = raw.partition("/")
    if not (amount.isdigit() and period.isdigit() and int(amount) and int(period)):
        raise ValueError(f"expected AMOUNT/SECONDS such as 240/60, got {raw!r}")
    return Rate(int(amount), int(period))


def invite(raw: str) -> str:
    """Read the teachers' invite: whoever guesses it can read what students wrote."""
    if len(raw) < INVITE_LENGTH:
        raise ValueError(f"needs at least {INVITE_LENGTH} characters")
    return raw


def words(raw: str) -> tuple[str, ...]:
    """Read values parted by commas."""
    return tuple(word.strip().rstrip("/") for word in raw.split(",") if word.strip())


@dataclass(frozen=True, slots=True)
class Keys:
    """What tokens are signed and checked with: a shared secret, or a private key, or the keys of a JWKS."""

    secret: str = field(repr=False)
    private_key: str = field(repr=False)
    jwks_url: str
    issuer: str
    audience: str
    access_s: int

    @classmethod
    def read(cls, environ: Environ) -> Self:
        """Read the keys; raises ConfigurationError when there are none."""
        keys = cls(
            secret=env(environ, "LEARNFLOW_JWT_SECRET", str, ""),
            private_key=env(environ, "LEARNFLOW_JWT_PRIVATE_KEY", str, ""),
            jwks_url=env(environ, "LEARNFLOW_JWT_JWKS_URL", url, ""),
            issuer=env(environ, "LEARNFLOW_JWT_ISSUER", str, "learnflow"),
            audience=env(environ, "LEARNFLOW_JWT_AUDIENCE", str, "learnflow"),
            access_s=env(environ, "LEARNFLOW_ACCESS_TOKEN_S", integer(10, 86_400), 900),
        )
        if not keys.asymmetric and len(keys.secret) < SECRET_LENGTH:
            raise ConfigurationError(f"LEARNFLOW_JWT_SECRET: needs at least {SECRET_LENGTH} characters")
        return keys

    @property
    def asymmetric(self) -> bool:
        """Whether tokens are signed with a private key, here or elsewhere."""
        return bool(self.private_key or self.jwks_url)


@dataclass(frozen=True, slots=True)
class Rates:
    """The allowances: of a user, and of an e-mail address or a network address that signs in."""

    general: Rate
    chat: Rate
    executions: Rate
    work: Rate
    bodies: Rate
    login: Rate
    account: Rate
    address: Rate
    register: Rate
    export: Rate

    @classmethod
    def read(cls, environ: Environ) -> Self:
        """Read the allowances."""
        return cls(
            general=env(environ, "LEARNFLOW_RATE_GENERAL", rate, Rate(600, 60)),
            chat=env(environ, "LEARNFLOW_RATE_CHAT", rate, Rate(240, 60)),
            executions=env(environ, "LEARNFLOW_RATE_EXECUTIONS", rate, Rate(240, 60)),
            work=env(environ, "LEARNFLOW_RATE_WORK", rate, Rate(240, 60)),
            bodies=env(environ, "LEARNFLOW_RATE_BODIES", rate, Rate(20_000_000, 86_400)),
            login=env(environ, "LEARNFLOW_RATE_LOGIN", rate, Rate(10, 300)),
            account=env(environ, "LEARNFLOW_RATE_ACCOUNT", rate, Rate(100, 300)),
            address=env(environ, "LEARNFLOW_RATE_ADDRESS", rate, Rate(3000, 300)),
            register=env(environ, "LEARNFLOW_RATE_REGISTER", rate, Rate(300, 3600)),
            export=env(environ, "LEARNFLOW_RATE_EXPORT", rate, Rate(6, 3600)),
        )


def switch(raw: str) -> bool:
    """Read `on` or `off`."""
    if raw not in ("on", "off"):
        raise ValueError(f"expected on or off, got {raw!r}")
    return raw == "on"


@dataclass(frozen=True, slots=True)
class Console:
    """Whether the console is served, and the file with its editor; without one it has plain text fields."""

    on: bool
    library: Path | None

    @classmethod
    def read(cls, environ: Environ) -> Self:
        """Read whether there is a console."""
        library = env(environ, "LEARNFLOW_CONSOLE_LIBRARY", str, "")
        on = env(environ, "LEARNFLOW_CONSOLE", switch, False)
        return cls(on=on, library=Path(library) if library else None)


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """What the gateway needs to know."""

    keys: Keys
    rates: Rates
    refresh_days: int
    invite: str = field(repr=False)
    cors_origins: tuple[str, ...]
    argon2_time: int
    argon2_memory_kib: int
    sandbox_url: str
    sandbox_limit_s: int
    stream_limit_s: int
    streams: int
    trusted_networks: tuple[Network, ...]
    trusted_proxies: int
    console: Console
    maintainers: tuple[str, ...]

    @classmethod
    def read(cls, environ: Environ) -> Self:
        """Read the settings; raises ConfigurationError for the first one that is wrong."""
        return cls(
            keys=Keys.read(environ),
            rates=Rates.read(environ),
            refresh_days=env(environ, "LEARNFLOW_REFRESH_TOKEN_DAYS", integer(1, 365), 30),
            invite=env(environ, "LEARNFLOW_TEACHER_INVITE", invite, ""),
            cors_origins=env(environ, "LEARNFLOW_CORS_ORIGINS", words, ORIGINS),
            argon2_time=env(environ, "LEARNFLOW_ARGON2_TIME_COST", integer(1, 20), 2),
            argon2_memory_kib=env(environ, "LEARNFLOW_ARGON2_MEMORY_KIB", integer(1024, 1_048_576), 19_456),
            sandbox_url=env(environ, "SANDBOX_URL", url),
            sandbox_limit_s=env(environ, "LEARNFLOW_SANDBOX_LIMIT_S", integer(1, 120), 20),
            stream_limit_s=env(environ, "LEARNFLOW_STREAM_LIMIT_S", integer(1, 3600), 290),
            streams=env(environ, "LEARNFLOW_STREAMS_PER_USER", integer(1, 1000), 20),
            trusted_networks=env(environ, "LEARNFLOW_TRUSTED_NETWORKS", networks, ()),
            trusted_proxies=env(environ, "LEARNFLOW_TRUSTED_PROXIES", integer(0, 10), 0),
            console=Console.read(environ),
            maintainers=env(environ, "LEARNFLOW_MAINTAINERS", addresses, ()),
        )
