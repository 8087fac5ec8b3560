#!/bin/sh
# cloudevents 2.2.0: JSON data other than an object does not survive the binary mode.
# An event read by `http.from_http` and written by `http.to_binary` leaves with another body: an array or a boolean is
# written as Python shows it, and a JSON string loses its quotes, so that "42" arrives as a number. A boolean extension
# attribute becomes `True`, where CloudEvents 1.0 (3.1, type system) has `true`.
# Ends with 1 when this is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip install -q --disable-pip-version-check --root-user-action=ignore --target "$work/packages" \
    cloudevents==2.2.0 python-dateutil==2.9.0.post0
PYTHONPATH="$work/packages" python3 - <<'PYTHON'
from importlib.metadata import version

from cloudevents.core.bindings.http import HTTPMessage, from_http, to_binary
from cloudevents.core.formats.json import JSONFormat

print("version: ", "cloudevents", version("cloudevents"))
headers = {
    "ce-specversion": "1.0",
    "ce-id": "1",
    "ce-source": "/s",
    "ce-type": "t",
    "ce-time": "2026-01-01T00:00:00Z",
    "content-type": "application/json",
}
seen = {}
for body in (b'["a", null]', b"true", b'"42"'):
    seen[body] = to_binary(from_http(HTTPMessage(headers, body), JSONFormat()), JSONFormat()).body
    print("expected:", body, "is passed on as the same JSON value")
    print("observed:", seen[body])

structured = b'{"specversion": "1.0", "id": "1", "source": "/s", "type": "t", "sampled": true}'
message = HTTPMessage({"content-type": "application/cloudevents+json"}, structured)
sampled = to_binary(from_http(message, JSONFormat()), JSONFormat()).headers["ce-sampled"]
print("expected: the header ce-sampled: true")
print("observed: the header ce-sampled:", sampled)
raise SystemExit(list(seen.values()) != [b"['a', None]", b"True", b"42"] or sampled != "True")
PYTHON
