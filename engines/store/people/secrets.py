"""Random secrets, of which the database holds the digest only."""

from __future__ import annotations

import hashlib
import secrets


def secret() -> str:
    """Return 256 random bits as text for addresses and cookies."""
    return secrets.token_urlsafe(32)


def digest(text: str) -> str:
    """Return what is stored; a fast hash suffices for what nobody can guess."""
    return hashlib.sha256(text.encode()).hexdigest()
