"""What kinds that hold ids share: one id in a column, or ordered ids in a link table."""

from __future__ import annotations

from typing import Any, TypeVar

import sqlalchemy as sa

from engines.expression import ValueType
from engines.form.field import Column, FieldContext, FieldType, Labels, Storage
from engines.form.readers.lists import to_many, to_one
from schemas.elements import FieldOptions

O = TypeVar("O", bound=FieldOptions)  # noqa: E741 - options; one letter as in every generic here


class OneId(FieldType[O, int]):
    """One id."""

    value_type = ValueType.id

    def columns(self, options: O, context: FieldContext) -> tuple[Column, ...]:
        """Return the id."""
        return (Column(sa.BigInteger()),)

    def annotation(self, options: O, context: FieldContext) -> Any:
        """Accept an id."""
        return to_one()

    def to_json(self, value: int, options: O) -> str:
        """Return the id as text: JavaScript would round it."""
        return str(value)

    def to_text(self, value: int, options: O, labels: Labels) -> str:
        """Return the title of what it names."""
        return labels.record(options.key, value)


class ManyIds(FieldType[O, tuple[int, ...]]):
    """Ordered ids."""

    value_type = ValueType.ids
    storage = Storage.links

    def columns(self, options: O, context: FieldContext) -> tuple[Column, ...]:
        """Return one id."""
        return (Column(sa.BigInteger()),)

    def annotation(self, options: O, context: FieldContext) -> Any:
        """Accept a list of ids."""
        return to_many()

    def to_json(self, value: tuple[int, ...], options: O) -> list[str]:
        """Return the ids as texts."""
        return [str(each) for each in value]

    def to_text(self, value: tuple[int, ...], options: O, labels: Labels) -> str:
        """Return the titles of what they name."""
        return ", ".join(labels.record(options.key, each) for each in value)
