"""The settings of notification are read and checked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from functions.alerts.alert import AlertRules
from functions.notification.settings import NotificationSettings
from functions.runtime.errors import ConfigurationError


def test_what_is_not_set_has_its_default() -> None:
    assert NotificationSettings.read({}) == NotificationSettings(AlertRules(), timedelta(hours=1))


def test_what_is_set_is_taken() -> None:
    settings = NotificationSettings.read({"LEARNFLOW_ALERT_REPEAT_MIN": "5", "LEARNFLOW_DIGEST_MIN": "1440"})
    assert (settings.rules.repeat, settings.digest_after) == (timedelta(minutes=5), timedelta(days=1))


def test_nonsense_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="LEARNFLOW_ALERT_COOLDOWN_MIN"):
        NotificationSettings.read({"LEARNFLOW_ALERT_COOLDOWN_MIN": "0"})
