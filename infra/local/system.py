"""What makes up a local system: the manifests, their plan, and every process with its probes."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass

import asyncpg
import httpx

from infra.local import golang, javascript
from infra.local.children import Check, Spec
from infra.local.credentials import Credentials
from infra.local.errors import SettingError, SetupError
from infra.local.kafka import Kafka
from infra.local.paths import ROOT, Home
from infra.local.ports import LOOPBACK, each_free_port, require_free
from infra.local.postgres import Postgres
from infra.local.process import Command
from infra.local.sandbox import sandbox_command
from infra.standin.manifests import Manifests, read_manifests
from infra.standin.plan import HealthCheck, Instance, Plan, Ports, ServicePlan, plan

OVERLAY = ROOT / "infra" / "knative" / "overlays" / "local"
DATABASE = "learnflow"
GATEWAY_PORT = 8080
SANDBOX = "sandbox-runner"
INSTANCES = {SANDBOX: 2}
PASSED_ON = (
    "OPENAI_BASE_URL",
    "LEARNFLOW_MODEL",
    "LEARNFLOW_MODELS",
    "LEARNFLOW_MODEL_LIMIT_S",
    "LEARNFLOW_MODEL_AT_ONCE",
    "LEARNFLOW_MODEL_REASONING_EFFORT",
    "LEARNFLOW_MODEL_VERBOSITY",
    "LEARNFLOW_MODEL_OUTPUT_TOKENS",
    "LEARNFLOW_MODEL_THINKING_TOKENS",
    "LEARNFLOW_MODEL_HEADERS",
    "LEARNFLOW_MODEL_QUERY",
    "LEARNFLOW_AI_DAILY_CALLS",
    "LEARNFLOW_AI_CLASS_DAILY_CALLS",
    "LEARNFLOW_AI_PRICES",
    "LEARNFLOW_AI_INPUT_PRICE",
    "LEARNFLOW_AI_OUTPUT_PRICE",
)


@dataclass(frozen=True, slots=True)
class System:
    """One system on this machine, before anything of it runs."""

    home: Home
    postgres: Postgres
    kafka: Kafka
    manifests: Manifests
    plan: Plan
    credentials: Credentials

    @property
    def url(self) -> str:
        """Address of the gateway."""
        return f"http://{self.plan.service('gateway').address}"

    @property
    def database_url(self) -> str:
        """Address of the database."""
        return self.postgres.url(DATABASE)

    def exports(self) -> dict[str, str]:
        """Variables for somebody who works with the system from a shell."""
        functions = {
            f"LEARNFLOW_FUNCTION_{shout(s.name)}_URL": f"http://{s.address}" for s in self.plan.services
        }
        sink = f"http://{LOOPBACK}:{self.plan.ports.sink}"
        sinks = {
            f"LEARNFLOW_SINK_{shout(resource.spec.topic)}_URL": f"{sink}/{namespace}/{name}"
            for (namespace, name), resource in self.manifests.kafka_sinks.items()
        }
        return {
            "LEARNFLOW_URL": self.url,
            "LEARNFLOW_TEACHER_INVITE": self.credentials.teacher_invite,
            "DATABASE_URL": self.database_url,
            "KAFKA_BOOTSTRAP_SERVERS": self.kafka.bootstrap,
            "LEARNFLOW_CONTROL_URL": f"http://{LOOPBACK}:{self.plan.ports.control}",
            **dict(sorted(functions.items())),
            **dict(sorted(sinks.items())),
        }

    def servers(self, client: httpx.AsyncClient) -> list[Spec]:
        """Describe PostgreSQL, Kafka and the stand-in for Knative."""
        control = self.plan.ports.control
        return [
            Spec(self.postgres.command(), self.postgres.port, ready=answers_query(self.postgres.url())),
            Spec(self.kafka.command(), self.kafka.port, ready=self.kafka.answers),
            Spec(
                knative_command(self),
                control,
                ready=http_check(client, control, HealthCheck(path="/health/ready")),
                live=http_check(client, control, HealthCheck(path="/health/live")),
            ),
        ]

    def services(self, client: httpx.AsyncClient) -> list[Spec]:
        """Describe every process of every Knative Service."""
        return [
            service_spec(self, service, number, instance, client)
            for service in self.plan.services
            for number, instance in enumerate(service.instances, start=1)
        ]


def design(home: Home, credentials: Credentials) -> System:
    """Read the manifests and decide on ports; raises ManifestError, PlanError or PortTaken."""
    home.path.mkdir(parents=True, exist_ok=True)
    rendered = home.path / "manifests.yaml"
    rendered.write_text(render())
    manifests = read_manifests(rendered)
    wanted = os.environ.get("LEARNFLOW_PORT") or str(GATEWAY_PORT)
    gateway = require_free(whole_number("LEARNFLOW_PORT", wanted, at_most=65535))
    free = each_free_port(but=(gateway,))
    password = credentials.database_password
    postgres = Postgres(home.state / "postgres", next(free), password, home.logs / "postgres.log")
    kafka = Kafka(home.state / "kafka", next(free), next(free), home.logs / "kafka.log")
    ports = Ports.assign(manifests, free.__next__, instances=instances(), fixed={"gateway": gateway})
    ports.save(home.path / "ports.json")
    secrets = {
        "learnflow-database": {"DATABASE_URL": postgres.url(DATABASE)},
        "learnflow-auth": {
            "LEARNFLOW_JWT_SECRET": credentials.jwt_secret,
            "LEARNFLOW_TEACHER_INVITE": credentials.teacher_invite,
        },
        "learnflow-events": {"LEARNFLOW_EVENT_KEYS": f"local:{credentials.event_key}"},
        "learnflow-model": {name: os.environ[name] for name in ("OPENAI_API_KEY",) if os.environ.get(name)},
    }
    return System(home, postgres, kafka, manifests, plan(manifests, ports, secrets=secrets), credentials)


def render() -> str:
    """Render the manifests of the local overlay."""
    done = subprocess.run([golang.KUSTOMIZE, "build", OVERLAY], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SetupError(f"the manifests cannot be rendered: {done.stderr.strip()}")
    return done.stdout


def instances() -> dict[str, int]:
    """Read how many processes a service has here: LEARNFLOW_INSTANCES="gateway=2 sandbox-runner=1"."""
    found = dict(INSTANCES)
    for part in os.environ.get("LEARNFLOW_INSTANCES", "").split():
        name, _, count = part.partition("=")
        found[name] = whole_number(f"LEARNFLOW_INSTANCES, {name}", count, at_most=9)
    return found


def whole_number(what: str, text: str, at_most: int) -> int:
    """Read a number from 1; raises SettingError that names what it is."""
    if not text.isdecimal() or not 1 <= int(text) <= at_most:
        raise SettingError(f"{what}: expected a number from 1 to {at_most}, got {text!r}")
    return int(text)


def knative_command(system: System) -> Command:
    """Describe the process of the stand-in for Knative."""
    home = system.home
    options = [f"--manifests={home.path / 'manifests.yaml'}", f"--ports={home.path / 'ports.json'}"]
    options.append(f"--added={home.state / 'sources.json'}")
    argv = (sys.executable, "-m", "infra.standin", *options, f"--bootstrap={system.kafka.bootstrap}")
    return Command("knative", argv, home.logs / "knative.log", ROOT, stop_limit_s=15)


def service_spec(
    system: System, service: ServicePlan, number: int, instance: Instance, client: httpx.AsyncClient
) -> Spec:
    """Describe one process of a service."""
    name = service.name if len(service.instances) == 1 else f"{service.name}-{number}"
    log = system.home.logs / f"{name}.log"
    if service.name == SANDBOX:
        command = sandbox_command(name, instance, log, system.home.path / "runner" / str(number))
    else:
        given = {variable: os.environ[variable] for variable in PASSED_ON if os.environ.get(variable)}
        own = {"HOST": LOOPBACK, "LEARNFLOW_CONSOLE_LIBRARY": str(javascript.LIBRARY)}
        environ = {**instance.environ, **given, **own}
        command = Command(
            name, (sys.executable, "-m", "functions.runtime"), log, ROOT, environ, stop_limit_s=32
        )
    live = service.liveness
    return Spec(
        command,
        instance.port,
        ready=http_check(client, instance.port, service.readiness),
        live=http_check(client, instance.port, live) if live else None,
        live_period_s=live.period_s if live else 10.0,
        live_failures=live.failure_threshold if live else 3,
    )


def http_check(client: httpx.AsyncClient, port: int, check: HealthCheck) -> Check:
    """Make a probe; without a path a server that answers anything is well."""

    async def probe() -> bool:
        try:
            response = await client.get(
                f"http://{LOOPBACK}:{port}{check.path or '/'}",
                headers=dict(check.headers),
                timeout=check.timeout_s,
            )
        except httpx.HTTPError:
            return False
        return check.path is None or response.is_success

    return probe


def answers_query(url: str) -> Check:
    """Make a check that PostgreSQL answers queries."""

    async def check() -> bool:
        try:
            db = await asyncpg.connect(url, timeout=2)
            await db.close(timeout=2)
        except (OSError, TimeoutError, asyncpg.PostgresError):
            return False
        return True

    return check


async def create_database(postgres: Postgres) -> None:
    """Make the system's database unless it is there."""
    db = await asyncpg.connect(postgres.url())
    try:
        if not await db.fetchval("SELECT true FROM pg_database WHERE datname = $1", DATABASE):
            await db.execute(f"CREATE DATABASE {DATABASE}")
    finally:
        await db.close()


def shout(name: str) -> str:
    """Turn a name into part of a variable's."""
    return name.upper().replace("-", "_").replace(".", "_")
