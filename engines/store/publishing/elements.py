"""Everything in a definition that has an identity, with its path and its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from engines.form.computed import Fields, Resolved
from engines.form.field import FieldType, Storage
from schemas.elements import App, Element, FieldOptions
from schemas.kinds import Registry
from schemas.loader import pointer

Kinds = Registry[FieldType[Any, Any]]
# Families outside forms: the attribute of an app, the kind of its elements.
FAMILIES = (
    ("roles", "role"), ("flows", "flow"), ("rules", "rule"), ("dashboards", "dashboard"),
    ("publics", "public"),
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
    field: Resolved | None = None

    @property
    def key(self) -> str:
        """Return the element's key."""
        return self.element.key

    @property
    def type(self) -> FieldType[Any, Any] | None:
        """Return the type of a field, of a computed one that which it borrows."""
        return None if self.field is None else self.field.kind

    @property
    def computed(self) -> bool:
        """Tell whether it is a field that nobody fills in."""
        return self.field is not None and self.field.computed is not None

    @property
    def options(self) -> FieldOptions:
        """Return what a field says, of a computed one what it borrows."""
        if self.field is None:
            raise TypeError(f"{self.path} is not a field")
        return self.field.options

    @property
    def storage(self) -> Storage:
        """Return where the element's values live."""
        if self.kind == "form":
            return Storage.rows
        return Storage.none if self.field is None else self.field.storage


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
    fields = Fields.of(app, kinds)
    for index, form in enumerate(app.forms):
        yield from _fields(form.key, form.fields, ("forms", index), fields)
        for number, view in enumerate(form.views):
            at = pointer(("forms", index, "views", number))
            yield Slot("view", path_of("view", view.key, form.key), view, at, form.key)
    for family, kind in FAMILIES:
        for index, element in enumerate(getattr(app, family)):
            yield Slot(kind, path_of(kind, element.key), element, pointer((family, index)))


def _fields(
    parent: str, said: Sequence[FieldOptions], at: tuple[str | int, ...], fields: Fields
) -> Iterator[Slot]:
    for index, options in enumerate(said):
        here = (*at, "fields", index)
        path = path_of("field", options.key, parent)
        yield Slot("field", path, options, pointer(here), parent, fields.find(parent, options.key))
        for number, choice in enumerate(getattr(options, "options", ())):
            if isinstance(choice, Element):
                where = pointer((*here, "options", number))
                yield Slot("option", path_of("option", choice.key, path), choice, where, path)
        yield from _fields(path, getattr(options, "fields", ()), here, fields)
