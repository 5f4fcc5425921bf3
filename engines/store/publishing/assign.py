"""How each element of a new definition maps to the catalogue: kept, renamed, restored or new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from engines.form.building import kind_cell
from engines.form.computed import Fields
from engines.form.field import FieldContext, Storage
from engines.form.names import Names
from engines.ports import Ids
from engines.store.catalogue import Row, Shape, names_of
from engines.store.publishing.elements import Slot
from engines.store.publishing.fingerprint import fingerprint
from engines.store.publishing.naming import NameMaker


class Fate(StrEnum):
    """Where an element's identity comes from."""

    kept = "kept"
    renamed = "renamed"
    restored = "restored"
    new = "new"


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """One element's identity. ``row`` is what the catalogue says so far.

    ``storage_uid``: set when its values need new storage beside the old. Until the swap the catalogue keeps
    the new storage under this uid, from then on the old.
    """

    slot: Slot
    uid: int
    fate: Fate
    parent: int | None
    row: Row | None = None
    physical: str | None = None
    shape: Shape | None = None
    storage_uid: int | None = None

    @property
    def retyped(self) -> bool:
        """Tell whether values must be copied into another shape."""
        return self.storage_uid is not None

    @property
    def to_compute(self) -> bool:
        """Tell whether it is a computed field whose column nobody has kept true so far."""
        made = self.shape is not None and bool(self.shape.formula)
        return made and (self.retyped or self.fate in {Fate.new, Fate.restored})

    def has_parts(self, kind: str) -> bool:
        """Tell whether a field of its type has options, or fields, as parts."""
        return bool(getattr(self.slot.element, "options" if kind == "option" else "fields", ()))

    def detail(self) -> dict[str, Any]:
        """Return what the catalogue shall remember beside names."""
        was = set(self.slot.element.was)
        if self.row is not None:
            was |= {*self.row.detail.get("was", ()), self.row.key}
        found: dict[str, Any] = {"parent": self.parent, "was": sorted(was - {self.slot.key})}
        return found | (self.shape.told() if self.shape else {})


@dataclass(frozen=True, slots=True, eq=False)
class Assignment:
    """The whole mapping. ``dropped``: rows that leave; ``leftovers``: what a dead publish prepared in vain.

    ``trash``: for a new element the newest trashed one of the same path, which it does not replace.
    ``reused``: for a new element the living one that bore its key before. ``refused``: wishes to restore that
    cannot be met, with the reason.
    ``translations``: restored field's uid -> {uid an option had then: uid it has now}.
    """

    places: Mapping[str, Place]
    dropped: Sequence[Row]
    leftovers: Sequence[Row]
    trash: Mapping[str, Row]
    reused: Mapping[str, Row]
    refused: Mapping[str, str]
    translations: Mapping[int, Mapping[int, int]]

    @property
    def names(self) -> Names:
        """Return the names the new definition is compiled with."""
        return names_of((path, place.uid, place.physical) for path, place in self.places.items())


