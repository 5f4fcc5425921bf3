"""What to write, and what was written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from schemas.errors import Issue

if TYPE_CHECKING:
    import sqlalchemy as sa

    from engines.access import Access
    from engines.form import AppModel
    from engines.ports import Clock, Ids


class Op(StrEnum):
    """What a change does to a record."""

    create = "create"
    update = "update"
    delete = "delete"
    restore = "restore"
    purge = "purge"


# Changes, touched records and results are made by the ten thousand; freezing them doubles what each costs.


@dataclass(slots=True)
class Change:
    """One wish. ``values`` are raw, as a door received them; ``version`` None writes over anything."""

    op: Op
    values: Mapping[str, Any] = field(default_factory=dict)
    id: int | None = None
    version: int | None = None


@dataclass(slots=True)
class Draft:
    """One change on its way through the phases; hooks read ``old`` and may set ``values``.

    ``set_by``: of what a hook set, the uid of the rule that did.
    """

    index: int
    change: Change
    id: int
    values: dict[str, Any]
    old: Mapping[str, Any] | None = None
    issues: list[Issue] = field(default_factory=list)
    changed: dict[str, Any] = field(default_factory=dict)
    set_by: Mapping[str, int] | None = None

    @property
    def version(self) -> int:
        """Return the version the record will have."""
        return 1 if self.old is None else int(self.old["_version"]) + 1

    def value(self, key: str) -> Any:
        """Return the value the record will hold."""
        if key in self.values:
            return self.values[key]
        return None if self.old is None else self.old.get(key)


@dataclass(slots=True)
class Result:
    """What became of one change, in the order of the list.

    ``record``: the whole record as it now stands; a door shows only what its reader may see.
    """

    id: int | None
    version: int | None = None
    issues: tuple[Issue, ...] = ()
    read: Callable[[], Mapping[str, Any]] | None = field(default=None, compare=False, repr=False)

    @property
    def record(self) -> Mapping[str, Any] | None:
        """Return the record, put together when it is asked for: of ten thousand nobody asks for one.

        It is asked for in the transaction that wrote it.
        """
        return None if self.read is None else self.read()

    @property
    def ok(self) -> bool:
        """Tell whether it was written; in ``all`` mode a right change beside a wrong one is not."""
        return self.version is not None


@dataclass(slots=True)
class Touched:
    """One written record: ``old`` and ``new`` hold the changed fields only."""

    id: int
    op: Op
    old: Mapping[str, Any]
    new: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What one write did to one form; everything that follows a write consumes it."""

    app: str
    form: str
    touched: Sequence[Touched]

    def fields(self) -> frozenset[str]:
        """Return the fields that changed anywhere in the set."""
        return frozenset(key for each in self.touched for key in (*each.old, *each.new))


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something is written: who, for whom, through which door, because of what."""

    door: str
    actor: int | None
    on_behalf_of: int | None = None
    parent: int | None = None
    note: str | None = None


@dataclass(slots=True)
class Uow:
    """One unit of work: a transaction and who acts in it. Whoever opened it commits it.

    ``notes``: what the engines that take part in its writes keep until its end, each under its own name.
    ``wary``: who writes can be asked back, so likely duplicates stand in the way until they are accepted.
    """

    conn: sa.Connection
    app: AppModel
    access: Access
    clock: Clock
    ids: Ids
    cause: Cause
    cause_id: int | None = None
    changes: list[ChangeSet] = field(default_factory=list)
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)
    wary: bool = False
