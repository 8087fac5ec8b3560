"""Who was erased, in one spelling for all statements: a student's id is kept, and nothing else.

These are pieces of SQL; a module puts them into its statements as it loads.
"""

from __future__ import annotations

ERASED_IDS = "SELECT user_id FROM erased_users"


def is_erased(subject: str) -> str:
    """Ask in SQL whether a user was erased; `subject` is a column or a parameter of type uuid."""
    return f"EXISTS ({ERASED_IDS} WHERE user_id = {subject})"
