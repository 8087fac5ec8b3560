"""No log of any process tells a secret, nor what students wrote, not even when something goes wrong."""

from __future__ import annotations

import secrets
from pathlib import Path

from infra.local import credentials
from tests.e2e.people import Person
from tests.fuzz.events import Caller, attributes_of, binary
from tests.support import plain
from tests.support.system import LocalSystem

QUERY = "learnflow.query.submitted.v1"


async def test_no_log_of_any_process_tells_a_secret(system: LocalSystem) -> None:
    mark, known = f"mark-{secrets.token_hex(8)}", secrets_of(system)
    async with plain.async_client(base_url=f"{system.url}/api/v1", timeout=60) as http:
        person = await Person.register(http, "Nia", password=f"pass {mark}")
        known["access token"] = http.headers["Authorization"].removeprefix("Bearer ")
        known |= await session(person, mark)
        await person.ask(f"Why does this fail? {mark}", code=f"print('{mark}'", error=f"SyntaxError: {mark}")
        await person.post("/executions", {"code": f"raise ValueError('{mark}')", "stdin": mark})
        taken = await person.post("/submissions", {"code": f"x = '{mark}'\nprint(x)"})
        await person.get(f"/submissions/{taken['submission_id']}", wait=25)
        for code in ("0", mark, "\x00"):
            await http.post("/classes/join", json={"join_code": code})
            await http.post("/chat/messages", json={"text": f"{mark}\x00", "topic": code})
    poison(system, mark)
    logs = {path: path.read_bytes() for path in system.home.logs.rglob("*") if path.is_file()}
    assert {"gateway", "triage", "debug"} <= {path.name.partition(".")[0].partition("-")[0] for path in logs}
    told = [(name, path.name) for name, secret in known.items() for path in logs if found(secret, logs[path])]
    assert told == []
    assert [path.name for path in logs if found(mark, logs[path])] == []
    assert owners_alone(system.home.secrets)


def secrets_of(system: LocalSystem) -> dict[str, str]:
    """What this system must not tell."""
    own = credentials.load(system.home)
    accounts = {f"password of {one.email}": one.password for one in own.accounts}
    return accounts | {
        "database password": own.database_password,
        "JWT secret": own.jwt_secret,
        "invite": own.teacher_invite,
        "event key": own.event_key,
    }


async def session(person: Person, mark: str) -> dict[str, str]:
    """Sign in rightly and wrongly, renew, use a token twice, and give what was got."""
    credentials = {"email": person.email, "password": f"pass {mark}"}
    await person.http.post("/auth/login", json=credentials | {"password": f"wrong {mark}"})
    first = await person.post("/auth/login", credentials)
    second = await person.post("/auth/refresh", {"refresh_token": first["refresh_token"]})
    await person.http.post("/auth/refresh", json={"refresh_token": first["refresh_token"]})
    stream = await person.post("/stream/token")
    async with plain.async_client(base_url=person.http.base_url, timeout=60) as nobody:
        refused = await nobody.get("/stream", params={"token": f"{stream['token']}x"})
    assert refused.status_code == 401
    await person.http.get("/me", headers={"authorization": f"Bearer {mark}"})
    await person.http.get("/chat/conversations", params={"cursor": mark})
    got = enumerate((first, second))
    tokens = {f"{name} {n}": one[name] for n, one in got for name in ("access_token", "refresh_token")}
    return tokens | {"stream token": stream["token"]}


def poison(system: LocalSystem, mark: str) -> None:
    """Send events that go wrong, with text in them, to every function."""
    for name, url in system.exports.items():
        if not name.startswith("LEARNFLOW_FUNCTION_"):
            continue
        caller = Caller(url)
        for body in (
            f'{{"text": "{mark}"}}',
            f'"{mark}"',
            f'{{"text": "{mark}',
            f'{{"student_id": "{mark}"}}',
        ):
            named = attributes_of(QUERY, f"secret-{secrets.token_hex(8)}")
            caller.send(binary(list(named.items()), "application/json", body.encode()))
        caller.close()


def found(secret: str, log: bytes) -> bool:
    """Whether a log has a secret in it, or enough of it to guess the rest."""
    return secret.encode() in log or (len(secret) > 40 and secret[-30:].encode() in log)


def owners_alone(path: Path) -> bool:
    """Whether only its owner can read a file."""
    return path.stat().st_mode & 0o077 == 0
