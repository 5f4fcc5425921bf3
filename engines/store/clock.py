"""The time of this machine; nothing else reads it."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """Implements ``Clock``."""

    def now(self) -> datetime:
        """Return the present instant."""
        return datetime.now(UTC)  # noqa: TID251 - this is the one place
