"""Texts for properties: any that UTF-8 can hold."""

from __future__ import annotations

from hypothesis import strategies as st

# The default of Hypothesis tries the codec on every code point first: longer than all properties together.
CHARACTERS = st.characters(exclude_categories=["Cs"])


def texts(min_size: int = 0, max_size: int | None = None) -> st.SearchStrategy[str]:
    """Make texts of all characters, of a length in characters."""
    return st.text(CHARACTERS, min_size=min_size, max_size=max_size)
