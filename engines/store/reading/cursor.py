"""Signed places in a sorted list, and the conditions that continue from there."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from schemas.errors import Invalid, Issue

Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Key:
    """One sort key: plain cells, so that places compare as the database compares."""

    column: sa.ColumnElement[Any]
    descending: bool
    nullable: bool = True

    def order(self, dialect: str, *, backwards: bool) -> sa.UnaryExpression[Any]:
        """Return the ORDER BY term; blank sorts smallest on both databases."""
        descending = self.descending is not backwards
        term = self.column.desc() if descending else self.column.asc()
        if dialect == "postgresql" and self.nullable:
            return term.nulls_last() if descending else term.nulls_first()
        return term

    def beyond(self, value: Any, *, backwards: bool) -> Condition:
        """Return where the key lies strictly further on than ``value``."""
        if self.descending is not backwards:
            if value is None:
                return sa.false()
            before = self.column < self._cell(value)
            return sa.or_(before, self.column.is_(None)) if self.nullable else before
        return self.column.is_not(None) if value is None else self.column > self._cell(value)

    def equal(self, value: Any) -> Condition:
        """Return where the key is ``value``, blank included."""
        return self.column.is_(None) if value is None else self.column == self._cell(value)

    def ranges(self, value: Any, *, backwards: bool) -> tuple[Condition, ...]:
        """Return the stretches of an index that hold ``value`` and all beyond it, in their order.

        One range per stretch lets the database start at the place instead of walking up to it.
        """
        if self.descending is not backwards:
            if value is None:
                return (self.column.is_(None),)
            upto = self.column <= self._cell(value)
            return (upto, self.column.is_(None)) if self.nullable else (upto,)
        if value is None:
            return (self.column.is_(None), self.column.is_not(None))
        return (self.column >= self._cell(value),)

    def _cell(self, value: Any) -> sa.ColumnElement[Any]:
        return sa.literal(value, self.column.type)  # SQLAlchemy would not compare a bare True with < or >


def beyond(keys: Sequence[Key], place: Sequence[Any], *, backwards: bool) -> Condition:
    """Return where a row lies strictly further on than ``place`` in the order of ``keys``."""
    cases: list[Condition] = []
    for index, key in enumerate(keys):
        before = [each.equal(value) for each, value in zip(keys[:index], place, strict=False)]
        cases.append(sa.and_(*before, key.beyond(place[index], backwards=backwards)))
    return sa.or_(*cases)


def sign(secret: bytes, place: Sequence[Any], bound: str) -> str:
    """Write a cursor; ``bound`` ties it to the sort, the filter, the version and the reader's rights."""
    body = orjson.dumps([*place])
    digest = hmac.digest(secret, body + bound.encode(), hashlib.sha256)[:12]
    return base64.urlsafe_b64encode(digest + body).decode().rstrip("=")


def unsign(secret: bytes, text: str, bound: str, parameter: str = "after") -> list[Any]:
    """Read a cursor back. Raises Invalid for one that was made up, or for another list."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        digest, body = raw[:12], raw[12:]
        if hmac.compare_digest(digest, hmac.digest(secret, body + bound.encode(), hashlib.sha256)[:12]):
            return list(orjson.loads(body))
    except ValueError:
        pass
    raise Invalid([Issue(parameter, "query.bad_cursor")], "query.invalid")
