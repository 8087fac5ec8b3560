"""What is asked for on the command line: `deploy ENV=staging ONLY=triage --dry-run`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from infra.deploy.errors import Refused

ROOT = Path(__file__).parents[2]
COMMANDS = ("deploy", "render", "canary", "promote", "rollback")
OVERLAYS = ROOT / "infra" / "knative" / "overlays"
LOCAL = "local"
USAGE = """usage (ENV is a folder of infra/knative/overlays):
  ./task render   ENV=staging [OUT=FOLDER]
  ./task deploy   ENV=staging [ONLY=triage,debug] [WAIT=180] [TOPICS=no] [--dry-run]
  ./task canary   ENV=... ONLY=triage [PERCENT=10] [--dry-run]
  ./task promote  ENV=... ONLY=triage [--dry-run]
  ./task rollback ENV=... ONLY=triage [REVISION=triage-00007] [--dry-run]"""


@dataclass(frozen=True, slots=True)
class Request:
    """One call; `wait_s` is the deadline of each Service."""

    command: str
    environment: str
    only: tuple[str, ...] = ()
    wait_s: int = 180
    percent: int = 10
    revision: str = ""
    out: Path | None = None
    topics: bool = True
    dry_run: bool = False

    @property
    def tree(self) -> Path:
        """Where the rendered manifests go."""
        return self.out or Path(".learnflow") / "deploy" / self.environment


def read(words: list[str]) -> Request:
    """Read the command line; raises Refused with the usage."""
    command, *rest = words or [""]
    pairs = dict(word.split("=", 1) for word in rest if "=" in word and not word.startswith("-"))
    strangers = [word for word in rest if "=" not in word and word != "--dry-run"]
    strangers += sorted(set(pairs) - {"ENV", "ONLY", "WAIT", "PERCENT", "REVISION", "OUT", "TOPICS"})
    if command not in COMMANDS or strangers:
        raise Refused(f"{' '.join(strangers) or command or 'nothing'} is not understood\n{USAGE}")
    return checked(
        Request(
            command=command,
            environment=pairs.get("ENV", ""),
            only=tuple(name for name in pairs.get("ONLY", "").split(",") if name),
            wait_s=number("WAIT", pairs.get("WAIT", "180"), 1, 3600),
            percent=number("PERCENT", pairs.get("PERCENT", "10"), 1, 99),
            revision=pairs.get("REVISION", ""),
            out=Path(pairs["OUT"]) if "OUT" in pairs else None,
            topics=pairs.get("TOPICS", "yes") != "no",
            dry_run="--dry-run" in rest,
        )
    )


def checked(request: Request) -> Request:
    """Refuse what makes no sense."""
    known = environments(local=request.command == "render")
    if request.environment not in known:
        raise Refused(f"ENV has to be one of {', '.join(known)}\n{USAGE}")
    if request.command in {"canary", "promote", "rollback"} and len(request.only) != 1:
        raise Refused(f"{request.command} needs one Service: ONLY=triage\n{USAGE}")
    return request


def environments(*, local: bool) -> list[str]:
    """Return the overlays there are; the local one is for the stand-in, not for a cluster."""
    found = sorted(path.parent.name for path in OVERLAYS.glob("*/kustomization.yaml"))
    return [name for name in found if local or name != LOCAL]


def number(name: str, raw: str, low: int, high: int) -> int:
    """Read a whole number within bounds."""
    if not raw.isdigit() or not low <= int(raw) <= high:
        raise Refused(f"{name} has to be a whole number from {low} to {high}, not {raw!r}")
    return int(raw)
