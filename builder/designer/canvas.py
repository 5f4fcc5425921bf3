"""The canvas: the fields of a form under way, drawn by the runtime's own templates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from builder.designer.layouts.arrangement import Arrangement
from engines.form.computed import ComputedType
from engines.form.field import FieldType, Storage
from frontend.design import PaletteGroup
from frontend.design_form import CanvasField
from frontend.texts import Texts
from frontend.views import FieldView, Item
from schemas.elements import FieldOptions, Form
from schemas.grammar import Grammar
from schemas.kinds import Registry

Json = dict[str, Any]
Kinds = Registry[FieldType[Any, Any]]
_COMMON = frozenset(FieldOptions.model_fields)
_ORDER = ("basic", "choice", "date", "contact", "organisation", "relation", "file", "computed", "system")
_WRITTEN = {Storage.column, Storage.links, Storage.rows}


def palette(kinds: Kinds, texts: Texts) -> tuple[PaletteGroup, ...]:
    """Return the controls by group, as their kinds say."""
    groups: dict[str, list[Item]] = {}
    for name, kind in kinds.items():
        item = Item(name, texts.t(f"field.{name}.label"), icon=kind.icon, note=texts.t(f"field.{name}.help"))
        groups.setdefault(kind.group, []).append(item)
    ordered = sorted(groups, key=lambda each: _ORDER.index(each) if each in _ORDER else len(_ORDER))
    return tuple(PaletteGroup(texts.t(f"design.group.{each}"), tuple(groups[each])) for each in ordered)


@dataclass(frozen=True, slots=True)
class Canvas:
    """Draws one form. ``url``: its page, to which a chosen field is added."""

    grammar: Grammar
    texts: Texts
    place: str
    url: str
    errors: Mapping[str, str]
    remarks: Mapping[str, int]

    def fields(self, form: Json, chosen: str) -> Iterator[CanvasField]:
        """Yield every field in the order in which it stands."""
        known = {str(each.get("key")): each for each in form.get("fields", ()) if isinstance(each, dict)}
        options, arranged = self._options(form), Arrangement.of(form)
        for key in (each for group in arranged.groups for each in group.fields):
            raw, (up, down) = known[key], arranged.ways(key)
            kind = self.grammar.fields.get(str(raw.get("type")))
            place = f"{self.place}/fields/{key}"
            fillable = kind is not None and kind.storage in _WRITTEN and not isinstance(kind, ComputedType)
            yield CanvasField(
                place, key, self._view(raw, options.get(key)), self._kind_text(raw),
                "forms" if kind is None else kind.icon, f"{self.url}?at={key}", place == chosen,
                bool(raw.get("required")), fillable, up, down, arranged.group(key).key,
                error=self.errors.get(place, ""), remarks=self.remarks.get(place, 0),
            )  # fmt: skip

    def _options(self, form: Json) -> dict[str, FieldOptions]:
        """Return the fields as the grammar reads them; of a form with a gap, none."""
        shell = {"weft": 1, "key": "draft", "label": "-", "forms": [form]}
        try:
            found: Form = self.grammar.app.model_validate(shell, by_alias=True, by_name=False).forms[0]
        except ValidationError:
            return {}
        return {each.key: each for each in found.fields}

    def _kind_text(self, raw: Json) -> str:
        code = f"field.{raw.get('type')}.label"
        return self.texts.t(code) if self.texts.has(code) else str(raw.get("type"))

    def _view(self, raw: Json, options: FieldOptions | None) -> FieldView:
        label, width = self.texts.label(raw.get("label")), int(raw.get("width", 12))
        if options is None:
            return FieldView(str(raw.get("key")), "text", label, width=width)
        return FieldView(
            options.key, options.type, label, self.texts.label(options.help),
            self.texts.label(options.placeholder), options.required, width=width,
            options=self._own(options), columns=self._columns(options),
        )  # fmt: skip

    def _own(self, options: FieldOptions) -> dict[str, Any]:
        names = type(options).model_fields.keys() - _COMMON - {"fields"}
        found = {name: getattr(options, name) for name in names}
        if "options" in found:
            found["options"] = [
                {"key": each.key, "label": self.texts.label(each.label), "color": each.color or ""}
                for each in found["options"]
            ]
        return found

    def _columns(self, options: FieldOptions) -> tuple[FieldView, ...]:
        inner = getattr(options, "fields", ())
        return tuple(
            FieldView(each.key, each.type, self.texts.label(each.label), options=self._own(each))
            for each in inner
        )
