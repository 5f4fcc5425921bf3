"""From an assignment to the lines of a plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel

from engines.form.model import AppModel
from engines.store.catalogue import Row, Shape
from engines.store.plan import Line
from engines.store.publishing.assign import Assignment, Fate, Place
from engines.store.publishing.elements import FAMILIES, Slot
from engines.store.publishing.physical import filled
from schemas.dumper import plain
from schemas.elements import App, Element

# What has lines of its own, or is an identity and not a setting.
_NOT_SETTINGS = {
    "form": {"key", "was", "fields", "views"},
    "field": {"key", "was", "type", "fields", "options", "required", "unique"},
}
_NOT_APP_SETTINGS = {"weft", "key", "forms", *(family for family, _ in FAMILIES)}


class Differ:
    """Compares a new definition with the published one. ``before``: the published elements by path."""

    def __init__(self, conn: sa.Connection, before: Mapping[str, Element], assignment: Assignment) -> None:
        self._conn = conn
        self._before = before
        self._assignment = assignment

    def lines(self, old: App | None, new: App) -> Iterator[Line]:
        """Yield every change that needs no look at values."""
        if old is None or _settings(old, _NOT_APP_SETTINGS) != _settings(new, _NOT_APP_SETTINGS):
            yield Line("app", "", f"plan.app.{'add' if old is None else 'change'}", {"label": new.label})
        for place in self._assignment.places.values():
            yield from self._element(place)
        gone = {row.uid for row in self._assignment.dropped}
        for row in self._assignment.dropped:
            if row.parent not in gone and not self._owner_retyped(row):
                yield self._dropped(row)
        for path, code in self._assignment.refused.items():
            yield Line("restore", path, code, {"name": path}, blocking=True)

    def _element(self, place: Place) -> Iterator[Line]:
        slot = place.slot
        params: dict[str, Any] = {"label": slot.element.label}
        if place.fate is Fate.new:
            yield self._added(slot, params)
        elif place.fate is Fate.restored and place.row is not None:
            yield Line(
                slot.kind, slot.path, f"plan.{slot.kind}.restore", params, filled(self._conn, place.row)
            )
        elif place.fate is Fate.renamed and place.row is not None:
            names = {"from": place.row.path, "to": slot.path}
            yield Line(slot.kind, slot.path, f"plan.{slot.kind}.rename", params | names)
        yield from self._changed(place, params)

    def _added(self, slot: Slot, params: dict[str, Any]) -> Line:
        code = f"plan.{slot.kind}.add"
        trashed = self._assignment.trash.get(slot.path)
        if trashed is None:
            return Line(slot.kind, slot.path, code, params)
        return Line(slot.kind, slot.path, f"{code}_beside_trash", params, filled(self._conn, trashed))

    def _changed(self, place: Place, params: dict[str, Any]) -> Iterator[Line]:
        slot, row = place.slot, place.row
        if row is None or (before := self._before.get(row.path)) is None:
            return
        if place.shape is not None and place.retyped:
            types = {"from": Shape.of(row).type, "to": place.shape.type}
            yield Line(slot.kind, slot.path, "plan.field.retype", params | types, filled(self._conn, row))
        hidden = _NOT_SETTINGS.get(slot.kind, {"key", "was"})
        if _settings(before, hidden) != _settings(slot.element, hidden):
            yield Line(slot.kind, slot.path, f"plan.{slot.kind}.change", params)
        if getattr(slot.element, "expose", False) and not getattr(before, "expose", False):
            yield Line(slot.kind, slot.path, "plan.field.expose", params)

    def _owner_retyped(self, row: Row) -> bool:
        """Tell whether an element leaves only because the field it stood in has another type now."""
        places = self._assignment.places.values()
        return any(
            place.uid == row.parent and place.retyped and not self._still_has(place, row) for place in places
        )

    def _still_has(self, place: Place, row: Row) -> bool:
        parts = "options" if row.kind == "option" else "fields"
        return bool(getattr(place.slot.element, parts, ()))

    def _dropped(self, row: Row) -> Line:
        element = self._before.get(row.path)
        params = {"label": element.label if element else row.key}
        return Line(row.kind, row.path, f"plan.{row.kind}.drop", params, filled(self._conn, row))


def _settings(model: BaseModel, hidden: set[str]) -> dict[str, Any]:
    return {name: value for name, value in plain(model).items() if name not in hidden}


def elements_by_path(slots: Sequence[Slot]) -> dict[str, Element]:
    """Return the elements of a definition."""
    return {slot.path: slot.element for slot in slots}


def fields_by_uid(model: AppModel | None) -> dict[int, tuple[str, str]]:
    """Return for each field of a published version its form's path and its key."""
    forms = model.forms.values() if model else ()
    return {each.uid: (form.path, each.key) for form in forms for each in form.fields.values()}
