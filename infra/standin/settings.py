"""The figures of the data plane; Knative's own where it has them."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """Times in seconds, sizes in bytes.

    `sink_limit_s` is far below Knative's 60 to 120 s: callers here give up after 5 s,
    and a 503 tells them more than their own time-out.
    """

    max_in_flight: int = 50
    commit_every_s: float = 5.0
    session_timeout_s: float = 6.0
    fetch_wait_s: float = 0.5
    figures_limit_s: float = 2.0
    max_event_bytes: int = MIB
    sink_limit_s: float = 4.0
    drain_s: float = 10.0
    reconnect_s: float = 0.5
    idle_connection_s: float = 10.0
    queue_per_unit_of_concurrency: int = 10
    unready_probe_every_s: float = 0.1
    max_request_bytes: int = 32 * MIB
    max_redirects: int = 16


DEFAULTS = Settings()
