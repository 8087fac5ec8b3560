#!/bin/sh
# cloudevents 1.12.0: two optional attributes of CloudEvents 1.0 are not treated as optional.
# `from_http` gives an event that came without `time` the time of reading it, so that one event delivered twice is read
# as two different ones. `kafka.to_binary` raises KeyError for an event without `datacontenttype`.
# Ends with 1 when this is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip install -q --disable-pip-version-check --root-user-action=ignore --target "$work/packages" cloudevents==1.12.0
PYTHONPATH="$work/packages" python3 - <<'PYTHON'
import time
from importlib.metadata import version

from cloudevents.http import CloudEvent, from_http
from cloudevents.kafka import to_binary

print("version: ", "cloudevents", version("cloudevents"))

headers = {"ce-specversion": "1.0", "ce-id": "1", "ce-source": "/s", "ce-type": "t"}
first = from_http(headers, b"{}")
time.sleep(0.01)
second = from_http(headers, b"{}")
print("expected: the event has no `time`, as it came without one")
print("observed:", first["time"], "and, read again,", second["time"])

event = CloudEvent({"id": "1", "source": "/s", "type": "t"}, {"a": 1})
try:
    to_binary(event)
    observed = "a Kafka message"
except KeyError as error:
    observed = f"KeyError: {error}"
print("expected: a Kafka message without a content type")
print("observed:", observed)
raise SystemExit(first["time"] == second["time"] or not observed.startswith("KeyError"))
PYTHON
