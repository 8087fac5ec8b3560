"""Loading the function that a process is to serve."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from functions.runtime.errors import ConfigurationError
from functions.runtime.registration import Registration
from functions.runtime.settings import Settings

FUNCTIONS = Path(__file__).parents[1]


def registration(settings: Settings) -> Registration:
    """Read the `main.py` of a function as functions-framework does: by its path, under no package's name.

    Raises ConfigurationError when there is no such file or function.
    """
    source = Path(settings.source or FUNCTIONS / settings.function / "main.py")
    spec = spec_from_file_location("main", source)
    if not source.is_file() or spec is None or spec.loader is None:
        raise ConfigurationError(f"FUNCTION_TARGET: there is no function {settings.function!r} at {source}")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    found = getattr(getattr(module, settings.function, None), "registration", None)
    if not isinstance(found, Registration):
        raise ConfigurationError(f"FUNCTION_TARGET: {source} has no function {settings.function!r}")
    return found
