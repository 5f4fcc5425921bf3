"""The property panel: made from the options of a kind, and read back into a command."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from builder.designer.keys import propose_key
from frontend.design import Panel, PanelGroup, PanelInput
from frontend.texts import Texts
from frontend.views import Item
from schemas.elements import Ref
from schemas.kinds import Options
from schemas.marks import mark_of

Json = dict[str, Any]
# What the panel does not offer: identity, parts with a place of their own, and what a later page is for.
_ELSEWHERE = frozenset({"key", "was", "type", "fields", "parts"})
_GROUPS: Mapping[str, frozenset[str]] = {
    "look": frozenset({"width", "placeholder", "hidden", "masked", "searchable"}),
    "checks": frozenset(
        "required unique min max min_length max_length max_mb max_files min_rows max_rows accept".split()
    ),
}


_BY_NAME = {
    "options": "lines", "label": "line", "placeholder": "line", "help": "paragraph",
    "description": "paragraph", "formula": "formula", "filter": "formula", "where": "formula",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a reference may name: the forms of the app, and the fields of each, with their labels.

    ``beyond``: path of a relation, related list or subform -> path of the form that it leads to.
    """

    forms: Sequence[Item]
    fields: Mapping[str, Sequence[Item]]
    form: str
    beyond: Mapping[str, str]


def panel_of(model: type[Options], element: Json, place: str, around: Surroundings, texts: Texts) -> Panel:
    """Return the panel of an element: its properties grouped, those that differ from the default marked."""
    found: dict[str, list[PanelInput]] = {"basics": [], "checks": [], "look": []}
    for name, info in model.model_fields.items():
        shown = None if name in _ELSEWHERE else _input(name, info, element, around, texts)
        if shown is not None:
            group = next((key for key, names in _GROUPS.items() if name in names), "basics")
            found[group].append(shown)
    kind = str(element.get("type", ""))
    groups = tuple(
        PanelGroup(texts.t(f"design.panel.{name}"), tuple(inputs), open=name != "look")
        for name, inputs in found.items()
        if inputs
    )
    note = texts.t(f"field.{kind}.help") if kind and texts.has(f"field.{kind}.help") else ""
    return Panel(place, texts.t(f"field.{kind}.label") if kind else "", note, groups)


def _input(
    name: str, info: FieldInfo, element: Json, around: Surroundings, texts: Texts
) -> PanelInput | None:
    said, kind = element.get(info.alias or name), _kind(name, info)
    items: tuple[Item, ...] = ()
    if kind is None:
        return None
    ref = mark_of(Ref, info)
    if ref is not None:
        kind, items = "choice", _named(ref.what, element, around)
    elif kind == "choice":
        items = tuple(Item(each, _choice_text(name, each, texts)) for each in _literals(info))
    code = f"option.{name}" if texts.has(f"option.{name}.label") else f"design.option.{name}"
    label, note = texts.t(f"{code}.label"), texts.t(f"{code}.help") if texts.has(f"{code}.help") else ""
    value = said if said is not None else None if info.is_required() else info.default
    return PanelInput(name, label, kind, _shown(value, kind, texts), note, items, changed=said is not None)


def _kind(name: str, info: FieldInfo) -> str | None:
    """Return how a property is edited; None for what the panel has no input for."""
    kinds = {each for each in _flat(info.annotation) if each is not type(None)}
    if name in _BY_NAME or name.endswith("_if"):
        return _BY_NAME.get(name, "formula")
    if bool in kinds:
        return "switch"
    if any(get_origin(each) is Literal for each in kinds) or _literals(info):
        return "choice"
    if int in kinds or "Decimal" in {getattr(each, "__name__", "") for each in kinds}:
        return "number"
    return "line" if kinds == {str} else None


def _flat(annotation: Any) -> Iterator[Any]:
    parts = get_args(annotation)
    if not parts or get_origin(annotation) is Literal:
        yield annotation
        return
    for each in parts:
        if isinstance(each, type) or get_args(each):
            yield from _flat(each)


def _literals(info: FieldInfo) -> list[str]:
    for each in _flat(info.annotation):
        if get_origin(each) is Literal:
            return [value for value in get_args(each) if isinstance(value, str)]
        if isinstance(each, type) and hasattr(each, "__members__"):
            return [str(value) for value in each]  # type: ignore[attr-defined]  # an enumeration of words
    return []


def _choice_text(name: str, value: str, texts: Texts) -> str:
    for code in (f"design.choice.{name}.{value}", f"field.{value}.label"):
        if texts.has(code):
            return texts.t(code)
    return value


def _named(what: str, element: Json, around: Surroundings) -> tuple[Item, ...]:
    if what == "form":
        return tuple(around.forms)
    option = what.removeprefix("field@").removeprefix("field>")
    said = str(element.get(option, ""))
    form = (
        around.form if option == what else said if "@" in what else around.beyond.get(f"{around.form}.{said}")
    )
    return tuple(around.fields.get(str(form), ()))


def _shown(value: Any, kind: str, texts: Texts) -> str:
    if value is None:
        return ""
    if kind == "switch":
        return "yes" if value else ""
    if kind == "lines":
        return "\n".join(texts.label(each.get("label")) for each in value if isinstance(each, dict))
    return texts.label(value) if isinstance(value, str | dict) else str(value)


def read_panel(model: type[Options], element: Json, posted: Mapping[str, str], locale: str) -> Json:
    """Return what a posted panel says anew, as the ``set`` of an update."""
    found: Json = {}
    for name, text in posted.items():
        info = model.model_fields.get(name)
        kind = None if info is None or name in _ELSEWHERE else _kind(name, info)
        if info is None or kind is None:
            continue
        key = info.alias or name
        value = _read(name, kind, text.replace("\r\n", "\n"), element.get(key), locale)
        if value != element.get(key):
            default = None if info.is_required() else info.default
            found[key] = None if value == default and key in element else value
    return {key: value for key, value in found.items() if value is not None or key in element}


def _read(name: str, kind: str, text: str, said: Any, locale: str) -> Any:
    if kind == "switch":
        return text == "yes"
    if kind == "lines":
        return _choices(text, said or [], locale)
    text = text.strip()
    if not text:
        return None
    if kind == "number" and text.lstrip("-").isascii() and text.lstrip("-").isdecimal():
        return int(text)
    if name in {"label", "help", "placeholder", "description"} and isinstance(said, dict):
        return {**said, locale: text}
    return text


def _choices(text: str, said: Sequence[Json], locale: str) -> list[Json]:
    """Return options from lines: one that is there keeps its key and colour, a new one gets a key."""
    labels = Texts(locale)
    known = {labels.label(each.get("label")): each for each in said}
    lines = list(dict.fromkeys(line.strip() for line in text.split("\n") if line.strip()))
    gone = [each for label, each in known.items() if label not in lines]
    found: list[Json] = []
    for place, line in enumerate(lines):
        if line in known:
            found.append(known[line])
        elif place < len(said) and said[place] in gone and len(lines) == len(said):
            found.append({**said[place], "label": line})  # a line that was edited in its place
        else:
            taken = {str(each["key"]) for each in (*said, *found)}
            found.append({"key": propose_key(line, taken, 40, "option"), "label": line})
    return found
