"""Sources beside those of the manifests, kept in a file as a cluster keeps them: they outlive a restart."""

import logging
from pathlib import Path
from typing import Any

import msgspec

from infra.standin.errors import StandInError
from infra.standin.eventing import KafkaSource
from infra.standin.files import write_whole
from infra.standin.manifests import source_of

log = logging.getLogger(__name__)


class Added:
    """Manifests of added sources by name; without a file they are forgotten at the end."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self.documents: dict[str, dict[str, Any]] = {}

    def read(self) -> dict[str, KafkaSource]:
        """Read what an earlier process kept; what is not understood any more is left out."""
        if self._path is None or not self._path.exists():
            return {}
        sources = {}
        for name, document in msgspec.json.decode(self._path.read_bytes(), type=dict[str, Any]).items():
            try:
                sources[name] = source_of(document)
            except (StandInError, LookupError) as error:
                log.warning("an added source is left out", extra={"source": name, "error": str(error)})
            else:
                self.documents[name] = document
        return sources

    def put(self, name: str, document: dict[str, Any]) -> None:
        """Keep a source."""
        self.documents[name] = document
        self._write()

    def scale(self, name: str, consumers: int) -> None:
        """Keep with how many consumers a source is to run, if it is one of these."""
        if document := self.documents.get(name):
            self.put(name, {**document, "spec": {**document["spec"], "consumers": consumers}})

    def drop(self, name: str) -> None:
        """Forget a source."""
        del self.documents[name]
        self._write()

    def _write(self) -> None:
        if self._path is not None:
            write_whole(self._path, msgspec.json.encode(self.documents).decode())
