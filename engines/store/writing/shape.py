"""What the phases ask about a form again and again, found out once: what it lacks costs a write nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engines.form import FieldModel, FormModel, Storage

_LOOKED_UP_ELSEWHERE = frozenset({None, "file"})


@dataclass(frozen=True, eq=False)
class Shape:
    """One form as the write path sees it.

    ``blank``: a record without values. ``shadows``: fields that show a system column, with it.
    ``naming``: fields whose ids are looked up, and subforms with those of their rows.
    ``holding``: fields with files, themselves or in rows. ``read``: what checks and conditions read.
    """

    blank: Mapping[str, Any]
    shadows: tuple[tuple[str, str], ...]
    naming: tuple[tuple[FieldModel, tuple[FieldModel, ...]], ...]
    holding: tuple[FieldModel, ...]
    read: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, form: FormModel) -> Shape:
        """Return the shape of a form, which lives as long as its version."""
        return form.kept("write.shape", _shape)


def _shape(form: FormModel) -> Shape:
    fields = form.fields.values()
    kept = (each for each in fields if each.storage is not Storage.none)
    system = (each for each in fields if each.storage is Storage.system)
    return Shape(
        blank={each.key: () if each.plural else None for each in kept},
        shadows=tuple((each.key, str(each.kind.system_column)) for each in system),
        naming=tuple(
            (
                each,
                ()
                if each.rows is None
                else tuple(inner for inner in each.rows.fields.values() if _points(inner)),
            )
            for each in fields
            if _points(each) or each.rows is not None
        ),
        holding=tuple(each for each in fields if any(True for _ in file_fields(each))),
        read=form.logic.paths.union(*(each.paths for each in form.checks)),
    )


def _points(field: FieldModel) -> bool:
    return field.kind.target not in _LOOKED_UP_ELSEWHERE


def file_fields(field: FieldModel) -> Iterator[FieldModel]:
    """Yield the fields that hold files: the field itself, or those of its rows."""
    inner = (field,) if field.rows is None else field.rows.fields.values()
    return (each for each in inner if each.target == "file")


def demanding(form: FormModel) -> tuple[FieldModel, ...]:
    """Return the fields that may be asked for."""
    return form.kept("write.demanding", lambda one: tuple(_demanding(one)))


def _demanding(form: FormModel) -> Iterator[FieldModel]:
    for key, each in form.fields.items():
        rules = form.logic.fields.get(key)
        if (
            each.options.required
            or each.rows is not None
            or (rules is not None and rules.required is not None)
        ):
            yield each
