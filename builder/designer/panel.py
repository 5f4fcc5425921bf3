"""The property panel: made from the options of a kind, and read back into a command."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic.fields import FieldInfo

from builder.designer.elements.shapes import family_of, named, type_of
from builder.designer.elements.tagging import with_labels
from builder.designer.reading import Json, Kind, kind_of, literals, map_text
from frontend.design import MapRow, Panel, PanelGroup, PanelInput
from frontend.texts import Texts
from frontend.views import Item
from schemas.elements import FieldOptions, Ref, Tagged, Yields
from schemas.kinds import Options
from schemas.marks import mark_of

# Reference texts name the words of a file; on screen those words stand in the input.
_WORD_OF_FILES = re.compile(r"`[a-z_]+`\s*")
_SPLIT = re.compile(r"(?<=[a-z])(?=[A-Z])")
# What the panel does not offer: identity, parts with a place of their own, and what a later page is for.
_CHECKED = 16  # up to so many words are boxes to tick
_ELSEWHERE = frozenset({"key", "was"})
_GROUPS: Mapping[str, frozenset[str]] = {
    "look": frozenset({"width", "placeholder", "hidden", "masked", "searchable"}),
    "checks": frozenset(
        (
            "required unique min max min_length max_length max_mb max_files min_rows max_rows "
            "accept format pattern message"
        ).split()
    ),
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a reference may name, with labels. ``form``: the one whose fields the element speaks of.

    ``within``: path of a subform whose rows a part makes; its fields are those of such rows.

    ``fields``: by the path of a form. ``beyond``: path of a relation, related list or subform -> path of the
    form that it leads to. ``options``: of a select, by its path. ``others``: roles, flows, dashboards, nodes.
    ``latest``: the form that a new element most likely is about.
    """

    forms: Sequence[Item]
    fields: Mapping[str, Sequence[Item]]
    form: str
    beyond: Mapping[str, str]
    options: Mapping[str, Sequence[Item]] = field(default_factory=dict)
    others: Mapping[str, Sequence[Item]] = field(default_factory=dict)
    within: str = ""
    latest: str = ""

    def subforms(self, form: str) -> tuple[Item, ...]:
        """Return the fields of a form that hold rows."""
        found = self.fields.get(form, ())
        return tuple(each for each in found if self.beyond.get(f"{form}.{each.key}") == f"{form}.{each.key}")

    def labels(self, mark: Yields | None, element: Json, this: str) -> dict[str, str]:
        """Return how each path is called that a formula of an element may name.

        ``this``: how what it calls ``THIS.x`` is called, where it speaks of records of another form.
        """
        reads = "" if mark is None else mark.reads
        form = self.leads(reads, element) if reads[:1] in {"@", ">"} else self.form
        found = self._paths(form or "")
        if form and form.startswith(f"{self.form}."):
            return self._paths(self.form) | found  # a row speaks of its record too
        if form != self.form:
            for path, text in self._paths(self.form).items():
                found[f"THIS.{path}"] = this.format(name=text)
        return found

    def _paths(self, form: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for each in self.fields.get(form, ()):
            found[each.key] = each.text
            for inner in self.fields.get(self.beyond.get(f"{form}.{each.key}", ""), ()):
                found[f"{each.key}.{inner.key}"] = f"{each.text} › {inner.text}"
        return found

    def leads(self, reads: str, element: Json) -> str | None:
        """Return the form that an option of an element names, after ``@``, or leads to, after ``>``."""
        said = str(element.get(reads[1:].removesuffix("_"), ""))
        return said if reads[0] == "@" else self.beyond.get(f"{self.form}.{said}")

    def tags(self) -> dict[str, str]:
        """Return how each path is called whose value a text may show."""
        return self._paths(self.form)

    def brought(self, mark: Yields | None, element: Json) -> tuple[Item, ...]:
        """Return the fields that a choice may bring along from the form that it is made in."""
        if mark is None or mark.wrapped or mark.what != "any" or mark.reads[:1] != "@":
            return ()
        return tuple(self.fields.get(self.leads(mark.reads, element) or "", ()))

    def named(self, what: str, element: Json) -> tuple[Item, ...]:
        """Return what a reference of that kind may name, said by ``element``."""
        if what == "form":
            return tuple(self.forms)
        if what in self.others:
            return tuple(self.others[what])
        if what == "field" and self.within:
            return self.subforms(self.form)
        kind, mark, option = what.partition("@") if "@" in what else what.partition(">")
        said = str(element.get(option, "")) if mark else ""
        if kind == "option":
            return tuple(self.options.get(f"{self.form}.{said}", ()))
        form = self.form if not mark else said if mark == "@" else self.beyond.get(f"{self.form}.{said}")
        return tuple(self.fields.get(str(form), ()))


def panel_of(
    model: type[Options], element: Json, place: str, around: Surroundings, texts: Texts, title: str = ""
) -> Panel:
    """Return the panel of an element: its properties grouped, those that differ from the default marked."""
    found: dict[str, list[PanelInput]] = {"basics": [], "checks": [], "look": []}
    family = family_of(model)
    for name, info in sorted(named(model).items(), key=lambda each: _rank(model, each[0])):
        shown = None if name in _ELSEWHERE else _input(name, info, element, around, Words(texts, model))
        if shown is not None:
            group = next((key for key, names in _GROUPS.items() if name in names), "basics")
            found[group].append(shown)
    kind = f"{family or 'field'}.{type_of(model, element)}"
    groups = tuple(
        PanelGroup(texts.t(f"design.panel.{name}"), tuple(inputs), open=name != "look")
        for name, inputs in found.items()
        if inputs
    )
    note = texts.t(f"{kind}.help") if texts.has(f"{kind}.help") else ""
    known = texts.t(f"{kind}.label") if texts.has(f"{kind}.label") else ""
    return Panel(place, title or known, note, groups)


def _rank(model: type[Options], name: str) -> int:
    """Return how early a property is met: of a field its name, then what only its kind says."""
    if not issubclass(model, FieldOptions) or name == "label":
        return 0
    return 2 if name in FieldOptions.model_fields else 1


@dataclass(frozen=True, slots=True)
class Words:
    """How the properties of a kind of element are called and explained."""

    texts: Texts
    model: type[Options]

    def label(self, name: str) -> str:
        """Return what a property is called: by its element, its family, or wherever it stands."""
        owner = _SPLIT.sub("_", self.model.__name__.removesuffix("Options")).lower()
        family = family_of(self.model)
        own = f"option.{name}.label"
        codes = [f"design.property.{owner}.{name}", f"design.property.{family}.{name}"]
        codes += [f"{family}_option.{name}.label"]
        codes += [own] if family in {"field", "part"} else [f"design.option.{name}.label", own]
        codes += [f"design.option.{name}.label"]
        for code in codes:
            if self.texts.has(code):
                return self.texts.t(code)
        return name

    def help(self, name: str, kind: str) -> str:
        """Return what a property means; blank where its name says it all."""
        family = family_of(self.model)
        codes = [] if name in {"label", "help"} else [f"{family}.{kind}.{name}"]
        codes.append(f"{family}_option.{name}.help")
        codes += [f"option.{name}.help"] if family in {"field", "part"} else [f"design.option.{name}.help"]
        said = next((self.texts.t(code) for code in codes if self.texts.has(code)), "")
        return _WORD_OF_FILES.sub("", said).replace("`", "")

    def choice(self, name: str, value: str) -> str:
        """Return how one of the words is called that a property may be."""
        owner = _SPLIT.sub("_", self.model.__name__.removesuffix("Options")).lower()
        for code in (
            f"design.choice.{owner}.{name}.{value}", f"design.choice.{name}.{value}", f"field.{value}.label",
        ):  # fmt: skip
            if self.texts.has(code):
                return self.texts.t(code)
        return value


def _input(
    name: str, info: FieldInfo, element: Json, around: Surroundings, words: Words
) -> PanelInput | None:
    said, kind = element.get(name), kind_of(name, info)
    if kind is None or (name == "type" and len(literals(info)) < 2):
        return None
    ref, texts = mark_of(Ref, info), words.texts
    items = () if ref is None else around.named(ref.what, element)
    if not items and kind in {Kind.choice, Kind.picks}:
        items = tuple(Item(each, words.choice(name, each)) for each in literals(info))
    if ref is not None and kind is Kind.line:
        kind = Kind.choice
    if kind is Kind.map and ref is None:
        items = tuple(around.fields.get(around.within, ()))
    value = said if said is not None else None if info.is_required() else info.default
    shown = PanelInput(
        name, words.label(name), str(kind), _shown(value, kind, texts),
        words.help(name, type_of(words.model, element)), items, changed=said is not None,
    )  # fmt: skip
    if mark_of(Tagged, info) is not None:
        labels = around.tags()
        return replace(shown, value=with_labels(shown.value, labels), tags=tuple(labels.values()))
    if kind is Kind.picks:
        return _with_picks(shown, name, [str(each) for each in said or ()], element, around)
    return _with_rows(shown, name, info, element, around, words) if kind is Kind.map else shown


def _with_picks(
    shown: PanelInput, name: str, said: Sequence[str], element: Json, around: Surroundings
) -> PanelInput:
    """Return the input of a list: what is chosen, in its order, and what may be added."""
    offered = shown.items or _values_of(name, element, around)
    texts = {each.key: each.text for each in offered}
    ordered = any(each in around.fields.get(around.form, ()) for each in offered) or not offered
    if not ordered and len(offered) <= _CHECKED:
        return replace(shown, kind="checks", items=offered, picked=tuple(Item(each, "") for each in said))
    picked = tuple(Item(each, texts.get(each, each)) for each in said)
    return replace(shown, picked=picked, items=tuple(each for each in offered if each.key not in said),
                   free=not offered)  # fmt: skip


def _values_of(name: str, element: Json, around: Surroundings) -> tuple[Item, ...]:
    """Return the options of the select of which an element names values: from, to, stages."""
    if name not in {"from", "to", "values"}:
        return ()
    return tuple(around.options.get(f"{around.form}.{element.get('field', '')}", ()))


def _with_rows(
    shown: PanelInput, name: str, info: FieldInfo, element: Json, around: Surroundings, words: Words
) -> PanelInput:
    """Return the input of a map: a row for each field it speaks of."""
    said: Mapping[str, Any] = element.get(name) or {}
    mark = mark_of(Yields, info)
    allowed = tuple(Item(each, words.choice(name, each)) for each in literals(info))
    allowed = allowed or around.brought(mark, element)
    texts = {each.key: each.text for each in shown.items}
    form = next((path for path, found in around.fields.items() if tuple(found) == shown.items), "")
    rows = []
    for key, value in said.items():
        text, formula = map_text(value)
        items = allowed or tuple(around.options.get(f"{form}.{key}", ()))
        fits = formula or not items or any(each.key == text for each in items)
        chosen = items if fits and not formula else ()
        written = formula or (mark is not None and not mark.wrapped and not chosen)
        rows.append(MapRow(key, texts.get(key, key), text, written, chosen))
    free = tuple(each for each in shown.items if each.key not in said)
    return replace(shown, rows=tuple(rows), items=free, wrapped=mark is not None and mark.wrapped)


def _shown(value: Any, kind: Kind, texts: Texts) -> str:
    if value is None or kind in {Kind.picks, Kind.map}:
        return ""
    if kind is Kind.switch:
        return "yes" if value else ""
    if kind is Kind.lines:
        return "\n".join(texts.label(each.get("label")) for each in value if isinstance(each, dict))
    return texts.label(value) if isinstance(value, str | dict) else str(value)
