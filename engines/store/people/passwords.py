"""Passwords: Argon2id, and the few rules for choosing one."""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TYPE_CHECKING

from engines.expression import fold
from schemas.errors import Invalid, Issue

if TYPE_CHECKING:
    from argon2 import PasswordHasher

LENGTH_AT_LEAST = 8
LENGTH_AT_MOST = 1000
_COMMON = frozenset(
    """
    password passw0rd password1 password123 p@ssw0rd 12345678 123456789 1234567890 87654321 11111111 00000000
    88888888 66666666 12341234 123123123 147258369 qwertyui qwerty123 qwertyuiop 1q2w3e4r 1qaz2wsx abcd1234
    a1234567 a12345678 aa123456 abc12345 asdfghjk asdf1234 iloveyou welcome1 admin123 admin1234 administrator
    woaini1314 5201314520 letmein1 changeme sunshine football
    """.split()
)
# Each check takes 64 MB for a moment; a storm of sign-ins waits instead of filling the memory.
_AT_ONCE = threading.Semaphore(2)


class Passwords:
    """Hashes and verifies, outside any transaction: it takes tens of milliseconds by intent."""

    def __init__(self, *, fast: bool = False) -> None:
        self._fast = fast

    def hash(self, password: str) -> str:
        """Return what is stored."""
        with _AT_ONCE:
            return self._hasher.hash(password)

    def verify(self, stored: str | None, password: str) -> bool:
        """Compare; an absent password costs as much time as a wrong one, so that nobody learns who exists."""
        from argon2.exceptions import InvalidHashError, VerificationError

        against = self._dummy if stored is None else stored
        with _AT_ONCE:
            try:
                self._hasher.verify(against, password)
            except (VerificationError, InvalidHashError):
                return False
        return stored is not None

    def outdated(self, stored: str) -> bool:
        """Tell whether the password should be hashed anew with today's parameters."""
        return self._hasher.check_needs_rehash(stored)

    @cached_property
    def _hasher(self) -> PasswordHasher:
        from argon2 import PasswordHasher

        return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1) if self._fast else PasswordHasher()

    @cached_property
    def _dummy(self) -> str:
        return self._hasher.hash("nobody's")


def check_password(password: str, login: str) -> None:
    """Raise Invalid for a password that is too short, too common or the login itself."""
    if len(password) < LENGTH_AT_LEAST:
        raise Invalid([Issue("password", "password.too_short", {"min": LENGTH_AT_LEAST})])
    if len(password) > LENGTH_AT_MOST:
        raise Invalid([Issue("password", "field.too_long", {"max_length": LENGTH_AT_MOST})])
    folded = fold(password)
    if folded in _COMMON or folded == fold(login) or len(set(folded)) == 1:
        raise Invalid([Issue("password", "password.too_common")])
