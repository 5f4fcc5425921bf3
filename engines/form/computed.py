"""Computed fields: what each reads, and the field type whose columns, look and text its value borrows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

from engines.expression import FUNCTIONS, Call, ExpressionError, Node, ValueType, references, resolve
from engines.expression.scope import PLURAL
from engines.expression.tree import walk
from engines.form.field import FieldType, Storage
from engines.form.system import SYSTEM_TYPES
from schemas.elements import App, FieldOptions
from schemas.errors import Issue
from schemas.kinds import Registry

O = TypeVar("O", bound=FieldOptions)  # noqa: E741 - options; one letter as in every generic here
Kinds = Registry[FieldType[Any, Any]]
Source = tuple[str, str]  # path of a form, key of a field or system column
# What depends on who asks, or on the change that is under way, is no fact of the record.
PERSONAL = frozenset({"USER", "OLD", "CHANGED", "ISNEW"})
_OF_ROWS = frozenset({"_parent_id", "_pos"})
_MANY = frozenset({Storage.links, Storage.rows, Storage.none})


class Broken(Exception):
    """A computed field whose expression is none."""


class Cyclic(Broken):
    """A computed field that leads back to itself."""


@dataclass(frozen=True, slots=True)
class Computed:
    """How a value comes about.

    ``node`` names every field by its path from the record. ``volatile``: the clock or the organisation has a
    say. ``sources``: the fields it reads, over however many relations. ``bases``: those that people fill in,
    which stand behind the sources; who may read all of these may read the value.
    """

    node: Node
    volatile: bool
    sources: frozenset[Source]
    bases: frozenset[Source]
    expose: bool = False

    @property
    def paths(self) -> frozenset[tuple[str, ...]]:
        """Return the paths that are read."""
        return references(self.node)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A field as it behaves: of a computed one ``kind`` and ``options`` are borrowed.

    ``home``: path of the field whose options' uids count, of a looked-up select that of the other form.
    """

    kind: FieldType[Any, Any]
    options: FieldOptions
    storage: Storage
    home: str
    computed: Computed | None = None

    @property
    def many(self) -> bool:
        """Tell whether a path over this field leads to several records."""
        return self.storage in _MANY


class ComputedType(FieldType[O, Any]):
    """A field nobody fills in: it borrows another type, and brings the expression behind its value."""

    group = "computed"
    value_type: ClassVar[ValueType] = ValueType.any
    storage = Storage.none
    looked_up: ClassVar[bool] = False  # the value is a field of one other record, as it is

    def borrows(self, options: O, fields: Fields, form: str) -> Resolved | None:
        """Return the field whose type it borrows; None where it names one that does not exist."""
        raise TypeError(f"{self.name} borrows nothing")

    def tree(self, options: O) -> Node:
        """Return the expression. Raises ExpressionError for a text that is none."""
        raise TypeError(f"{self.name} computes nothing")

    def verify(self, options: O) -> tuple[Issue, ...]:
        """Refuse what only fields that people fill in can say."""
        names = ("required", "default", "unique", "searchable", "read_only")
        said = (name for name in names if getattr(options, name) not in (None, False))
        return tuple(Issue(name, "definition.not_for_this_type", {"name": name}) for name in said)


