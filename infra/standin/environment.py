"""The environment of a container: env, envFrom, and references to ConfigMaps and Secrets."""

from collections.abc import Mapping
from dataclasses import dataclass

from infra.standin.addresses import Addresses
from infra.standin.errors import PlanError
from infra.standin.manifests import Key, Manifests
from infra.standin.serving import Container, EnvFrom, EnvVar, KeyRef, MapRef

KeysAndValues = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Values:
    """What ConfigMaps and Secrets hold; `given` Secrets (by name) win over those in manifests."""

    config_maps: Mapping[Key, KeysAndValues]
    secrets: Mapping[Key, KeysAndValues]
    given: Mapping[str, KeysAndValues]

    @classmethod
    def of(cls, manifests: Manifests, given: Mapping[str, KeysAndValues]) -> "Values":
        """Collect what manifests hold and what the supervisor gives."""
        return cls(
            {key: one.values for key, one in manifests.config_maps.items()},
            {key: one.values for key, one in manifests.secrets.items()},
            given,
        )

    def config_map(self, namespace: str, name: str) -> KeysAndValues | None:
        """Return the content of a ConfigMap."""
        return self.config_maps.get((namespace, name))

    def secret(self, namespace: str, name: str) -> KeysAndValues | None:
        """Return the content of a Secret."""
        if name in self.given:
            return self.given[name]
        return self.secrets.get((namespace, name))


def environment(
    namespace: str, service: str, container: Container, addresses: Addresses, values: Values
) -> dict[str, str]:
    """Return the variables of a container as its process gets them here, without PORT."""
    where = f"Service {service}"
    result: dict[str, str] = {}
    for origin in container.env_from:
        result |= _all_of(namespace, origin, values, where)
    for variable in container.env:
        if (value := _value(namespace, variable, values, f"{where}: env {variable.name}")) is not None:
            result[variable.name] = value
    return {name: _localised(name, value, addresses, where) for name, value in result.items()} | {
        "K_SERVICE": service,
        "K_CONFIGURATION": service,
        "K_REVISION": f"{service}-00001",
    }


def _all_of(namespace: str, origin: EnvFrom, values: Values, where: str) -> dict[str, str]:
    found: dict[str, str] = {}
    if origin.config_map_ref is not None:
        held = values.config_map(namespace, origin.config_map_ref.name)
        found |= _whole(held, origin.config_map_ref, f"{where}: ConfigMap")
    if origin.secret_ref is not None:
        held = values.secret(namespace, origin.secret_ref.name)
        found |= _whole(held, origin.secret_ref, f"{where}: Secret")
    return {origin.prefix + key: value for key, value in found.items()}


def _whole(held: KeysAndValues | None, ref: MapRef, where: str) -> KeysAndValues:
    if held is None and not ref.optional:
        raise PlanError(f"{where} {ref.name} is not defined")
    return held or {}


def _value(namespace: str, variable: EnvVar, values: Values, where: str) -> str | None:
    if variable.value_from is None:
        return variable.value or ""
    if (ref := variable.value_from.config_map_key_ref) is not None:
        return _key(values.config_map(namespace, ref.name), ref, f"{where}: ConfigMap")
    ref = variable.value_from.secret_key_ref
    assert ref is not None
    return _key(values.secret(namespace, ref.name), ref, f"{where}: Secret")


def _key(held: KeysAndValues | None, ref: KeyRef, where: str) -> str | None:
    value = (held or {}).get(ref.key)
    if value is None and not ref.optional:
        raise PlanError(f"{where} {ref.name} has no key {ref.key}")
    return value


def _localised(name: str, value: str, addresses: Addresses, where: str) -> str:
    try:
        return addresses.localise(value)
    except PlanError as error:
        raise PlanError(f"{where}: env {name}: {error}") from None
