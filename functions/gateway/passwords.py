"""Passwords, kept as argon2id hashes."""

from __future__ import annotations

import asyncio
import base64
import secrets
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

# Each hash takes a core and its memory for itself: more at once would only be slower together.
THREADS = 2
# zxcvbn's scale is 0 to 4, and 2 is about a hundred million guesses. Its cost grows faster than the length.
MIN_SCORE = 2
SCORED_LENGTH = 40


def hard_to_guess(password: str) -> str:
    """Refuse a password that is on the usual lists, or nearly."""
    from zxcvbn import zxcvbn  # imported here: 20 ms, and only sign-up needs it

    if zxcvbn(password[:SCORED_LENGTH], user_inputs=["learnflow"])["score"] < MIN_SCORE:
        raise ValueError("is easy to guess: use a few words that do not belong together")
    return password


class Passwords:
    """Hashes and checks passwords off the event loop."""

    def __init__(self, time_cost: int, memory_kib: int) -> None:
        self._hasher = PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="argon2")
        self._nobody = hash_of_nobody(time_cost, memory_kib)

    async def hash(self, password: str) -> str:
        """Hash a new password."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._hasher.hash, password)

    async def check(self, known: str | None, password: str) -> bool:
        """Tell whether a password is right; an unknown user (None) takes as long as a wrong password."""
        loop = asyncio.get_running_loop()
        right = await loop.run_in_executor(self._threads, self._verify, known or self._nobody, password)
        return right and known is not None

    def outdated(self, known: str) -> bool:
        """Tell whether a hash was made with other costs than today's."""
        return self._hasher.check_needs_rehash(known)

    def _verify(self, known: str, password: str) -> bool:
        try:
            return self._hasher.verify(known, password)
        except (VerifyMismatchError, InvalidHashError):
            return False


def hash_of_nobody(time_cost: int, memory_kib: int) -> str:
    """Make a well-formed hash that no password has."""
    salt, tag = (base64.b64encode(secrets.token_bytes(n)).decode().rstrip("=") for n in (16, 32))
    return f"$argon2id$v=19$m={memory_kib},t={time_cost},p=1${salt}${tag}"