class Assigner:
    """Assigns the elements of one app; writes nothing."""

    def __init__(
        self, fields: Fields, rows: Sequence[Row], taken: Iterable[str], ids: Ids, restore: Iterable[str]
    ) -> None:
        self._fields = fields
        self._app = fields.app.key
        self._ids = ids
        self._restore = frozenset(restore)
        self._namer = NameMaker(taken)
        self._live = {(row.parent, row.kind, row.key): row for row in rows if row.live}
        self._building = [row for row in rows if row.building]
        self._spare = [row for row in rows if row.spare]
        trashed = [row for row in rows if row.trashed_at is not None]
        self._trashed = sorted(trashed, key=lambda row: (row.trashed_at, row.uid), reverse=True)
        self._used: set[int] = set()
        self._places: dict[str, Place] = {}
        self._trash: dict[str, Row] = {}
        self._reused: dict[str, Row] = {}
        self._refused: dict[str, str] = {}
        self._translations: dict[int, dict[int, int]] = {}

    def assign(self, slots: Sequence[Slot]) -> Assignment:
        """Map every slot; parents come before what stands in them, what is read before what reads it."""
        for slot in sorted(slots, key=lambda slot: slot.computed):
            self._places[slot.path] = self._place(slot)
        self._places = {slot.path: self._places[slot.path] for slot in slots}
        for path in self._restore - self._places.keys():
            self._refused[path] = "plan.restore.unknown"
        for path in self._restore & self._places.keys():
            if self._places[path].fate in {Fate.kept, Fate.renamed}:
                self._refused[path] = "plan.restore.present"
        return Assignment(
            self._places,
            [row for row in self._live.values() if row.uid not in self._used],
            [row for row in self._building if row.uid not in self._used],
            self._trash,
            self._reused,
            self._refused,
            self._translations,
        )

    def _place(self, slot: Slot) -> Place:
        above = self._places[slot.parent] if slot.parent else None
        parent = above.uid if above else None
        shape = self._shape(slot)
        row, fate = self._known(slot, parent)
        if row is None and (row := self._from_trash(slot, above, shape)):
            fate = Fate.restored
        if row is None:
            return self._new(slot, above, shape)
        self._used.add(row.uid)
        if shape is not None and not Shape.of(row).serves(shape) and not self._refilled(shape, row, fate):
            return self._retyped(slot, above, row, fate, shape)
        return Place(slot, row.uid, fate, parent, row, row.physical, shape)

    def _known(self, slot: Slot, parent: int | None) -> tuple[Row | None, Fate]:
        row = self._live.get((parent, slot.kind, slot.key))
        if row is not None:
            return row, Fate.kept
        for old in reversed(slot.element.was):
            row = self._live.get((parent, slot.kind, old))
            if row is not None and row.uid not in self._used:
                return row, Fate.renamed
        return None, Fate.new

    def _from_trash(self, slot: Slot, above: Place | None, shape: Shape | None) -> Row | None:
        """Return the trashed element that was asked for, or that left together with the parent that was."""
        parent = above.uid if above else None
        found = [row for row in self._trashed if (row.parent, row.kind) == (parent, slot.kind)]
        found = [
            row for row in found if row.key in {slot.key, *slot.element.was} and row.uid not in self._used
        ]
        fitting = [row for row in found if shape is None or _restorable(Shape.of(row), shape)]
        if slot.path in self._restore:
            if not fitting:
                self._refused[slot.path] = "plan.restore.type" if found else "plan.restore.none"
            return next(iter(fitting), None)
        if above is not None and above.fate is Fate.restored and above.row is not None:
            left = above.row.trashed_at
            return next((row for row in fitting if row.trashed_at == left), None)
        if found:
            self._trash[slot.path] = found[0]
        return None

    def _new(self, slot: Slot, above: Place | None, shape: Shape | None) -> Place:
        parent = above.uid if above else None
        for row in self._building:
            same = (row.parent, row.kind, row.path) == (parent, slot.kind, slot.path)
            if same and "for" not in row.detail and (shape is None or Shape.of(row) == shape):
                self._used.add(row.uid)
                return Place(slot, row.uid, Fate.new, parent, None, row.physical, shape)
        for row in self._live.values():
            if (row.parent, row.kind) == (parent, slot.kind) and slot.key in row.detail.get("was", ()):
                self._reused[slot.path] = row
        uid = self._ids.next()
        self._translate(slot, above, uid)
        return Place(slot, uid, Fate.new, parent, None, self._name(slot, above, uid), shape)

    def _translate(self, slot: Slot, above: Place | None, uid: int) -> None:
        """Note the uid an option had in restored storage, when the option itself lives on elsewhere."""
        if (
            slot.kind == "option"
            and above is not None
            and above.fate is Fate.restored
            and above.row is not None
        ):
            then = above.row.detail.get("options", {}).get(slot.key)
            if then is not None:
                self._translations.setdefault(above.uid, {})[then] = uid

    def _retyped(self, slot: Slot, above: Place | None, row: Row, fate: Fate, shape: Shape | None) -> Place:
        parent = above.uid if above else None
        for built in self._building:
            if built.detail.get("for") == row.uid and Shape.of(built) == shape:
                self._used.add(built.uid)
                return Place(slot, row.uid, fate, parent, row, built.physical, shape, built.uid)
        for spare in self._spare:
            if shape is not None and spare.detail.get("for") == row.uid and Shape.of(spare).alike(shape):
                return Place(slot, row.uid, fate, parent, row, spare.physical, shape, spare.uid)
        storage_uid = self._ids.next()
        physical = self._name(slot, above, storage_uid)
        return Place(slot, row.uid, fate, parent, row, physical, shape, storage_uid)

    def _refilled(self, shape: Shape, row: Row, fate: Fate) -> bool:
        """Tell whether its own column can be filled anew: in the trash nobody reads it."""
        return fate is Fate.restored and _restorable(Shape.of(row), shape)

    def _name(self, slot: Slot, above: Place | None, uid: int) -> str | None:
        if slot.storage in {Storage.links, Storage.rows}:
            return self._namer.table((self._app, *slot.path.split(".")), uid)
        if slot.storage is Storage.column and above is not None and above.physical is not None:
            return self._namer.column(above.physical, slot.key, uid)
        return None

    def _shape(self, slot: Slot) -> Shape | None:
        """Return a field's shape; a target is named by uid, so that renaming it changes nothing."""
        if slot.kind != "field" or slot.type is None:
            return None
        cell = ""
        if slot.storage in {Storage.column, Storage.links}:
            declared = slot.type.columns(slot.options, FieldContext())
            column = declared[0].type if declared else kind_cell(slot.type)
            cell = f"{type(column).__name__}{getattr(column, 'decimals', '')}"
        target: int | str | None = slot.type.target
        if target == "form":
            target = self._places[slot.options.form].uid  # type: ignore[attr-defined]  # such kinds have it
        return Shape(slot.type.name, slot.storage.value, cell, target, self._formula(slot))

    def _formula(self, slot: Slot) -> str:
        """Return the digest of a stored computed field; others have no column that could be out of date."""
        if not slot.computed or slot.storage is not Storage.column:
            return ""
        return fingerprint(self._fields, str(slot.parent), slot.key, self._places)


def _restorable(kept: Shape, wanted: Shape) -> bool:
    """Tell whether a field in the trash can be what is wanted; computed values are made anew."""
    return kept.serves(wanted) or (bool(kept.formula and wanted.formula) and kept.alike(wanted))