@dataclass(frozen=True, slots=True, eq=False)
class Fields:
    """The fields of every form of a definition, by the form's path: ``order`` and ``order.items``."""

    app: App
    kinds: Kinds
    forms: Mapping[str, Mapping[str, FieldOptions]]
    _known: dict[tuple[str, str], Resolved] = field(default_factory=dict)
    _open: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, app: App, kinds: Kinds) -> Fields:
        """Collect the fields of a definition."""
        return cls(app, kinds, dict(_forms((form.key, form.fields) for form in app.forms)))

    def find(self, form: str, key: str) -> Resolved | None:
        """Return a field as it behaves; None where there is none. Raises Broken, Cyclic."""
        options = self.forms.get(form, {}).get(key)
        if options is None:
            return None
        at = (form, key)
        if at not in self._known:
            if at in self._open:
                raise Cyclic
            self._open.append(at)
            try:
                self._known[at] = self._resolved(form, options)
            finally:
                self._open.remove(at)
        return self._known[at]

    def beyond(self, form: str, key: str) -> str | None:
        """Return the path of the form that a relation, a related list or a subform leads to."""
        options = self.forms.get(form, {}).get(key)
        if options is None:
            return None
        if self.kinds[options.type].storage is Storage.rows:
            return f"{form}.{key}"
        target = getattr(options, "form", None)
        return str(target) if target and self.kinds[options.type].target == "form" else None

    def scope(self, form: str) -> FormScope:
        """Return what an expression over records of ``form`` may name."""
        return FormScope(self, form)

    def sources(self, form: str, paths: frozenset[tuple[str, ...]]) -> Iterator[Source]:
        """Yield every field on the way of paths that exist."""
        for path in paths:
            here: str | None = form
            for key in path:
                if here is None:
                    break
                yield here, key
                here = self.beyond(here, key)

    def _resolved(self, form: str, options: FieldOptions) -> Resolved:
        kind, home = self.kinds[options.type], f"{form}.{options.key}"
        if not isinstance(kind, ComputedType):
            return Resolved(kind, options, kind.storage, home)
        borrowed = kind.borrows(options, self, form)
        if borrowed is None:
            return Resolved(kind, options, Storage.none, home)
        try:
            tree = kind.tree(options)
        except ExpressionError as error:
            raise Broken from error
        computed = self._computed(form, tree, expose=bool(getattr(options, "expose", False)))
        storage = Storage.column
        if computed.volatile:
            storage = Storage.moment
        elif kind.looked_up and borrowed.storage in {Storage.column, Storage.system, Storage.through}:
            storage = Storage.through
        return Resolved(borrowed.kind, _as_said(borrowed.options, options), storage, borrowed.home, computed)

    def _computed(self, form: str, tree: Node, *, expose: bool) -> Computed:
        node = resolve(tree, self.scope(form))
        volatile = any(isinstance(each, Call) and FUNCTIONS[each.name].volatile for each, _ in walk(node))
        sources = frozenset(self.sources(form, references(node)))
        bases: set[Source] = set()
        for source in sources:
            found = self.find(*source)
            if found is None or found.computed is None:
                bases.add(source)
            else:
                bases |= set() if found.computed.expose else found.computed.bases
                volatile = volatile or found.computed.volatile
        return Computed(node, volatile, sources, frozenset(bases), expose)


@dataclass(frozen=True, slots=True)
class FormScope:
    """What expressions over one form may name (``FieldScope``): fields, system keys, paths over relations."""

    fields: Fields
    form: str

    def type_of(self, path: tuple[str, ...]) -> ValueType | None:
        """Return the type at the end of a path, in the plural once the path led to several records."""
        try:
            return self._type(self.form, path)
        except Cyclic:
            return None
        except Broken:  # reported where it stands
            return ValueType.any

    def _type(self, form: str, path: tuple[str, ...]) -> ValueType | None:
        key, rest = path[0], path[1:]
        found = self.fields.find(form, key)
        if found is None:
            return None if rest or key in _OF_ROWS else SYSTEM_TYPES.get(key)
        target = self.fields.beyond(form, key)
        if not rest and found.kind.listed_only:
            return None
        if not rest:
            return ValueType.ids if found.many and target else found.kind.value_type
        inner = None if target is None else self._type(target, rest)
        if inner is None or not found.many:
            return inner
        return PLURAL.get(inner, ValueType.list)


def _forms(
    found: Iterator[tuple[str, Sequence[FieldOptions]]],
) -> Iterator[tuple[str, dict[str, FieldOptions]]]:
    for path, fields in found:
        yield path, {each.key: each for each in fields}
        yield from _forms(
            (f"{path}.{each.key}", getattr(each, "fields", ())) for each in fields if hasattr(each, "fields")
        )


def _as_said(borrowed: FieldOptions, said: FieldOptions) -> FieldOptions:
    """Return borrowed options under the key, label and look of the computed field; nobody fills it in."""
    common = {
        name: getattr(said, name) for name in ("key", "was", "label", "help", "hidden", "masked", "width")
    }
    free = {"required": False, "unique": False, "searchable": False, "default": None, "placeholder": None}
    return borrowed.model_copy(update=common | free | {"read_only": True})
