"""A posted property panel read back into what an update says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from builder.designer.elements.shapes import is_element, named, shape_of
from builder.designer.keys import propose_key
from frontend.texts import Texts
from schemas.elements import Choice, Translated, Yields
from schemas.kinds import Options
from schemas.marks import mark_of

Json = dict[str, Any]
Posted = Sequence[tuple[str, str]]
_LONG = 4000


class Kind(StrEnum):
    """How a property is edited."""

    line = "line"
    paragraph = "paragraph"
    number = "number"
    switch = "switch"
    choice = "choice"
    lines = "lines"  # the options of a select, a label a line
    formula = "formula"
    picks = "picks"  # a list of names or words in their order
    map = "map"  # something for each of some fields


def kind_of(name: str, info: FieldInfo) -> Kind | None:
    """Return how a property is edited; None for parts, which have pages of their own."""
    flat = [each for each in _flat(info.annotation) if each is not type(None)]
    mark, shape = mark_of(Yields, info), shape_of(info.annotation)
    if shape.models or (shape.item and shape.item.models):
        return Kind.lines if shape.item and Choice in shape.item.models.values() else None
    if shape.values is not None:
        return None if shape.values.models else Kind.map
    if shape.item is not None:
        return Kind.picks
    if mark is not None:
        return None if mark.wrapped else Kind.formula
    return _of_value(name, info, flat)


def _of_value(name: str, info: FieldInfo, flat: Sequence[Any]) -> Kind | None:
    if Translated in flat:
        longest = max((n for n in _limits(info.annotation)), default=0)
        return Kind.paragraph if longest >= _LONG else Kind.line
    if bool in flat:
        return Kind.switch
    if literals(info):
        return Kind.choice
    if int in flat or "Decimal" in {getattr(each, "__name__", "") for each in flat}:
        return Kind.number
    return Kind.line if set(flat) == {str} and name != "key" else None


def _limits(annotation: Any) -> Iterator[int]:
    """Yield the longest texts that an annotation allows anywhere."""
    for each in get_args(annotation):
        for mark in getattr(each, "metadata", ()):
            if getattr(mark, "max_length", None):
                yield mark.max_length
        if getattr(each, "max_length", None):
            yield each.max_length
        yield from _limits(each)


def _flat(annotation: Any) -> Iterator[Any]:
    parts = get_args(annotation)
    if not parts or get_origin(annotation) is Literal:
        yield annotation
        return
    for each in parts:
        if isinstance(each, type) or get_args(each):
            yield from _flat(each)


def literals(info: FieldInfo) -> list[str]:
    """Return the words among which a property, or each entry of a list or map, is chosen."""
    for each in _flat(info.annotation):
        if get_origin(each) is Literal:
            return [value for value in get_args(each) if isinstance(value, str)]
        if isinstance(each, type) and hasattr(each, "__members__") and not is_element(each):
            return [str(value) for value in each]  # type: ignore[attr-defined]  # an enumeration of words
    return []


def read_panel(model: type[Options], element: Json, posted: Posted, locale: str) -> Json:
    """Return what a posted panel says anew, as the ``set`` of an update."""
    found: Json = {}
    for key, info in named(model).items():
        kind = kind_of(key, info)
        if kind is None or not any(name == f"set.{key}" for name, _ in posted):
            continue
        value = _read(kind, key, info, posted, element.get(key), locale)
        if value == element.get(key):
            continue
        # What goes without saying is not said.
        found[key] = None if not info.is_required() and value == _plainly(info.default) else value
    return {key: value for key, value in found.items() if value is not None or key in element}


def _plainly(default: Any) -> Any:
    """Return a default as a file would say it."""
    return list(default) or None if isinstance(default, tuple) else default


def _read(kind: Kind, key: str, info: FieldInfo, posted: Posted, said: Any, locale: str) -> Any:
    if kind in {Kind.picks, Kind.map}:
        return (_picked if kind is Kind.picks else _mapped)(key, info, posted, said or {})
    text = next(value for name, value in reversed(posted) if name == f"set.{key}").replace("\r\n", "\n")
    if kind is Kind.lines:
        return _choices(text, said or [], locale)
    text = text.strip()
    return (
        text == "yes" if kind is Kind.switch else _of_text(kind, text, said, locale, info) if text else None
    )


def _of_text(kind: Kind, text: str, said: Any, locale: str, info: FieldInfo) -> Any:
    # A file says whole numbers as such, exact ones with places as text.
    if (
        kind is Kind.number
        and int in _flat(info.annotation)
        and text.lstrip("-").isascii()
        and text.lstrip("-").isdecimal()
    ):
        return int(text)
    if isinstance(said, dict) and kind in {Kind.line, Kind.paragraph}:
        return {**said, locale: text}
    return text


def _picked(key: str, info: FieldInfo, posted: Posted, said: Sequence[Any] | Json) -> list[Any] | None:
    """Return a list in its new order: what was there, less or more by the button that was pressed."""
    known = {str(each): each for each in said}
    found = [value for name, value in posted if name == f"set.{key}" and value]
    option, _, act = next((value for name, value in posted if name == "pick"), "").partition("/")
    if option == key:
        act, _, at = act.partition("/")
        if act == "add":
            chosen = [at] if at else [value for name, value in posted if name == f"add.{key}"]
            found += [value for value in chosen if value not in {"", *found}]
        elif at in found:
            place = found.index(at)
            found.remove(at)
            if act != "drop":
                found.insert(max(0, place - 1) if act == "up" else place + 1, at)
    values = [known.get(each, each) for each in found]
    return values if values or info.is_required() else None


def _mapped(key: str, info: FieldInfo, posted: Posted, said: Mapping[str, Any]) -> Json | None:
    """Return a map as its rows say; a value is kept as it was where its text is."""
    dropped = next((value for name, value in posted if name == "pick"), "").removeprefix(f"{key}/drop/")
    mark = mark_of(Yields, info)
    wrapped = mark is not None and mark.wrapped
    found: Json = {}
    for name, text in posted:
        _, _, inner = name.removeprefix("map.").partition(".")
        if not name.startswith(f"map.{key}.") or inner == dropped or name.count(".") < 2:
            continue
        mode = next((value for other, value in posted if other == f"mode.{key}.{inner}"), "value")
        before = said.get(inner)
        if inner in said and map_text(before) == (text, mode == "formula"):
            found[inner] = before
        else:
            found[inner] = {"formula": text} if wrapped and mode == "formula" else _plain(text, before)
    added = next((value for name, value in posted if name == f"add.{key}" and value), "")
    if added and added not in found:
        words = literals(info)
        found[added] = words[0] if words else "0" if mark is not None and not wrapped else ""
    return found or None


def _plain(text: str, before: Any) -> Any:
    return text == "true" if isinstance(before, bool) or text in {"true", "false"} else text


def map_text(value: Any) -> tuple[str, bool]:
    """Return a map's value as text, and whether it is a formula."""
    if isinstance(value, dict) and set(value) == {"formula"}:
        return str(value["formula"]), True
    if isinstance(value, bool):
        return ("true" if value else "false"), False
    return ("" if value is None else str(value)), False


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
