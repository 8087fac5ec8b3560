#!/bin/sh
# openai 3.57.0: a block of a stream that has no `data` field is decoded as JSON, so that reading the stream ends with
# JSONDecodeError. By the standard of server-sent events (HTML, "Interpreting an event stream") a block with `retry` or
# `id` alone sets the time of reconnecting or the last id and dispatches no event. A block of comments alone is passed
# over rightly. Matters to servers that speak this protocol for another model. Ends with 1 when this is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m pip install -q --disable-pip-version-check --root-user-action=ignore --target "$work/packages" \
    openai==3.57.0
PYTHONPATH="$work/packages" python3 - <<'PYTHON'
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from threading import Thread

from openai import OpenAI

CHOICE = {"index": 0, "delta": {"content": "Hello"}, "finish_reason": "stop"}
CHUNK = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [CHOICE]}
FIRST = {"comment": ": hello\n\n", "retry": "retry: 3000\n\n", "id": "id: 1\n\n"}
STREAM = f"data: {json.dumps(CHUNK)}\n\ndata: [DONE]\n\n"


class Model(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.write((FIRST[self.path.split("/")[1]] + STREAM).encode())

    def log_message(self, *_):
        pass


def read(first):
    address = f"http://127.0.0.1:{server.server_port}/{first}"
    try:
        parts = OpenAI(base_url=address, api_key="none").chat.completions.create(model="m", messages=[], stream=True)
        return "".join(part.choices[0].delta.content for part in parts)
    except json.JSONDecodeError as error:
        return f"JSONDecodeError: {error}"


server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
Thread(target=server.serve_forever, daemon=True).start()
print("version: ", "openai", version("openai"))
observed = {first: read(first) for first in FIRST}
print("expected: Hello, whatever the stream begins with")
for first, words in observed.items():
    print(f"observed: {first}:", words)
refused = [first for first, words in observed.items() if words.startswith("JSONDecodeError")]
raise SystemExit(refused != ["retry", "id"] or observed["comment"] != "Hello")
PYTHON
