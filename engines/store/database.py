"""Connections: many readers, and on SQLite one writer behind a fair lock."""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import QueuePool, StaticPool

from schemas.errors import Busy

LOCK_SECONDS = 30.0
_COPY_FROM = 50  # below this many rows a PostgreSQL COPY costs more than it saves


class FairLock:
    """A lock that is granted in the order it was asked for, so that no writer starves."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held = False
        self._waiting: deque[threading.Event] = deque()

    @contextmanager
    def hold(self, timeout: float = LOCK_SECONDS) -> Iterator[None]:
        """Hold the lock. Raises Busy when it was not granted within ``timeout`` seconds."""
        turn = threading.Event()
        with self._guard:
            if self._held or self._waiting:
                self._waiting.append(turn)
            else:
                self._held = True
                turn.set()
        if not turn.wait(timeout) and not self._give_up(turn):
            raise Busy(retry_after=1)
        try:
            yield
        finally:
            with self._guard:
                if self._waiting:
                    self._waiting.popleft().set()
                else:
                    self._held = False

    def _give_up(self, turn: threading.Event) -> bool:
        """Leave the queue; True when the turn came in the meantime after all."""
        with self._guard:
            if turn.is_set():
                return True
            self._waiting.remove(turn)
            return False


class Database:
    """One installation's database, SQLite or PostgreSQL, behind two doors: ``read`` and ``write``."""

    def __init__(self, url: str, *, full_sync: bool = False) -> None:
        self.url = sa.make_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self._lock = FairLock()
        self._writing: sa.Connection | None = None
        self._settling: sqlite3.Connection | None = None
        self._ending = threading.Lock()
        self._closed = False
        if not self.sqlite:
            parts = {
                "pool_size": 10,
                "max_overflow": 10,
                "pool_timeout": LOCK_SECONDS,
                "pool_pre_ping": False,
            }
            self.reader = self.writer = sa.create_engine(
                self.url.set(drivername="postgresql+psycopg"), **parts
            )
        elif self.url.database in {None, "", ":memory:"}:
            self.reader = self.writer = _sqlite(self.url, full_sync=full_sync, poolclass=StaticPool)
        else:
            Path(str(self.url.database)).parent.mkdir(parents=True, exist_ok=True)
            self.writer = _sqlite(
                self.url, full_sync=full_sync, poolclass=QueuePool, pool_size=1, max_overflow=0
            )
            self.reader = _sqlite(
                self.url,
                full_sync=full_sync,
                query_only=True,
                poolclass=QueuePool,
                pool_size=8,
                max_overflow=8,
            )

    @property
    def dialect(self) -> sa.Dialect:
        """Return the SQL dialect."""
        return self.writer.dialect

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Open a connection for reading: on SQLite one moment, on PostgreSQL what each statement finds."""
        if self.reader is self.writer and self.sqlite:  # in memory: one connection serves both
            with self.write() as conn:
                yield conn
            return
        with self.reader.connect() as conn:
            yield conn

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Open a transaction; commits at the end, rolls back on any exception."""
        if not self.sqlite:
            with self.writer.begin() as conn:
                yield conn
            return
        with self._lock.hold():
            if self._writing is None or self._writing.invalidated or self._writing.closed:
                self._writing = (
                    self.writer.connect()
                )  # kept: taking it from the pool each time costs a tenth of a write
            with self._writing.begin():
                yield self._writing

    def settle(self) -> None:
        """Move what was committed from SQLite's log into its file, beside the writer, not in front of it."""
        if not self.sqlite or self.reader is self.writer:
            return
        with self._ending:  # closing the connection under a running statement takes the process with it
            if self._closed:
                return
            if self._settling is None:
                self._settling = sqlite3.connect(str(self.url.database), check_same_thread=False, timeout=0)
            self._settling.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def close(self) -> None:
        """Close every connection."""
        with self._ending:
            self._closed = True
            if self._settling is not None:
                self._settling.close()
                self._settling = None
        if self._writing is not None:
            self._writing.close()
            self._writing = None
        self.reader.dispose()
        self.writer.dispose()


def insert_cells(conn: sa.Connection, table: sa.Table, columns: Sequence[str], rows: Sequence[Any]) -> None:
    """Insert tuples of cells as the driver wants them, in one statement; columns in the table's order."""
    if not rows:
        return
    if conn.dialect.name == "postgresql" and len(rows) >= _COPY_FROM:
        _copy(conn, table, columns, rows)
        return
    _execute(conn, _compiled(conn, table, "insert", tuple(columns)), rows)


