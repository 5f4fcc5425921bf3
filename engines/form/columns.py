"""Column types that convert both ways, equal on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# COLLATE "C" on PostgreSQL orders by code point, as SQLite's BINARY does.
Text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


class Scaled(TypeDecorator[Decimal]):
    """An exact decimal as an integer of its smallest unit: as fast as REAL, and right."""

    impl = sa.BigInteger
    cache_ok = True

    def __init__(self, decimals: int) -> None:
        super().__init__()
        self.decimals = decimals
        self._unit = Decimal(10) ** -decimals

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> int | None:
        """Scale a decimal that already fits; rounds nothing."""
        return None if value is None else int(Decimal(value).scaleb(self.decimals))

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Decimal | None:
        """Unscale. Sums of PostgreSQL arrive as decimals and stay exact."""
        return None if value is None else Decimal(value).scaleb(-self.decimals).quantize(self._unit)

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """Compare with decimals in the same scale."""
        return self


class Uids:
    """The uids of a field's options by key; hashed once, for it is part of every statement's cache key."""

    __slots__ = ("_hash", "by_key", "by_uid")

    def __init__(self, uids: Mapping[str, int]) -> None:
        self.by_key = dict(uids)
        self.by_uid = {uid: key for key, uid in uids.items()}
        self._hash = hash(frozenset(self.by_key.items()))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Uids) and self.by_key == other.by_key)


class Choice(TypeDecorator[str]):
    """An option key as the option's uid, so that renaming an option touches no row."""

    impl = sa.BigInteger
    cache_ok = True

    class Comparator(TypeDecorator.Comparator[str]):
        """What a removed option left behind is blank to conditions, too."""

        def is_(self, other: Any) -> sa.ColumnElement[bool]:
            """Compare with None, which is the only thing that is asked so."""
            return sa.or_(self._cells.is_(other), self._cells.not_in(self._known))

        def is_not(self, other: Any) -> sa.ColumnElement[bool]:
            """Compare with None."""
            return sa.and_(self._cells.is_not(other), self._cells.in_(self._known))

        @property
        def _cells(self) -> sa.ColumnElement[int]:
            return sa.type_coerce(self.expr, sa.BigInteger())

        @property
        def _known(self) -> list[int]:
            return [*self.type.uids.by_uid] if isinstance(self.type, Choice) else []

    comparator_factory = Comparator

    def __init__(self, uids: Mapping[str, int] | Uids) -> None:
        super().__init__()
        self.uids = uids if isinstance(uids, Uids) else Uids(uids)

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> int | None:
        """Return the uid; a key that names no option matches nothing."""
        return None if value is None else self.uids.by_key.get(value, -1)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> str | None:
        """Return the key; an option that was removed reads as blank."""
        return None if value is None else self.uids.by_uid.get(value)


class Instant(TypeDecorator[datetime]):
    """An aware date-time as milliseconds since 1970 UTC."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> int | None:
        """Count milliseconds."""
        return None if value is None else millis(value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        """Return the instant in UTC."""
        return None if value is None else instant(value)


class Seconds(TypeDecorator[time]):
    """A time of day as seconds since midnight."""

    impl = sa.Integer
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> int | None:
        """Count seconds."""
        return None if value is None else value.hour * 3600 + value.minute * 60 + value.second

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> time | None:
        """Return the time of day."""
        return None if value is None else time(value // 3600, value // 60 % 60, value % 60)


def millis(value: datetime) -> int:
    """Return milliseconds since 1970; exact, where ``timestamp()`` would pass through a float."""
    return (value - EPOCH) // timedelta(milliseconds=1)


def instant(value: int) -> datetime:
    """Return the instant that many milliseconds after 1970."""
    return EPOCH + timedelta(milliseconds=int(value))


def iso(value: datetime) -> str:
    """Write an instant for JSON: UTC with ``Z``, milliseconds where there are any."""
    precision = "milliseconds" if value.microsecond else "seconds"
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=precision) + "Z"
