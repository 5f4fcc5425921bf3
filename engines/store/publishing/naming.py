"""Physical names: made once, never changed, never given twice."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

# PostgreSQL cuts at 63 bytes; the longest companion adds "__pinyin".
LIMIT = 55
INDEX_LIMIT = 60
# Columns every PostgreSQL table has already, and SQLite's names for the row itself.
_TAKEN_COLUMNS = frozenset("ctid xmin xmax cmin cmax tableoid rowid oid".split())
# What the database or the read-only views call things beside a table.
_TAKEN_ENDINGS = ("_v", "_pkey")


class NameMaker:
    """Makes names beside those already given, in this installation, to anything living or trashed.

    A column is catalogued as ``table.column``, for its name need only be new within its table.
    """

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)

    def table(self, parts: Iterable[str], uid: int) -> str:
        """Return a table name such as ``app__form__field``."""
        wanted = "__".join(parts)
        if wanted.startswith("sqlite_"):  # SQLite keeps this prefix for itself
            wanted = f"t_{wanted}"
        return self._make(wanted, uid, "", spoilt=wanted.endswith(_TAKEN_ENDINGS))

    def column(self, table: str, key: str, uid: int) -> str:
        """Return a catalogued column name such as ``app__form.field``."""
        return self._make(key, uid, f"{table}.", spoilt=key in _TAKEN_COLUMNS)

    def _make(self, wanted: str, uid: int, prefix: str, *, spoilt: bool) -> str:
        digits = 0
        name = wanted
        while spoilt or len(name) > LIMIT or prefix + name in self._taken:
            digits += 6
            tail = "_" + hashlib.sha256(str(uid).encode()).hexdigest()[:digits]
            name = wanted[: LIMIT - len(tail)].rstrip("_") + tail
            spoilt = False
        self._taken.add(prefix + name)
        return prefix + name


def index_name(table: str, columns: Iterable[str], *, unique: bool = False) -> str:
    """Return the name of the index over ``columns``; the same for the same index, for ever."""
    listed = list(columns)
    prefix = "ux_" if unique else "ix_"
    readable = "__".join([table, *listed])
    tail = "_" + hashlib.sha256(f"{table}({','.join(listed)})".encode()).hexdigest()[:6]
    return prefix + readable[: INDEX_LIMIT - len(prefix) - len(tail)].rstrip("_") + tail


def short(physical: str) -> str:
    """Return the name as SQL has it: a catalogued column without its table."""
    return physical.rpartition(".")[2]
