"""What the model is told. Everything a student wrote is data between delimiters, never an instruction.

The words stand in files, one beside each agent: `functions/<agent>/prompts/<name>.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from events.models import Level
from functions.model.redaction import private_code, without_private

CANARY = "lf-4b1d-canary"
FUNCTIONS = Path(__file__).parents[1]
MAX_INPUT = 6000
ENGLISH = "English"
OURS = (
    r"student_\w+|notes|earlier|open_question|run|exercise|verdict|diagnosis|findings|ladder|card|figures|also_asked"
    r"|class_rules|your_reply"
)
TAGS = re.compile(rf"</?\s*(?:{OURS})\b[^<>\n]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One request to a model.

    `version` is kept with the call; with a `schema` the reply is JSON that follows it; `limit_s` is a time
    limit of its own, shorter than the common one; `instructions` are what no reply may recite.
    """

    purpose: str
    system: str
    user: str
    max_tokens: int
    version: str = "0"
    schema: Mapping[str, Any] | None = None
    limit_s: float | None = None
    instructions: str = ""


@dataclass(frozen=True, slots=True)
class PromptFile:
    """A prompt as it stands in its file, with the rules that all of them begin with."""

    version: str
    max_tokens: int
    system: Template
    schema: Mapping[str, Any] | None = None
    limit_s: float | None = None
    rungs: Mapping[str, str] = field(default_factory=dict)

    def prompt(self, purpose: str, *, user: str, **words: object) -> Prompt:
        """Fill in the words, and ask for a purpose; raises KeyError for a word that is missing."""
        return Prompt(
            purpose=purpose,
            system=self.system.substitute(self._filled(words)).strip(),
            user=user,
            max_tokens=self.max_tokens,
            version=self.version,
            schema=self.schema,
            limit_s=self.limit_s,
            # A reply begins with a head like the one it is shown: to say that again is no recital.
            instructions="\n".join(line for line in self.system.template.splitlines() if '{"' not in line),
        )

    def _filled(self, words: Mapping[str, object]) -> dict[str, str]:
        usual: dict[str, object] = {"canary": CANARY, "language": ENGLISH}
        return {name: str(word) for name, word in (usual | dict(words)).items()}


@cache
def prompt_file(agent: str, name: str) -> PromptFile:
    """Read the prompt of an agent, once per process; its version names that of the common rules as well.

    One that students never see the reply to says `common = false`: the rules are not for it.
    """
    rules = tomllib.loads((FUNCTIONS / "model" / "rules.toml").read_text(encoding="utf-8"))
    own = tomllib.loads((FUNCTIONS / agent / "prompts" / f"{name}.toml").read_text(encoding="utf-8"))
    with_rules = own.get("common", True)
    common = rules["system"] if with_rules else ""
    return PromptFile(
        version=f"{own['version']}.{rules['version']}" if with_rules else str(own["version"]),
        max_tokens=own["max_tokens"],
        system=Template(common + own["system"]),
        schema=own.get("schema"),
        limit_s=own.get("limit_s"),
        rungs=own.get("rungs", {}),
    )


@cache
def readers() -> Mapping[Level, str]:
    """Say of each level who reads."""
    rules = tomllib.loads((FUNCTIONS / "model" / "rules.toml").read_text(encoding="utf-8"))
    told: Mapping[Level, str] = rules["readers"]
    return told


def student(kind: str, value: str | None) -> str:
    """Delimit what a student wrote: their text, code or error."""
    return data(f"student_{kind}", without_private(value or "")[:MAX_INPUT])


def student_code(value: str) -> str:
    """Delimit a student's program, which goes out as it is but for what says who wrote it."""
    return data("student_code", private_code(value[:MAX_INPUT]))


def data(tag: str, value: str) -> str:
    """Delimit data; nothing in it can end it or begin another."""
    return f"<{tag}>\n{TAGS.sub('[tag]', value)}\n</{tag}>"


def joined(*blocks: str) -> str:
    """Put the blocks of a prompt together."""
    return "\n\n".join(block for block in blocks if block)
