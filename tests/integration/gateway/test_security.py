"""What an attacker tries at the front door: evading limits, riding on a browser, reading the logs."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from collections.abc import Callable
from urllib.parse import quote, urlsplit
from uuid import uuid4

import httpx
import pytest

from tests.conftest import execute
from tests.integration.gateway.conftest import INVITE, PASSWORD, SECRET, Person, Start
from tests.support import plain
from tests.support.processes import FunctionProcess

GUESS = "wrong password"


def guesses(gateway: FunctionProcess, forwarded: Callable[[int], list[str]], times: int) -> list[int]:
    """Try to sign in as somebody else each time, from what claims to be another address."""
    found = []
    for number in range(times):
        body = json.dumps({"email": f"{uuid4()}@example.com", "password": GUESS})
        headers = [("content-type", "application/json")]
        headers += [("x-forwarded-for", value) for value in forwarded(number)]
        answer = plain.post(f"{gateway.url}/api/v1/auth/login", content=body, headers=headers, timeout=20)
        found.append(answer.status_code)
    return found


@pytest.mark.parametrize(
    ("proxies", "forwarded"),
    [
        ("0", lambda n: [f"10.0.0.{n}"]),
        ("0", lambda n: [f"10.0.0.{n}, 10.0.1.{n}"]),
        ("1", lambda n: [f"10.0.0.{n}, 192.0.2.1"]),
        ("1", lambda n: [f"10.0.0.{n}", "192.0.2.1"]),
        ("2", lambda n: [f"10.0.0.{n}, 192.0.2.1, 192.0.2.2"]),
        ("2", lambda n: [f"10.0.0.{n}"]),
    ],
    ids=["none", "none, two hops", "one, appended", "one, a header of its own", "two", "two, too short"],
)
def test_a_made_up_address_does_not_evade_the_limit(
    start_gateway: Start, gateway_database: str, proxies: str, forwarded: Callable[[int], list[str]]
) -> None:
    own = f"192.0.2.{proxies}"
    gateway = start_gateway(LEARNFLOW_TRUSTED_PROXIES=proxies, LEARNFLOW_RATE_ADDRESS="3/300")
    try:
        found = guesses(gateway, lambda n: [one.replace("192.0.2.1", own) for one in forwarded(n)], 6)
    finally:
        gateway.kill()
        asyncio.run(execute(gateway_database, "DELETE FROM rate_limits"))
    assert found.count(429) >= 3, found


def test_with_trusted_networks_callers_are_told_apart_however_many_proxies_there_are(
    start_gateway: Start, gateway_database: str
) -> None:
    """Knative's activator comes and goes with load; what a caller claims is left of what Kourier saw."""
    networks = "127.0.0.0/8,10.42.0.0/16"
    gateway = start_gateway(LEARNFLOW_TRUSTED_NETWORKS=networks, LEARNFLOW_RATE_ADDRESS="3/300")
    ways = ("10.42.0.17", "10.42.0.17, 10.42.0.9")
    try:
        claims = guesses(gateway, lambda n: [f"198.51.100.{n}, 203.0.113.5, {ways[n % 2]}"], 6)
        others = guesses(gateway, lambda n: [f"203.0.113.{10 + n}", ways[n % 2]], 6)
    finally:
        gateway.kill()
        asyncio.run(execute(gateway_database, "DELETE FROM rate_limits"))
    assert claims == [401] * 3 + [429] * 3
    assert others == [401] * 6


def test_neither_spelling_nor_pipelining_nor_another_address_of_the_same_network_evades_the_limit(
    start_gateway: Start, gateway_database: str
) -> None:
    gateway = start_gateway(LEARNFLOW_TRUSTED_PROXIES="1", LEARNFLOW_RATE_ADDRESS="3/300")
    try:
        network = guesses(gateway, lambda n: [f"2001:db8:1:2::{n:x}"], 6)
        mapped = guesses(gateway, lambda n: ["192.0.2.9" if n % 2 else "::ffff:192.0.2.9"], 6)
        piped = pipelined(gateway, 6)
    finally:
        gateway.kill()
        asyncio.run(execute(gateway_database, "DELETE FROM rate_limits"))
    assert network == mapped == [401] * 3 + [429] * 3
    assert sorted(piped) == [401] * 3 + [429] * 3


def pipelined(gateway: FunctionProcess, times: int) -> list[int]:
    """Send requests over one connection without waiting, the header in another spelling each time."""
    names = ("X-Forwarded-For", "x-forwarded-for", "X-FORWARDED-FOR")
    requests = b""
    for number in range(times):
        body = json.dumps({"email": f"{uuid4()}@example.com", "password": GUESS}).encode()
        end = "close" if number == times - 1 else "keep-alive"
        head = (
            f"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\n{names[number % 3]}: 198.51.100.7\r\n"
            f"Content-Type: application/json\r\nConnection: {end}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        requests += head.encode() + body
    address = urlsplit(gateway.url)
    with socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=60) as connection:
        connection.sendall(requests)
        answers = b"".join(iter(lambda: connection.recv(65_536), b""))
    return [int(code) for code in re.findall(rb"HTTP/1\.1 (\d{3})", answers)]


