"""From an assignment to the lines of a plan that need no look at values."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel

from engines.form.model import AppModel
from engines.store.catalogue import Row, Shape
from engines.store.plan import Line
from engines.store.platform import role_member
from engines.store.publishing.assign import Assignment, Fate, Place
from engines.store.publishing.counting import allowed
from engines.store.publishing.elements import FAMILIES, Slot, path_of
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
    """Compares a new definition with the published one. ``elements``: the published elements by path."""

    def __init__(
        self,
        conn: sa.Connection,
        before: AppModel | None,
        elements: Mapping[str, Element],
        assignment: Assignment,
        allow_loss: Collection[str],
    ) -> None:
        self._conn = conn
        self._elements = elements
        self._assignment = assignment
        self._allow_loss = allow_loss
        forms = before.forms.values() if before else ()
        self._fields = {each.uid: each for form in forms for each in form.fields.values()}
        self._places = {place.uid: place for place in assignment.places.values()}

    def lines(self, old: App | None, new: App) -> Iterator[Line]:
        """Yield every change."""
        if old is None or _settings(old, _NOT_APP_SETTINGS) != _settings(new, _NOT_APP_SETTINGS):
            yield Line("app", "", f"plan.app.{'add' if old is None else 'change'}", {"label": new.label})
        for place in self._assignment.places.values():
            yield from self._element(place)
        gone = {row.uid for row in self._assignment.dropped}
        for row in self._assignment.dropped:
            if row.parent not in gone and not self._leaves_with_its_type(row):
                yield self._dropped(row)
        for path, code in self._assignment.refused.items():
            yield Line("restore", path, code, {"name": path}, blocking=True)

    def _element(self, place: Place) -> Iterator[Line]:
        slot, row = place.slot, place.row
        params: dict[str, Any] = {"label": slot.element.label}
        if row is None:
            yield from self._added(slot, params)
            return
        if place.fate is Fate.restored:
            count = filled(self._conn, row)
            yield Line(slot.kind, slot.path, f"plan.{slot.kind}.restore", params, count)
        elif place.fate is Fate.renamed:
            names = {"from": row.path, "to": slot.path}
            yield Line(slot.kind, slot.path, f"plan.{slot.kind}.rename", params | names)
        if place.retyped and place.shape is not None:
            yield from self._retyped(place, row, place.shape, params)
        before = self._elements.get(row.path)
        if before is not None and before != slot.element and place.fate is not Fate.restored:
            yield from _changed(slot, before, params)

    def _added(self, slot: Slot, params: dict[str, Any]) -> Iterator[Line]:
        trashed = self._assignment.trash.get(slot.path)
        reused = self._assignment.reused.get(slot.path)
        code = f"plan.{slot.kind}.add"
        if trashed is not None:
            yield Line(slot.kind, slot.path, f"{code}_beside_trash", params, filled(self._conn, trashed))
        else:
            yield Line(slot.kind, slot.path, code, params)
        if reused is not None:
            yield Line(
                slot.kind, slot.path, "plan.key_reused", {**params, "name": slot.key, "now": reused.key}
            )

    def _retyped(self, place: Place, row: Row, shape: Shape, params: dict[str, Any]) -> Iterator[Line]:
        was, path = Shape.of(row), place.slot.path
        known = self._fields.get(row.uid)
        was_computed = known is not None and known.computed is not None
        if place.slot.computed and was_computed:
            return  # how many are computed anew is told elsewhere
        if was_computed and row.physical is None:
            yield Line("field", path, "plan.field.starts_blank", params)
            return
        change = "retype" if was.type != shape.type else "retarget" if was.target != shape.target else "refit"
        if place.slot.computed:
            change = "replace"  # what people filled in lies in the trash from then on
        types = {"from": was.type, "to": shape.type}
        yield Line("field", path, f"plan.field.{change}", params | types, filled(self._conn, row))

    def _leaves_with_its_type(self, row: Row) -> bool:
        """Tell whether an element leaves only because the field it stood in has another type now."""
        place = None if row.parent is None else self._places.get(row.parent)
        return place is not None and place.retyped and not place.has_parts(row.kind)

    def _dropped(self, row: Row) -> Line:
        element = self._elements.get(row.path)
        params = {"label": element.label if element else row.key}
        above = None if row.parent is None else self._places.get(row.parent)
        path = path_of(row.kind, row.key, above.slot.path) if above else row.path
        count = self._in_use(row)
        blocking = row.kind == "option" and bool(count) and not allowed(path, self._allow_loss)
        return Line(row.kind, path, f"plan.{row.kind}.drop", params, count, blocking=blocking)

    def _in_use(self, row: Row) -> int:
        """Count the records that hold a value, or an option; the people who hold a role."""
        if row.kind == "role":
            column = role_member.c["role_uid"]
            statement = sa.select(sa.func.count()).where(column == row.uid)
        elif row.kind == "option" and row.parent in self._fields:
            field = self._fields[row.parent]
            cell = sa.type_coerce(field.column, sa.BigInteger())
            key = field.column.table.c["_id" if field.link is None else "_record_id"]
            statement = sa.select(sa.func.count(key.distinct())).where(cell == row.uid)
        else:
            return filled(self._conn, row)
        return int(self._conn.execute(statement).scalar_one())


def _changed(slot: Slot, before: Element, params: dict[str, Any]) -> Iterator[Line]:
    hidden = _NOT_SETTINGS.get(slot.kind, {"key", "was"})
    if _settings(before, hidden) != _settings(slot.element, hidden):
        yield Line(slot.kind, slot.path, f"plan.{slot.kind}.change", params)
    if getattr(slot.element, "expose", False) and not getattr(before, "expose", False):
        yield Line(slot.kind, slot.path, "plan.field.expose", params)


def _settings(model: BaseModel, hidden: set[str]) -> dict[str, Any]:
    return {name: value for name, value in plain(model).items() if name not in hidden}
