"""Variables of the local system."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from infra.local.errors import PortTaken, SettingError
from infra.local.paths import Home
from infra.local.ports import each_free_port, free_ports, require_free
from infra.local.process import Command
from infra.local.system import instances, shout
from infra.standin.files import write_whole


def test_two_sandboxes_run_unless_somebody_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEARNFLOW_INSTANCES", raising=False)
    assert instances() == {"sandbox-runner": 2}
    monkeypatch.setenv("LEARNFLOW_INSTANCES", "gateway=2 sandbox-runner=1")
    assert instances() == {"sandbox-runner": 1, "gateway": 2}


@pytest.mark.parametrize(
    "text", ["gateway", "gateway=", "gateway=0", "gateway=-1", "gateway=10", "gateway=two"]
)
def test_a_count_that_means_nothing_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("LEARNFLOW_INSTANCES", text)
    with pytest.raises(SettingError, match="gateway"):
        instances()


def test_a_taken_port_is_refused_with_its_owner() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(PortTaken, match=r"is used by .*LEARNFLOW_PORT"):
            require_free(taken.getsockname()[1])


def test_free_ports_differ() -> None:
    assert len(set(free_ports(20))) == 20


def test_no_port_is_given_twice_while_others_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEARNFLOW_PORT_RANGE", "20100-20299")
    assert len({free_ports(1)[0] for _ in range(100)}) == 100
    monkeypatch.setenv("LEARNFLOW_PORT_RANGE", "20100-20139")
    assert len({free_ports(1)[0] for _ in range(100)}) > 20


def test_no_outgoing_connection_can_take_a_port_before_its_server_does() -> None:
    lowest = 32768 if sys.platform.startswith("linux") else 49152
    assert all(port < lowest for port in free_ports(50))


def test_the_ports_of_one_system_all_differ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEARNFLOW_PORT_RANGE", "20000-20039")
    found = list(each_free_port(but=(20007,)))
    assert len(found) == len(set(found)) > 30
    assert 20007 not in found


@pytest.mark.parametrize("text", ["20000", "20000-", "a-b", "30000-20000", "80-90", "20000-70000"])
def test_a_range_of_ports_that_means_nothing_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("LEARNFLOW_PORT_RANGE", text)
    with pytest.raises(SettingError, match="LEARNFLOW_PORT_RANGE"):
        free_ports(1)


def test_names_become_parts_of_variables() -> None:
    assert shout("learnflow.dead-letter") == "LEARNFLOW_DEAD_LETTER"


def test_a_home_of_its_own_can_be_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LEARNFLOW_HOME", str(tmp_path))
    assert Home.current().state == tmp_path / "state"


def test_a_secret_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    write_whole(tmp_path / "secret", "x", mode=0o600)
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_a_child_gets_no_secret_of_the_shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    command = Command("x", ("true",), tmp_path / "log", tmp_path, {"PORT": "1"})
    assert "OPENAI_API_KEY" not in command.environ()
    assert command.environ()["PORT"] == "1"
