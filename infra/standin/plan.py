"""What to run on this machine: services with their processes, environment and addresses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from infra.standin.addresses import Addresses
from infra.standin.environment import Values, environment
from infra.standin.errors import PlanError
from infra.standin.manifests import Manifests
from infra.standin.serving import Container, Probe, Service

DEFAULT_PROBE_PERIOD_S = 10.0


class ServicePorts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`address` is where the service is called, `instances` are its processes' ports."""

    address: int
    instances: tuple[int, ...]

    @property
    def fronted(self) -> bool:
        """Whether the stand-in listens on the address and passes requests on."""
        return self.instances != (self.address,)


class Ports(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every port of a local deployment; the content of the file given as `--ports`."""

    control: int
    sink: int
    services: dict[str, ServicePorts]

    @classmethod
    def assign(
        cls,
        manifests: Manifests,
        free_port: Callable[[], int],
        *,
        instances: Mapping[str, int] | None = None,
        fixed: Mapping[str, int] | None = None,
    ) -> "Ports":
        """Choose ports for all services; `fixed` names services that must have a certain address."""
        services = {}
        for (_, name), service in manifests.services.items():
            count = (instances or {}).get(name, max(1, service.min_scale))
            address = (fixed or {}).get(name) or free_port()
            fronted = count > 1 or service.revision.container_concurrency > 0
            processes = tuple(free_port() for _ in range(count)) if fronted else (address,)
            services[name] = ServicePorts(address, processes)
        return cls(control=free_port(), sink=free_port(), services=services)

    @classmethod
    def load(cls, path: Path) -> "Ports":
        """Read a file written by `save`.

        Raises: PlanError.
        """
        try:
            return msgspec.json.decode(path.read_bytes(), type=cls)
        except (OSError, msgspec.DecodeError) as error:
            raise PlanError(f"{path}: {error}") from None

    def save(self, path: Path) -> None:
        """Write the file for `--ports`."""
        path.write_bytes(msgspec.json.encode(self))


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """A probe; `path` None means that a TCP connection is enough."""

    path: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    initial_delay_s: float = 0.0
    period_s: float = DEFAULT_PROBE_PERIOD_S
    timeout_s: float = 1.0
    failure_threshold: int = 3


@dataclass(frozen=True, slots=True)
class Instance:
    """One process of a service; `environ` is complete but for what the machine adds."""

    port: int
    environ: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """One Knative Service as processes on this machine."""

    namespace: str
    name: str
    image: str
    command: tuple[str, ...]
    args: tuple[str, ...]
    address: str
    fronted: bool
    instances: tuple[Instance, ...]
    container_concurrency: int
    timeout_s: float
    min_scale: int
    max_scale: int
    sandboxed: bool
    readiness: HealthCheck
    liveness: HealthCheck | None
    startup: HealthCheck | None


@dataclass(frozen=True, slots=True)
class Plan:
    """All services, and the addresses they are called at."""

    services: tuple[ServicePlan, ...]
    addresses: Addresses
    ports: Ports

    def service(self, name: str) -> ServicePlan:
        """Return a service by name.

        Raises: PlanError.
        """
        for service in self.services:
            if service.name == name:
                return service
        raise PlanError(f"no Service {name}")


def plan(
    manifests: Manifests, ports: Ports, *, secrets: Mapping[str, Mapping[str, str]] | None = None
) -> Plan:
    """Work out what runs where.

    `secrets` holds what the manifests only refer to: Secret name to its keys and values. Without it
    the environments are left out, as the data plane needs addresses and limits only.
    Raises: PlanError when a reference leads nowhere.
    """
    addresses = Addresses.of(
        sink=f"127.0.0.1:{ports.sink}",
        services={key: f"127.0.0.1:{_ports(ports, key[1]).address}" for key in manifests.services},
    )
    values = None if secrets is None else Values.of(manifests, secrets)
    services = tuple(
        _service(service, _ports(ports, service.metadata.name), addresses, values)
        for service in manifests.services.values()
    )
    return Plan(services, addresses, ports)


def _ports(ports: Ports, name: str) -> ServicePorts:
    if name not in ports.services:
        raise PlanError(f"no port was given for Service {name}")
    return ports.services[name]


def _service(
    service: Service, ports: ServicePorts, addresses: Addresses, values: Values | None
) -> ServicePlan:
    meta, revision, container = service.metadata, service.revision, service.container
    if not ports.fronted and (len(ports.instances) != 1 or revision.container_concurrency):
        raise PlanError(f"Service {meta.name} needs an address apart from its instances")
    environ = {} if values is None else environment(meta.namespace, meta.name, container, addresses, values)
    return ServicePlan(
        namespace=meta.namespace,
        name=meta.name,
        image=container.image,
        command=container.command,
        args=container.args,
        address=f"127.0.0.1:{ports.address}",
        fronted=ports.fronted,
        instances=tuple(Instance(port, {**environ, "PORT": str(port)}) for port in ports.instances),
        container_concurrency=revision.container_concurrency,
        timeout_s=float(revision.timeout_seconds or 300),
        min_scale=service.min_scale,
        max_scale=service.max_scale,
        sandboxed=revision.runtime_class_name == "gvisor",
        readiness=_check(meta.name, container, container.readiness_probe) or HealthCheck(),
        liveness=_check(meta.name, container, container.liveness_probe),
        startup=_check(meta.name, container, container.startup_probe),
    )


def _check(service: str, container: Container, probe: Probe | None) -> HealthCheck | None:
    if probe is None:
        return None
    target = probe.http_get or probe.tcp_socket
    serving_port = container.ports[0].container_port if container.ports else 8080
    if target is not None and target.port not in (None, 0, serving_port):
        raise PlanError(f"Service {service}: a probe of port {target.port} is not implemented")
    return HealthCheck(
        path=probe.http_get.path if probe.http_get else None,
        headers=tuple((h.name, h.value) for h in probe.http_get.http_headers) if probe.http_get else (),
        initial_delay_s=float(probe.initial_delay_seconds),
        period_s=float(probe.period_seconds or DEFAULT_PROBE_PERIOD_S),
        timeout_s=float(probe.timeout_seconds or 1),
        failure_threshold=probe.failure_threshold or 3,
    )
