"""What a field type is: how one value looks in Python, in JSON, in a column and to a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Generic, Protocol, TypeVar

import sqlalchemy as sa
from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from engines.expression import ValueType
from engines.expression.operators import Family
from schemas.elements import FieldOptions
from schemas.errors import Issue
from schemas.kinds import Kind

O = TypeVar("O", bound=FieldOptions)  # noqa: E741 - options; one letter as in every generic here
V = TypeVar("V")


class Storage(StrEnum):
    """Where a field's value lives."""

    column = "column"  # one column of the form's table, and its companions
    links = "links"  # ordered rows of a link table: every to-many value
    rows = "rows"  # records of an owned form
    system = "system"  # a system column that every table has
    through = "through"  # in the record that a relation names; fetched in the same statement
    moment = "moment"  # nowhere: computed when it is read, because the clock has a say
    none = "none"  # nowhere: read through other records


@dataclass(frozen=True, slots=True)
class Column:
    """One physical column. The first of a field holds the value; companions are derived from it.

    ``derive``: value -> cell, None for the value itself.
    ``suffix``: ``""`` for the value, else ``fold``, ``pinyin``.
    """

    type: sa.types.TypeEngine[Any]
    suffix: str = ""
    derive: Callable[[Any], Any] | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """One case of a kind's contract: what a door receives and the value, or the code of the refusal.

    ``options``: what the field says beyond its type, key and label.
    ``json``: the value's JSON form where it differs from ``raw``.
    """

    raw: object
    value: object = None
    error: str | None = None
    options: Mapping[str, object] = field(default_factory=dict)
    json: object = ...


@dataclass(frozen=True, slots=True)
class FieldContext:
    """What a field type may need to know beside its options.

    ``choices``: uids of its options by key. ``row``: the ``Coercer.row`` of a subform's fields.
    """

    choices: Mapping[str, int] = field(default_factory=dict)
    time_zone: str = "Asia/Shanghai"
    row: Any = None


class Labels(Protocol):
    """What a person reads for ids and keys; filled by the read path, one query a field."""

    @property
    def locale(self) -> str:
        """Return the language."""

    def choice(self, options: FieldOptions, key: str) -> str:
        """Return the label of an option."""

    def record(self, field_key: str, record_id: int) -> str:
        """Return the title of a linked record, member or department."""

    def date_time(self, value: datetime) -> str:
        """Return an instant as wall-clock text in the app's time zone."""


class FieldType(Kind, Generic[O, V]):
    """One control of the palette. Subclasses are stateless; everything variable arrives in ``options``."""

    name: ClassVar[str]
    icon: ClassVar[str]
    group: ClassVar[str] = "basic"
    Options: ClassVar[type[FieldOptions]] = FieldOptions
    value_type: ClassVar[ValueType]
    storage: ClassVar[Storage] = Storage.column
    target: ClassVar[str | None] = (
        None  # what ids name: "user", "department", "file", or "form" (options.form)
    )
    examples: ClassVar[Sequence[Example]] = ()
    sortable: ClassVar[bool] = True
    write_once: ClassVar[bool] = False  # given by the platform, or with the record when it is created
    system_column: ClassVar[str | None] = None  # of ``Storage.system``
    family: ClassVar[Family | None] = None  # how conditions compare it, where its value type does not say
    coded: ClassVar[bool] = False  # values are codes: compared as they are, read by their names
    listed_only: ClassVar[bool] = False  # a list on the page of a record, which no expression may name

    def columns(self, options: O, context: FieldContext) -> tuple[Column, ...]:
        """Return the physical columns; for links those of one item in the link table."""
        return ()

    def annotation(self, options: O, context: FieldContext) -> Any:
        """Return the pydantic type of a value that is not blank, as JSON, HTML forms and cells hold it.

        Problems are ``PydanticCustomError`` with a dotted code, or pydantic's own (see ``coerce.CODES``).
        """
        raise TypeError(f"{self.name} takes no values")

    def to_json(self, value: V, options: O) -> Any:
        """Return the JSON form of a non-blank value."""
        return value

    def to_text(self, value: V, options: O, labels: Labels) -> str:
        """Return what a person reads, in exports and where no template looks further; digits stay ASCII."""
        return str(value)

    def words(self, value: V) -> str:
        """Return the text by whose words a value is found."""
        return str(value)

    def folded(self, options: O) -> bool:
        """Tell whether a column serves comparison and search."""
        return self.coded or any(each.suffix == "fold" for each in self.columns(options, FieldContext()))

    def verify(self, options: O) -> tuple[Issue, ...]:
        """Return what is wrong with options that each alone are right; ``path`` names the option."""
        stored = self.storage in {Storage.column, Storage.links}
        allowed = {
            "required": stored or self.storage is Storage.rows,
            "default": stored and not self.write_once,
            "unique": self.storage is Storage.column and self.sortable,
            "searchable": self.storage is Storage.column and self.folded(options),
        }
        said = (
            name for name, may in allowed.items() if not may and getattr(options, name) not in (None, False)
        )
        return tuple(Issue(name, "definition.not_for_this_type", {"name": name}) for name in said)


def reads(annotation: Any, reader: Callable[[Any], Any], schema: Mapping[str, Any]) -> Any:
    """Build an annotation that ``reader`` alone validates; ``schema`` is what doors send, as JSON Schema.

    One Python function a value is faster than pydantic's chain of validators.
    """
    return Annotated[annotation, PlainValidator(reader), WithJsonSchema(dict(schema))]


def refuse(code: str, **params: object) -> PydanticCustomError:
    """Build a refusal to raise; ``value`` may be anything that a door received."""
    if "value" in params:
        params["value"] = shown(params["value"])
    return PydanticCustomError(code, code, params)


def shown(raw: object) -> str:
    """Return the beginning of a refused value, for the message."""
    try:
        return str(raw)[:40]
    except ValueError:  # an integer of thousands of digits
        return ""
