"""One gateway for all tests of this folder, as a process on a real database, and people who use it."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

import asyncpg
import httpx
import pytest

from infra.local.ports import free_ports
from tests.conftest import execute, sibling
from tests.support import plain
from tests.support.eventually import until
from tests.support.processes import FunctionProcess
from tests.support.sinks import Sinks, serving

SECRET = "a secret of at least thirty-two characters"
INVITE = "the invite of this school"
PASSWORD = "correct horse battery"
NUMBERS = count()
Start = Callable[..., FunctionProcess]


@dataclass
class Runner:
    """A sandbox-runner that answers what a test says."""

    url: str = ""
    status: int = 200
    body: dict[str, Any] = field(default_factory=lambda: {"status": "ok", "stdout": "hi\n", "exit_code": 0})
    headers: dict[str, str] = field(default_factory=dict)
    seen: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Person:
    """Somebody who is signed in."""

    http: httpx.Client
    id: str
    email: str
    access: str
    refresh: str

    def ask(self, text: str = "How do loops work?", **fields: Any) -> dict[str, Any]:
        """Ask a question that is taken."""
        answer = self.http.post("/chat/messages", json={"text": text, **fields})
        assert answer.status_code == 202, answer.text
        taken: dict[str, Any] = answer.json()
        return taken


@pytest.fixture(scope="session")
def gateway_database(postgres: str, migrated_template: str) -> Iterator[str]:
    name = "gateway_tests"
    asyncio.run(execute(postgres, f"CREATE DATABASE {name} TEMPLATE {migrated_template}"))
    yield sibling(postgres, name)
    asyncio.run(execute(postgres, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def gateway_sinks() -> Iterator[Sinks]:
    with serving(free_ports(1)[0]) as sinks:
        yield sinks


@pytest.fixture(scope="session")
def runner_server() -> Iterator[Runner]:
    runner = Runner()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            runner.seen.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            body = json.dumps(runner.body).encode()
            self.send_response(runner.status)
            for name, value in {**runner.headers, "content-length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    runner.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield runner
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def runner(runner_server: Runner) -> Runner:
    fresh = Runner(runner_server.url)
    runner_server.__dict__.update(fresh.__dict__)
    return runner_server


@pytest.fixture(scope="session")
def start_gateway(
    gateway_database: str,
    gateway_sinks: Sinks,
    runner_server: Runner,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Start]:
    running: list[FunctionProcess] = []

    def begin(*, wait: bool = True, **environ: str) -> FunctionProcess:
        base = {
            "DATABASE_URL": gateway_database,
            "LEARNFLOW_SINKS_URL": gateway_sinks.url,
            "SANDBOX_URL": runner_server.url,
            "LEARNFLOW_JWT_SECRET": SECRET,
            "LEARNFLOW_TEACHER_INVITE": INVITE,
            "LEARNFLOW_ARGON2_MEMORY_KIB": "1024",
            "LEARNFLOW_RATE_ADDRESS": "100000/60",
            "LEARNFLOW_RATE_REGISTER": "100000/60",
        }
        log = tmp_path_factory.mktemp("gateway") / "log"
        running.append(FunctionProcess("gateway", free_ports(1)[0], base | environ, log))
        if wait:
            until(running[-1].ready, f"not ready; see {log}", 60)
        return running[-1]

    yield begin
    for process in running:
        process.kill()


@pytest.fixture(scope="session")
def gateway(start_gateway: Start) -> FunctionProcess:
    return start_gateway()


@pytest.fixture
def api(gateway: FunctionProcess) -> Iterator[httpx.Client]:
    """Nobody in particular, calling the gateway."""
    with plain.client(base_url=f"{gateway.url}/api/v1", timeout=40) as client:
        yield client


@pytest.fixture
def sign_up(gateway: FunctionProcess) -> Iterator[Callable[..., Person]]:
    """Make people; each has an account of their own."""
    clients: list[httpx.Client] = []

    def make(role: str = "student", url: str = gateway.url) -> Person:
        client = plain.client(base_url=f"{url}/api/v1", timeout=40)
        clients.append(client)
        email = f"person-{next(NUMBERS)}@example.com"
        body = {"email": email, "password": PASSWORD, "display_name": "Person", "role": role}
        body |= {"invite": INVITE} if role == "teacher" else {}
        answer = client.post("/auth/register", json=body)
        assert answer.status_code == 201, answer.text
        made = answer.json()
        client.headers["authorization"] = f"Bearer {made['access_token']}"
        return Person(client, made["user"]["id"], email, made["access_token"], made["refresh_token"])

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def student(sign_up: Callable[..., Person]) -> Person:
    return sign_up()


@pytest.fixture
def teacher(sign_up: Callable[..., Person]) -> Person:
    return sign_up("teacher")


@pytest.fixture
async def db(gateway_database: str) -> Any:
    connection = await asyncpg.connect(gateway_database)
    yield connection
    await connection.close()
