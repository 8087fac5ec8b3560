"""Write the TypeScript client: types from the OpenAPI document, and what is written by hand around them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from functions.gateway.app import described
from infra.local import javascript
from infra.local.errors import SetupError
from infra.local.paths import ROOT

SOURCE = ROOT / "clients" / "typescript" / "client.ts"
FOLDER = ROOT / ".learnflow" / "client"
GENERATOR = javascript.CONSOLE / "node_modules" / "openapi-typescript" / "bin" / "cli.js"


def write(folder: Path) -> list[Path]:
    """Write `openapi.json`, `schema.d.ts` and `client.ts`; raises SetupError without Node.js."""
    node = javascript.node()
    if node is None or not GENERATOR.exists():
        raise SetupError("the client needs Node.js and npm's packages; ./task setup gets both")
    folder.mkdir(parents=True, exist_ok=True)
    document, schema, client = (folder / name for name in ("openapi.json", "schema.d.ts", SOURCE.name))
    document.write_text(json.dumps(described().openapi(), indent=2) + "\n")
    argv = [node, str(GENERATOR), str(document), "-o", str(schema)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SetupError(f"the types cannot be generated: {done.stderr[-2000:].strip()}")
    shutil.copy2(SOURCE, client)
    return [document, schema, client]


def main() -> int:
    """Write the client into the folder that is named, or into `.learnflow/client`."""
    try:
        for path in write(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER):
            print(path)
    except SetupError as error:
        print(f"learnflow: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
