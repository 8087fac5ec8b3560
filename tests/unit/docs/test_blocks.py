"""Every code block of the texts says what it is, and how it is checked, or why it is not run."""

from __future__ import annotations

import ast
import json
import re
import tomllib

import pytest

from tests.support.docs import ROOT, Block, blocks, texts

ALL = list(blocks())
# What is run stands in tests/e2e/test_docs.py.
KNOWN = {"sh", "js", "ts", "json", "toml", "python", "mermaid", "sql", "text"}
MENTION = re.compile(r"\./task ([a-z]+(?:-[a-z]+)*)\b")
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("block", ALL, ids=lambda block: block.name)
def test_a_block_has_a_language_that_is_checked(block: Block) -> None:
    assert block.language in KNOWN
    if block.language == "json":
        json.loads(block.text)
    elif block.language == "toml":
        tomllib.loads(block.text)
    elif block.language == "python":
        compile(block.text, block.name, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        assert block.title or block.reason, "show a file with title=, which a test then uses"
    elif block.language == "mermaid":
        assert block.text.split()[0] in ("flowchart", "sequenceDiagram")
    elif block.language == "sql":
        assert block.reason


def test_every_task_that_is_named_exists() -> None:
    taskfile = (ROOT / "Taskfile.yml").read_text()
    there = set(re.findall(r"^  ([a-z-]+):$", taskfile, re.MULTILINE))
    for path in texts():
        assert set(MENTION.findall(path.read_text())) <= there, path


def test_every_link_leads_to_a_file() -> None:
    for path in texts():
        for target in LINK.findall(path.read_text()):
            assert (path.parent / target).exists(), f"{path}: {target}"


def test_what_a_diagram_names_is_there() -> None:
    """A function or topic in the picture of the README exists."""
    functions = {path.parent.name for path in ROOT.glob("functions/*/main.py")}
    picture = next(block for block in blocks(ROOT / "README.md") if block.language == "mermaid").text
    topics = set(re.findall(r"[a-z]+\.[a-z]+|learnflow\.dead-letter", picture))
    written = (ROOT / "infra/knative/topics/topics.yaml").read_text()
    assert topics
    assert {topic for topic in topics if topic not in written} == set()
    named = set(
        re.findall(r"\b(gateway|triage|concepts|debug|exercise|progress|notification|delivery)\b", picture)
    )
    assert named <= functions
