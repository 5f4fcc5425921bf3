"""Whether a draft has what a step asks for: looked up in the draft, so a mark is never out of date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from builder.designer.guides.reading import Asked
from frontend.texts import LOCALES
from schemas.elements import Translated, label_of

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Look:
    """A draft that is looked at. ``published``: nothing in it waits to be published."""

    document: Json
    published: bool

    def has(self, asked: Asked) -> bool:
        """Tell whether the draft has what is asked for."""
        if asked.published:
            return self.published
        if asked.widgets is not None:
            boards = self.document.get("dashboards", ())
            return any(len(each.get("widgets", ())) >= asked.widgets for each in boards)
        return any(self._of_form(asked, form) for form in self._forms(asked.form))

    def place(self, asked: Asked) -> str:
        """Return the form that it is about, as its key; blank where there is none yet."""
        return str(next(self._forms(asked.form), {}).get("key", ""))

    def _forms(self, label: str | Translated | None) -> Iterator[Json]:
        return (each for each in self.document.get("forms", ()) if label is None or _called(each, label))

    def _of_form(self, asked: Asked, form: Json) -> bool:
        fields, key = form.get("fields", ()), form.get("key")
        if asked.flow is not None:
            return any(
                each.get("form") == key and (asked.flow == "any" or each.get("field"))
                for each in self.document.get("flows", ())
            )
        if asked.rule:
            return any(each.get("on", {}).get("form") == key for each in self.document.get("rules", ()))
        if asked.leads_to is not None:
            there = {each.get("key") for each in self._forms(asked.leads_to)}
            return any(each.get("type") in {"relation", "relations"} and each.get("form") in there
                       for each in fields)  # fmt: skip
        if asked.options is not None:
            return any(
                _named(each, asked) and len(each.get("options", ())) >= asked.options for each in fields
            )
        return (asked.field is None and asked.type is None) or any(_named(each, asked) for each in fields)


def _named(field: Json, asked: Asked) -> bool:
    called = asked.field is None or _called(field, asked.field)
    return called and asked.type in {None, field.get("type")}


def _called(element: Json, label: str | Translated) -> bool:
    """Tell whether an element bears the label in any language, or its own says more than that."""
    said = element.get("label")
    own = {str(each) for each in (said.values() if isinstance(said, dict) else [said])}
    wanted = {label} if isinstance(label, str) else {label_of(label, locale) for locale in LOCALES}
    return any(one.strip().lower() in each.strip().lower() for one in wanted if one for each in own)