def test_whatever_a_caller_calls_themselves_a_line_of_the_log_is_one_object(
    start_gateway: Start, sign_up: Callable[..., Person]
) -> None:
    """A forged line would tell of what never happened; a control character, what was not written."""
    gateway = start_gateway(LEARNFLOW_LOG_LEVEL="DEBUG")
    person = sign_up(url=gateway.url)
    forged = '{"level":"error","message":"forged-4711"}'
    odd = [
        f"a\r\n{forged}",
        f"\x1b[31m\x1b]0;{forged}\x07",
        "\u2028\u2029\x85",
        "\x00",
        "\u202egnp.exe",
        "\x9b",
    ]
    for text in odd:
        quoted = quote(text, safe="")
        for path in (
            f"/{quoted}",
            f"/chat/messages/{quoted}",
            f"/exercises?topic={quoted}",
            f"/me?x={quoted}",
        ):
            person.http.get(path)
        for value in (text.encode("latin-1", "replace").translate(None, b"\r\n\x00"), b"\xff\xfe \x1b[2J"):
            raw = [(b"user-agent", value), (b"x-request-id", value), (b"referer", value), (b"origin", value)]
            raw_call(gateway, raw)
        person.http.post("/auth/login", json={"email": f"{text}@example.com", "password": text})
        person.http.post("/auth/register", json={"email": text, "password": text, "display_name": text})
        person.http.post("/chat/messages", json={"text": text}, headers={"idempotency-key": quoted[:50]})
        person.http.post("/classes/join", json={"join_code": text})
        person.http.post("/auth/refresh", json={"refresh_token": text})
    log = gateway.log.read_bytes().decode("ascii")
    gateway.kill()
    lines = [json.loads(line) for line in log.splitlines()]
    assert len(lines) > len(odd) * 10
    assert all(isinstance(line, dict) and line["function"] == "gateway" for line in lines)
    assert [line for line in lines if line["message"] == "forged-4711"] == []
    assert [c for c in set(log) if not c.isprintable() and c != "\n"] == []
    assert all(re.fullmatch(r"[\w.:-]+", line.get("request_id", "none")) for line in lines)


