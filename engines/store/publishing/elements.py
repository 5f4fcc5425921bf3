"""Everything in a definition that has an identity, with its path and its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from engines.form.field import FieldType, Storage
from schemas.elements import App, Element, FieldOptions
from schemas.kinds import Registry
from schemas.loader import pointer

Kinds = Registry[FieldType[Any, Any]]
# Families outside forms: the attribute of an app, the kind of its elements.
FAMILIES = (
    ("roles", "role"), ("flows", "flow"), ("rules", "rule"), ("dashboards", "dashboard"),
    ("documents", "document"), ("tests", "test"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """One element of a definition. ``parent`` is the path of the form or field it stands in."""

    kind: str
    path: str
    element: Element
    pointer: str
    parent: str | None = None
    type: FieldType[Any, Any] | None = None

    @property
    def key(self) -> str:
        """Return the element's key."""
        return self.element.key

    @property
    def options(self) -> FieldOptions:
        """Return what a field says."""
        if not isinstance(self.element, FieldOptions):
            raise TypeError(f"{self.path} is not a field")
        return self.element

    @property
    def storage(self) -> Storage:
        """Return where the element's values live."""
        if self.kind == "form":
            return Storage.rows
        return Storage.none if self.type is None else self.type.storage


def path_of(kind: str, key: str, parent: str | None = None) -> str:
    """Write an element's path: ``order``, ``order.note``, ``@clerk``, ``view:order.mine``, ``rule:late``."""
    if kind == "role":
        return f"@{key}"
    if kind == "view":
        return f"view:{parent}.{key}"
    if kind == "form":
        return key
    return f"{kind}:{key}" if parent is None else f"{parent}.{key}"


def walk(app: App, kinds: Kinds) -> Iterator[Slot]:
    """Yield every element, all forms first: a relation must know its target."""
    for index, form in enumerate(app.forms):
        yield Slot("form", form.key, form, pointer(("forms", index)))
    for index, form in enumerate(app.forms):
        yield from _fields(form.key, form.fields, ("forms", index), kinds)
        for number, view in enumerate(form.views):
            at = pointer(("forms", index, "views", number))
            yield Slot("view", path_of("view", view.key, form.key), view, at, form.key)
    for family, kind in FAMILIES:
        for index, element in enumerate(getattr(app, family)):
            yield Slot(kind, path_of(kind, element.key), element, pointer((family, index)))


def _fields(
    parent: str, fields: Sequence[FieldOptions], at: tuple[str | int, ...], kinds: Kinds
) -> Iterator[Slot]:
    for index, options in enumerate(fields):
        here = (*at, "fields", index)
        path = path_of("field", options.key, parent)
        yield Slot("field", path, options, pointer(here), parent, kinds[options.type])
        for number, choice in enumerate(getattr(options, "options", ())):
            if isinstance(choice, Element):
                where = pointer((*here, "options", number))
                yield Slot("option", path_of("option", choice.key, path), choice, where, path)
        yield from _fields(path, getattr(options, "fields", ()), here, kinds)