def update_cells(
    conn: sa.Connection, table: sa.Table, columns: Sequence[str], rows: Sequence[Any], key: str = "_id"
) -> None:
    """Update by ``key``: each row holds the cells of ``columns`` and last that of the key."""
    if rows:
        _execute(conn, _compiled(conn, table, "update", tuple(columns), key), rows)


def _execute(conn: sa.Connection, text: str, rows: Sequence[Any]) -> None:
    heard: Any = conn.dispatch
    if conn.dialect.name != "sqlite" or heard.before_cursor_execute or not conn.in_transaction():
        conn.exec_driver_sql(text, list(rows) if len(rows) > 1 else rows[0])
        return
    # What brings no rows back needs nothing of what SQLAlchemy does around a statement, which takes longer.
    driver: Any = conn.connection.driver_connection
    try:
        if len(rows) > 1:
            driver.executemany(text, rows)
        else:
            driver.execute(text, rows[0])
    except sqlite3.Error as error:  # as every other statement would raise it
        raise sa.exc.DBAPIError.instance(text, None, error, sqlite3.Error) from error


def _compiled(
    conn: sa.Connection, table: sa.Table, verb: str, columns: tuple[str, ...], by: str = "_id"
) -> str:
    """Compile a statement once per table and columns; kept on the table, which lives like its version."""
    cache: dict[Any, str] = table.info.setdefault("statements", {})
    key = (conn.dialect.name, verb, columns)
    if key not in cache:
        cells = {
            name: sa.bindparam(f"p{index}", type_=sa.types.NullType()) for index, name in enumerate(columns)
        }
        statement: Any = sa.insert(table).values(cells)
        if verb == "update":
            found = sa.type_coerce(table.c[by], sa.BigInteger) == sa.bindparam("p_id")
            statement = sa.update(table).values(cells).where(found)
        # Positional markers, because values travel as tuples: "?" for sqlite3, "%s" for psycopg.
        style = "qmark" if conn.dialect.name == "sqlite" else "format"
        dialect: Any = type(conn.dialect)
        compiled = statement.compile(dialect=dialect(paramstyle=style))
        wanted = [f"p{index}" for index in range(len(columns))] + (["p_id"] if verb == "update" else [])
        if list(compiled.positiontup or []) != wanted:
            raise ValueError("columns must be given in the table's order")
        cache[key] = str(compiled)
    return cache[key]


def _copy(conn: sa.Connection, table: sa.Table, columns: Sequence[str], rows: Sequence[Any]) -> None:
    import psycopg

    preparer = conn.dialect.identifier_preparer
    names = ", ".join(preparer.quote(name) for name in columns)
    driver: Any = conn.connection.driver_connection
    text = f"COPY {preparer.format_table(table)} ({names}) FROM STDIN"
    try:
        with driver.cursor() as cursor, cursor.copy(text) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:  # as every other statement would raise it
        raise sa.exc.DBAPIError.instance(text, None, error, psycopg.Error) from error


def _sqlite(url: sa.URL, *, full_sync: bool, query_only: bool = False, **pool: Any) -> sa.Engine:
    engine = sa.create_engine(url, connect_args={"check_same_thread": False, "timeout": LOCK_SECONDS}, **pool)

    def on_connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # transactions are ours to begin, see below
        pragmas = [
            "journal_mode=WAL",
            f"synchronous={'FULL' if full_sync else 'NORMAL'}",
            "busy_timeout=30000",
            "cache_size=-16384",
            "wal_autocheckpoint=8000",  # a bound of 32 MB; ``settle`` comes long before
            "temp_store=MEMORY",
            "foreign_keys=OFF",
        ]
        for pragma in (*pragmas, *(["query_only=ON"] if query_only else [])):
            connection.execute(f"PRAGMA {pragma}")

    def on_begin(conn: sa.Connection) -> None:
        # A deferred transaction that turns into a writer later fails at once; IMMEDIATE waits its turn.
        driver: Any = conn.connection.driver_connection
        driver.execute("BEGIN" if query_only else "BEGIN IMMEDIATE")

    sa.event.listen(engine, "connect", on_connect)
    sa.event.listen(engine, "begin", on_begin)
    return engine