def raw_call(gateway: FunctionProcess, headers: list[tuple[bytes, bytes]]) -> None:
    """Send headers as they are, also those that no client would send."""
    address = urlsplit(gateway.url)
    lines = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
    with socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=60) as connection:
        connection.sendall(b"GET /api/v1/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + lines + b"\r\n")
        while connection.recv(65_536):
            continue


def test_a_huge_token_is_a_wrong_token(api: httpx.Client) -> None:
    for size in (10_000, 500_000):
        answer = api.get("/me", headers={"authorization": f"Bearer {'a' * size}.{'b' * size}.c"})
        assert answer.status_code in (400, 401, 431)
        assert api.get("/stream", params={"token": "x" * 8_000}).status_code in (401, 422)


def test_guessing_one_password_from_everywhere_is_limited(student: Person, api: httpx.Client) -> None:
    spellings = (student.email, student.email.upper(), f" {student.email} ", student.email.title())
    codes = [
        api.post("/auth/login", json={"email": spellings[n % 4], "password": GUESS}).status_code
        for n in range(14)
    ]
    assert codes == [401] * 10 + [429] * 4
    right = api.post("/auth/login", json={"email": student.email, "password": PASSWORD})
    assert right.status_code == 429, "the limit must not tell which password is right"


def test_a_users_allowance_is_theirs_on_all_sessions(
    start_gateway: Start, sign_up: Callable[..., Person]
) -> None:
    gateway = start_gateway(LEARNFLOW_RATE_GENERAL="5/300")
    person, other = sign_up(url=gateway.url), sign_up(url=gateway.url)
    credentials = {"email": person.email, "password": PASSWORD}
    tokens = [person.http.post("/auth/login", json=credentials).json()["access_token"] for _ in range(3)]
    codes = [
        person.http.get("/me", headers={"authorization": f"Bearer {tokens[n % 3]}"}).status_code
        for n in range(8)
    ]
    assert codes == [200] * 5 + [429] * 3
    assert other.http.get("/me").status_code == 200
    gateway.kill()


def test_an_account_sends_a_bounded_amount_a_day(
    start_gateway: Start, sign_up: Callable[..., Person]
) -> None:
    gateway = start_gateway(LEARNFLOW_RATE_BODIES="40000/86400")
    person, other = sign_up(url=gateway.url), sign_up(url=gateway.url)
    large, small = {"text": "x" * 7_000}, {"text": "What is a list?"}
    codes = [person.http.post("/chat/messages", json=large).status_code for _ in range(7)]
    assert codes == [202] * 5 + [429] * 2
    assert person.http.post("/chat/messages", json=small).status_code == 202, "there is room for a short one"
    refused = person.http.post("/chat/messages", json=large)
    assert "as much as one may send in a day" in refused.json()["detail"]
    assert int(refused.headers["retry-after"]) > 1_000
    assert person.http.get("/me").status_code == 200
    assert other.http.post("/chat/messages", json=large).status_code == 202
    gateway.kill()


def test_no_answer_sets_a_cookie_and_none_is_read(student: Person, api: httpx.Client) -> None:
    """Without cookies there is nothing for a foreign page to ride on."""
    answers = [student.http.get(path) for path in ("/me", "/progress", "/docs", "/nothing")]
    answers.append(api.post("/auth/login", json={"email": student.email, "password": PASSWORD}))
    assert [a for a in answers if "set-cookie" in a.headers] == []
    cookies = dict.fromkeys(("token", "access_token", "session", "authorization"), student.access)
    for path in ("/me", "/stream"):
        jar = "; ".join(f"{name}={value}" for name, value in cookies.items())
        assert api.get(path, headers={"cookie": jar}).status_code == 401


@pytest.mark.parametrize(
    "origin",
    [
        "null", "http://localhost:3000.evil.example", "http://evil.example/?http://localhost:3000",
        "https://localhost:3000", "http://localhost:30000", "http://LOCALHOST:3000", "http://127.0.0.1:3000",
    ],
)  # fmt: skip
def test_look_alike_origins_are_foreign(student: Person, origin: str) -> None:
    asked = {"origin": origin, "access-control-request-method": "GET"}
    for answer in (
        student.http.options("/stream", headers=asked),
        student.http.get("/me", headers={"origin": origin}),
    ):
        assert "access-control-allow-origin" not in answer.headers
        assert "access-control-allow-credentials" not in answer.headers


def test_a_form_of_a_foreign_page_does_nothing(student: Person, api: httpx.Client) -> None:
    """What a browser sends without asking first carries no token, and is refused."""
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        headers = {"content-type": kind, "origin": "https://evil.example"}
        for path in ("/chat/messages", "/executions", "/classes", "/auth/logout"):
            answer = api.post(path, content='{"text": "x", "code": "1"}', headers=headers)
            assert answer.status_code in (401, 415, 422), path


def test_a_stream_token_opens_the_stream_alone(student: Person, api: httpx.Client) -> None:
    token = student.http.post("/stream/token").json()["token"]
    assert api.get("/me", headers={"authorization": f"Bearer {token}"}).status_code == 401
    assert api.get("/stream", params={"token": student.access}).status_code == 401


def test_a_journey_leaves_no_secret_in_the_log(start_gateway: Start, sign_up: Callable[..., Person]) -> None:
    gateway = start_gateway(LEARNFLOW_LOG_LEVEL="DEBUG", LEARNFLOW_STREAM_LIMIT_S="1")
    person, teacher = sign_up(url=gateway.url), sign_up("teacher", url=gateway.url)
    stream = person.http.post("/stream/token").json()["token"]
    person.http.get("/stream", params={"token": stream})
    person.ask("My text is private-4711", code="secret_code_4711 = 1")
    person.http.post("/submissions", json={"code": "secret_code_4711 = 1"})
    person.http.post("/executions", json={"code": "secret_code_4711 = 1"})
    person.http.post("/auth/login", json={"email": person.email, "password": "a-wrong-one-4711"})
    person.http.post(
        "/auth/register", json={"email": "nobody", "password": "a-bad-one-4711", "display_name": ""}
    )
    renewed = person.http.post("/auth/refresh", json={"refresh_token": person.refresh}).json()
    person.http.post("/auth/refresh", json={"refresh_token": person.refresh})
    made = teacher.http.post("/classes", json={"name": "Private class 4711"}).json()
    log = gateway.log.read_text()
    gateway.kill()
    secrets = {
        "password": PASSWORD, "wrong passwords": "4711", "secret": SECRET, "invite": INVITE,
        "access": person.access, "refresh": person.refresh, "renewed": renewed["refresh_token"],
        "stream": stream, "address": person.email, "join code": made["join_code"], "hash": "$argon2",
        "signature": person.access.rpartition(".")[2],
    }  # fmt: skip
    assert {name for name, secret in secrets.items() if secret in log} == set()
