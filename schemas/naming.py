"""What keys and paths of keys name in a definition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from schemas.elements import App, FieldOptions


@dataclass(frozen=True, slots=True)
class Names:
    """The fields of every form by path, and where their values lead."""

    fields: Mapping[str, FieldOptions]
    forms: frozenset[str]

    @classmethod
    def of(cls, app: App) -> Names:
        found: dict[str, FieldOptions] = {}
        for form in app.forms:
            found |= cls._below(form.key, form.fields)
        return cls(found, frozenset(form.key for form in app.forms))

    @classmethod
    def _below(cls, path: str, fields: Iterable[FieldOptions]) -> dict[str, FieldOptions]:
        found: dict[str, FieldOptions] = {}
        for each in fields:
            here = f"{path}.{each.key}"
            found |= {here: each, **cls._below(here, getattr(each, "fields", ()))}
        return found

    def has(self, path: str) -> bool:
        """Tell whether a form, a field or an option stands at the path."""
        field, _, option = path.rpartition(".")
        choices = getattr(self.fields.get(field), "options", ())
        return path in self.forms or path in self.fields or any(each.key == option for each in choices)

    def next(self, path: str) -> str | None:
        """Return the form that the values of a field are records of."""
        field = self.fields.get(path)
        if field is None:
            return None
        return path if hasattr(field, "fields") else getattr(field, "form", None)

    def places(self, form: str, keys: tuple[str, ...]) -> list[str] | None:
        """Return the path of the field behind each key of a reference, None where it leads nowhere."""
        found: list[str] = []
        at: str | None = form
        for key in keys:
            # A row of a subform may speak of its record too.
            around = (at, at.rpartition(".")[0]) if at and not found else (at,)
            place = next(
                (f"{each}.{key}" for each in around if each and f"{each}.{key}" in self.fields), None
            )
            if place is None:
                return None
            found.append(place)
            at = self.next(place)
        return found

    def target(self, what: str, holder: BaseModel, form: str) -> str | None:
        """Return the form whose fields ``field@x`` or ``field>x`` means; None where it leads nowhere.

        ``x`` is an option of the holder: it names the form itself, or a relation that leads to it.
        """
        for sign in "@>":
            _, found, option = what.partition(sign)
            if found:
                said = getattr(holder, option, None)
                return self.next(f"{form}.{said}") if sign == ">" else None if said is None else str(said)
        return form
