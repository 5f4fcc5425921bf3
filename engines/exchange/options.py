"""What a person says of an import, and who follows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

import sqlalchemy as sa

from engines.access import Access
from engines.exchange.report import Report, Translate
from engines.exchange.resuming import Done
from engines.exchange.sheet import Limits, Wanted
from engines.form import AppModel, FormModel
from engines.query import Cause
from engines.store.store import Store


@dataclass(frozen=True, slots=True)
class Target:
    """Which form the rows go to, and who brings them; ``cause`` names the door."""

    store: Store
    app: AppModel
    access: Access
    form: FormModel
    cause: Cause


@dataclass(frozen=True, slots=True)
class Options:
    """How rows become records.

    ``mode``: ``all`` writes nothing when a row is refused, and takes up to 20,000 rows; ``each`` writes what
    is right, chunk by chunk. ``key``: field by which a record is found and changed; where none is found one
    is created. ``map``: header -> field, ``field.key`` (a linked record by that field, or by ``_id``), or
    None for nothing. ``blanks``: words that stand for nothing, such as ``NULL``. ``unresolved``: a reference
    that leads nowhere is refused, or left blank and counted. ``records``: number of a row -> the record that
    it changes; other rows become new ones. ``dry_run``: everything is checked and nothing written.
    ``at_once``: the most rows between two looks at who follows, and in one transaction where others would
    have to wait for it, unless the rows may name each other.
    """

    mode: Literal["all", "each"] = "all"
    key: str | None = None
    map: Mapping[str, str | None] = field(default_factory=dict)
    blanks: tuple[str, ...] = ()
    unresolved: Literal["refuse", "blank"] = "refuse"
    records: Mapping[int, int] = field(default_factory=dict)
    dry_run: bool = False
    at_once: int = 1_000
    wanted: Wanted = field(default_factory=Wanted)
    limits: Limits = field(default_factory=Limits)


def _bare(code: str, _: Mapping[str, object]) -> str:
    return code


def _silent(_: int) -> None:
    return None


def _never() -> bool:
    return False


def _unnoted(*_: object, **__: object) -> None:
    return None


class Note(Protocol):
    """Is called as the last act of each transaction that stays."""

    def __call__(self, conn: sa.Connection, done: Done, report: Report, /, *, last: bool) -> None:
        """``last``: everything of ``all`` is there when this transaction has ended."""


@dataclass(frozen=True, slots=True)
class Follow:
    """Texts for the error workbook, the number of rows done so far, and whether to stop.

    ``commit`` is the last act of each transaction that stays: what it writes is there when the rows are. What
    it was given last is what ``done`` brings back, so that an import that died goes on where it was. ``job``:
    the job that would try again.
    """

    translate: Translate = _bare
    progress: Callable[[int], None] = _silent
    cancelled: Callable[[], bool] = _never
    commit: Note = _unnoted
    done: Done = field(default_factory=Done)
    job: int | None = None
