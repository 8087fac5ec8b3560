"""A wrong setting is refused with its name and what was expected."""

from __future__ import annotations

import pytest

from functions.runtime.errors import ConfigurationError
from functions.runtime.settings import Settings, switch

GOOD = {
    "FUNCTION_TARGET": "triage",
    "DATABASE_URL": "postgresql://u:secret@h/db",
    "LEARNFLOW_SINKS_URL": "http://sinks/learnflow/",
}


def test_defaults_fill_what_is_not_set() -> None:
    settings = Settings.read(GOOD)
    assert (settings.port, settings.pool_max, settings.publish_limit_s) == (8080, 4, 5)
    assert settings.sinks_url == "http://sinks/learnflow"
    assert settings.direct_url == settings.database_url


def test_secrets_do_not_show() -> None:
    assert "secret" not in repr(Settings.read(GOOD))


@pytest.mark.parametrize("name", GOOD)
def test_what_is_required_is_asked_for_by_name(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{name} is not set"):
        Settings.read({**GOOD, name: ""})


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "0"), ("PORT", "1e3"), ("DATABASE_URL", "mysql://x"), ("LEARNFLOW_SINKS_URL", "ftp://x")],
)
def test_a_wrong_value_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{name}: expected"):
        Settings.read({**GOOD, name: value})


def test_a_switch_is_on_or_off() -> None:
    assert (switch("on"), switch("False")) == (True, False)
    with pytest.raises(ValueError, match="expected true or false"):
        switch("perhaps")
