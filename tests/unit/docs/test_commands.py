"""Every command for kn, kubectl and buildx in the texts is one that the real programs would understand."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import pytest

from tests.support import recording_cli
from tests.support.docs import ROOT, texts

# Of an indented block, or inside a line; what is left out there stands as "...".
INDENTED = re.compile(r"^ {4,}((?:kubectl|kn|docker) (?:.*\\\n)*.*)$", re.MULTILINE)
INLINE = re.compile(r"`((?:kubectl|kn) [^`]*)`")


def commands() -> Iterator[list[str]]:
    """Yield all commands as words."""
    for path in texts():
        text = path.read_text()
        for match in (*INDENTED.finditer(text), *INLINE.finditer(text)):
            words = shlex.split(match[1].replace("\\\n", " "), comments=True)
            if "..." not in words:
                yield words


ALL = list(commands())
CLUSTER = [words for words in ALL if words[0] != "docker"]


@pytest.mark.parametrize("words", CLUSTER, ids=" ".join)
def test_a_command_has_only_flags_that_there_are(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        _, _, flags = recording_cli.parse(words)
    except SystemExit:
        pytest.fail(capsys.readouterr().err)
    for flag, value in flags:
        if flag in {"-f", "-k"} and not value.isupper():
            assert (ROOT / value).exists()


def test_there_are_commands_and_a_wrong_one_is_noticed(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(CLUSTER) >= 8
    with pytest.raises(SystemExit):
        recording_cli.parse(["kubectl", "scale", "kafkasource", "a", "--replica=0"])
    assert "unknown flag: --replica" in capsys.readouterr().err


def test_images_are_built_for_both_architectures_with_a_bill_of_materials() -> None:
    (build,) = [words for words in ALL if words[0] == "docker"]
    assert {"--platform", "linux/amd64,linux/arm64", "--sbom=true", "--provenance=true"} <= set(build)
