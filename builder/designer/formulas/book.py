"""Every formula of a draft with what it may name; found by the marks of the grammar, whatever holds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from builder.designer.desk import Desk
from builder.drafting.places import value_at
from engines.expression import (
    Context,
    ExpressionError,
    FieldScope,
    Node,
    SqlColumn,
    ValueType,
    check,
    check_condition,
    compile_sql,
)
from engines.form import AppModel, Name, Names, build
from engines.form.computed import Fields
from engines.form.logic.conditions import Around
from engines.form.shapes import sql_shape
from runtime.screens.conditions.building import Fields as RowFields
from schemas.elements import App
from schemas.errors import NotFound
from schemas.formulas import Place, places
from schemas.grammar import Pointer
from schemas.problems import pointer

_MOMENT = Context(None, None, datetime(2026, 1, 1, tzinfo=UTC), date(2026, 1, 1))


@dataclass(eq=False)
class Book:
    """The formulas of an app under way."""

    desk: Desk

    @cached_property
    def app(self) -> App:
        """Return the draft; while it is no definition, what is published."""
        return self.desk.reads or self.desk.call.app.definition

    @cached_property
    def fields(self) -> Fields:
        """Return the fields of every form."""
        return Fields.of(self.app, self.desk.call.installation.grammar.fields)

    @cached_property
    def model(self) -> AppModel:
        """Return the draft compiled, to compare its fields; while its forms have gaps, the app."""
        if self.desk.reads is None or any(each.path.startswith("/forms/") for each in self.desk.issues):
            return self.desk.call.app
        return build(self.app, self.desk.call.installation.grammar.fields, Names(_Numbered()))

    def of_form(self, key: str) -> Iterator[Place]:
        """Yield the places for formulas in a form, and those elsewhere that read its records."""
        index = next((number for number, each in enumerate(self.app.forms) if each.key == key), None)
        if index is None:
            raise NotFound
        for place in places(self.app):
            inside = place.at[:2] == ("forms", index)
            if inside or (place.at[0] != "forms" and place.form == key):
                yield place

    def place(self, at: str) -> Place:
        """Return the place at a pointer. Raises NotFound."""
        found = next((each for each in places(self.app) if pointer(each.at) == at), None)
        if found is None:
            raise NotFound
        return found

    def scope(self, place: Place) -> FieldScope:
        """Return what a formula at a place may name; rows of a subform speak of their record too."""
        if not place.form:
            return _Nothing()
        own, above = self.fields.scope(place.form), place.form.rpartition(".")[0]
        return Around(own, self.fields.scope(above)) if above else own

    def judge(self, place: Place, node: Node) -> ValueType:
        """Return what a formula yields. Raises ExpressionError for what may not stand at the place."""
        scope = self.scope(place)
        found = check(node, scope)
        if place.mark.what == "condition":
            check_condition(node, scope)
        if place.mark.in_sql:
            compile_sql(node, _Shapes(self.fields, place.form), _MOMENT)
        return found

    def row_fields(self, place: Place) -> RowFields:
        """Return the fields that rows of a condition at a place may name."""
        form = self.model.forms.get(place.form)
        return RowFields({} if form is None else dict(form.fields), in_sql=place.mark.in_sql)

    def labels(self, place: Place) -> Mapping[str, str]:
        """Return how each path is called that a formula may name: fields, and those one relation away."""
        found, here = dict(self.named(place.form)), self._here(place)
        if place.mark.reads[:1] in {"@", ">"} and here:
            this = self.desk.texts.t("design.this_record", name="{name}")
            found |= {f"THIS.{key}": this.format(name=label) for key, label in self.named(here).items()}
        return found

    def _here(self, place: Place) -> str:
        """Return the form whose record ``THIS`` is in a formula about records of another form."""
        return self.app.forms[int(place.at[1])].key if place.at[0] == "forms" else ""

    def named(self, form: str) -> Mapping[str, str]:
        """Return how each path is called from a form on."""
        above = form.rpartition(".")[0]
        found: dict[str, str] = dict(self.named(above)) if above else {}
        for key, label, beyond in self._named(form):
            found[key] = label
            for inner, said, _ in self._named(beyond):
                found[f"{key}.{inner}"] = f"{label} › {said}"
        return found

    def _named(self, form: str | None) -> Iterator[tuple[str, str, str | None]]:
        for key, options in self.fields.forms.get(form or "", {}).items():
            yield key, self.desk.texts.label(options.label), self.fields.beyond(str(form), key)

    def change(self, place: Place, text: str) -> dict[str, Any]:
        """Return the command that writes a formula; blank text leaves it unsaid."""
        step = place.at.index(self._alias(place))
        said = self._written(
            value_at(self.desk.draft.document, place.at[:step]).get(place.at[step]), place, text
        )
        return {"do": "update", "at": self._key_place(place.at[:step]), "set": {str(place.at[step]): said}}

    def _alias(self, place: Place) -> str:
        return type(place.holder).model_fields[place.option].alias or place.option

    def _written(self, said: Any, place: Place, text: str) -> Any:
        """Return the value of the option with the formula in its place."""
        rest = place.at[place.at.index(self._alias(place)) + 1 :]
        if not rest:
            return text or None
        if place.mark.keyed:
            each = dict(said) | {rest[0]: {"formula": text}}
            return {key: value for key, value in each.items() if text or key != rest[0]} or None
        if place.mark.wrapped:
            return {"formula": text} if text else None
        parts = dict(said) if isinstance(said, dict) else list(said)
        if text:
            parts[rest[0]] = text  # type: ignore[index]  # a step fits its container
        else:
            del parts[rest[0]]  # type: ignore[arg-type]
        return parts or None

    def _key_place(self, at: Pointer) -> str:
        """Return a pointer as commands tell places: elements by their keys."""
        here: Any = self.desk.draft.document
        told = []
        for step in at:
            here = here[step]
            keyed = isinstance(step, int) and isinstance(here, dict) and "key" in here
            told.append(str(here["key"]) if keyed else str(step))
        return "/".join(told)


class _Nothing:
    """Implements ``FieldScope``: where there is no record yet."""

    def type_of(self, path: tuple[str, ...]) -> ValueType | None:
        return None


@dataclass(frozen=True, slots=True)
class _Shapes:
    """Implements ``SqlScope`` over the definition alone."""

    fields: Fields
    form: str

    def column(self, path: tuple[str, ...]) -> SqlColumn:
        if self.fields.scope(self.form).type_of(path) is None:
            raise ExpressionError("expression.unknown_field", 1, name=".".join(path))
        return sql_shape(self.fields, self.form, path)


class _Numbered(dict[str, Name]):
    """Names of a draft that has no tables."""

    def __missing__(self, path: str) -> Name:
        self[path] = Name(len(self) + 1, path.replace(".", "__"))
        return self[path]
