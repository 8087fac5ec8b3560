"""serving.knative.dev/v1 Service, and the ConfigMaps and Secrets that its env reads."""

import base64
from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from infra.standin.meta import MAX_SCALE, MIN_SCALE, Metadata, NoLocalMeaning, Strict, TemplateMetadata

NonNegative = Annotated[int, msgspec.Meta(ge=0)]
Positive = Annotated[int, msgspec.Meta(ge=1)]
_POD = NoLocalMeaning("a process of the current user, not a pod, runs the code")
_IMAGE = NoLocalMeaning("the code of the working tree runs, no image is pulled")


class HttpHeader(Strict, frozen=True):
    """A header of a probe."""

    name: str
    value: str


class HttpGet(Strict, frozen=True):
    """A probe by HTTP."""

    path: str = "/"
    port: int | str | None = None
    scheme: Literal["HTTP"] = "HTTP"
    http_headers: tuple[HttpHeader, ...] = ()


class TcpSocket(Strict, frozen=True):
    """A probe by connecting."""

    port: int | str | None = None


class Probe(Strict, frozen=True):
    """When a container counts as ready or alive."""

    http_get: HttpGet | None = None
    tcp_socket: TcpSocket | None = None
    initial_delay_seconds: NonNegative = 0
    period_seconds: NonNegative = 0
    timeout_seconds: Positive | None = None
    failure_threshold: Positive | None = None
    success_threshold: Literal[1] = 1


class KeyRef(Strict, frozen=True):
    """One key of a ConfigMap or Secret."""

    name: str
    key: str
    optional: bool = False


class MapRef(Strict, frozen=True):
    """All keys of a ConfigMap or Secret."""

    name: str
    optional: bool = False


class ValueFrom(Strict, frozen=True):
    """Where the value of a variable comes from."""

    config_map_key_ref: KeyRef | None = None
    secret_key_ref: KeyRef | None = None

    def __post_init__(self) -> None:
        if (self.config_map_key_ref is None) == (self.secret_key_ref is None):
            raise ValueError("needs one of configMapKeyRef, secretKeyRef")


class EnvVar(Strict, frozen=True):
    """One variable."""

    name: str
    value: str | None = None
    value_from: ValueFrom | None = None

    def __post_init__(self) -> None:
        if self.name in {"PORT", "K_SERVICE", "K_CONFIGURATION", "K_REVISION"}:
            raise ValueError(f"env {self.name} is reserved by Knative")
        if self.value is not None and "$(" in self.value:
            raise ValueError(f"env {self.name}: $(VAR) expansion is not implemented")
        if self.value is not None and self.value_from is not None:
            raise ValueError(f"env {self.name} has both value and valueFrom")


class EnvFrom(Strict, frozen=True):
    """Variables from all keys of an object."""

    prefix: str = ""
    config_map_ref: MapRef | None = None
    secret_ref: MapRef | None = None


class ContainerPort(Strict, frozen=True):
    """The port of a container."""

    container_port: Annotated[int, NoLocalMeaning("the process listens on the PORT it is given")] = 8080
    name: Literal["", "http1"] = ""
    protocol: Literal["TCP"] = "TCP"


class Container(Strict, frozen=True):
    """The program of a Service."""

    image: str
    name: str = "user-container"
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    env: tuple[EnvVar, ...] = ()
    env_from: tuple[EnvFrom, ...] = ()
    ports: Annotated[tuple[ContainerPort, ...], msgspec.Meta(max_length=1)] = ()
    readiness_probe: Probe | None = None
    liveness_probe: Probe | None = None
    startup_probe: Probe | None = None
    image_pull_policy: Annotated[object, _IMAGE] = None
    resources: Annotated[object, NoLocalMeaning("one machine has no scheduler and no cgroup per pod")] = None
    security_context: Annotated[object, _POD] = None
    volume_mounts: Annotated[object, _POD] = None


class RevisionSpec(Strict, frozen=True):
    """How the program is run."""

    containers: Annotated[tuple[Container, ...], msgspec.Meta(min_length=1, max_length=1)]
    container_concurrency: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 0
    timeout_seconds: Annotated[int, msgspec.Meta(ge=0, le=600)] = 300
    runtime_class_name: Literal["", "gvisor"] = ""
    service_account_name: Annotated[object, _POD] = None
    automount_service_account_token: Annotated[object, _POD] = None
    enable_service_links: Annotated[object, _POD] = None
    image_pull_secrets: Annotated[object, _IMAGE] = None
    volumes: Annotated[object, _POD] = None


class Template(Strict, frozen=True):
    """The revision of a Service."""

    spec: RevisionSpec
    metadata: TemplateMetadata = TemplateMetadata()


class TrafficTarget(Strict, frozen=True):
    """All traffic to the latest revision: the only split there is."""

    latest_revision: Literal[True] = True
    percent: Literal[100] = 100


class ServiceSpec(Strict, frozen=True):
    """What a Service consists of."""

    template: Template
    traffic: Annotated[tuple[TrafficTarget, ...], msgspec.Meta(max_length=1)] = ()


class Service(Strict, frozen=True):
    """A Knative Service."""

    metadata: Metadata
    spec: ServiceSpec

    def __post_init__(self) -> None:
        for name in (MIN_SCALE, MAX_SCALE):
            if name in self.metadata.annotations:
                raise ValueError(f"annotation {name} belongs on spec.template.metadata")
        if self.max_scale and self.max_scale < self.min_scale:
            raise ValueError("max-scale is less than min-scale")

    @property
    def revision(self) -> RevisionSpec:
        """The revision's spec."""
        return self.spec.template.spec

    @property
    def container(self) -> Container:
        """The only container."""
        return self.revision.containers[0]

    @property
    def min_scale(self) -> int:
        """The least number of instances."""
        return int(self.spec.template.metadata.annotations.get(MIN_SCALE, "0"))

    @property
    def max_scale(self) -> int:
        """The most instances, 0 for no limit."""
        return int(self.spec.template.metadata.annotations.get(MAX_SCALE, "0"))


class ConfigMap(Strict, frozen=True):
    """Settings in the open."""

    metadata: Metadata
    data: Mapping[str, str] = {}
    immutable: Annotated[bool, NoLocalMeaning("nothing changes it")] = False

    @property
    def values(self) -> Mapping[str, str]:
        """The keys with their values."""
        return self.data


class Secret(Strict, frozen=True):
    """Settings that are kept apart."""

    metadata: Metadata
    data: Mapping[str, str] = {}
    string_data: Mapping[str, str] = {}
    type: Annotated[str, NoLocalMeaning("only its keys are read")] = "Opaque"
    immutable: Annotated[bool, NoLocalMeaning("nothing changes it")] = False

    @property
    def values(self) -> Mapping[str, str]:
        """The keys with their values."""
        decoded = {key: base64.b64decode(value).decode() for key, value in self.data.items()}
        return {**decoded, **self.string_data}
