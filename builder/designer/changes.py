"""Differences between definitions, told by what people call things."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from builder.designer.elements.shapes import shape_at, stepped
from builder.designer.panel import Words
from builder.drafting.places import Pointer, locate
from builder.packages.merging import Item
from frontend.design import ChangeLine
from frontend.texts import Texts
from schemas.difference import Difference
from schemas.errors import NotFound
from schemas.grammar import Grammar

Json = dict[str, Any]
_LONGEST = 160


class Told:
    """Tells differences between two definitions by what people call things."""

    def __init__(self, grammar: Grammar, texts: Texts, old: Json, new: Json) -> None:
        self._grammar, self._texts = grammar, texts
        self._old, self._new = old, new

    def line(self, each: Difference) -> ChangeLine:
        """Return one difference: where, what, and both values; an element that came or went as a whole."""
        document = self._new if each.new is not None else self._old
        pointer, named = self._named(document, each.path)
        whole = isinstance(each.old, dict) or isinstance(each.new, dict)
        state = "added" if each.old is None else "removed" if each.new is None else "changed"
        if whole and state != "changed":
            return ChangeLine(self._texts.t(f"design.change_{state}"), named, state=state)
        return ChangeLine(
            self._property(document, pointer), named, self._shown(each.old), self._shown(each.new), state
        )

    def item(self, each: Item) -> tuple[str, str]:
        """Return where something is that a package changed, and what of it; blank for a whole element."""
        path = each.path.removesuffix("/*")
        # What is there is called as it is here; what is not, as the package calls it.
        document = max(self._old, self._new, key=lambda one: len(self._named(one, path)[0]))
        pointer, named = self._named(document, path)
        if each.state in {"moved", "renamed"}:
            return named, self._texts.t(f"upgrade.{each.state}")
        whole = any(isinstance(one, dict) and "key" in one for one in (each.base, each.theirs, each.yours))
        return named, "" if whole else self._property(document, pointer)

    def _named(self, document: Json, path: str) -> tuple[Pointer, str]:
        """Return a path as a pointer, as far as it leads, and the elements on it as people call them."""
        pointer, here, names = [], document, []
        for part in path.split("/"):
            try:
                (step,) = locate(here, part)
            except NotFound:
                break
            here = stepped(here, step)
            pointer.append(step)
            if isinstance(step, int) and isinstance(here, dict):
                names.append(self._called(here, step))
        return tuple(pointer), " · ".join(names)

    def _called(self, element: Mapping[str, Any], step: int) -> str:
        for name in ("label", "title", "message"):
            if isinstance(element.get(name), dict) or (name == "label" and element.get(name)):
                return self._texts.label(element[name])
        return str(element.get("key") or step + 1)

    def _property(self, document: Json, pointer: Pointer) -> str:
        """Return what the deepest property on a pointer is called that its element's page shows."""
        for end in range(len(pointer), 0, -1):
            name, holder = pointer[end - 1], document
            for step in pointer[: end - 1]:
                holder = stepped(holder, step)
            shape = shape_at(self._grammar.app, document, pointer[: end - 1])
            model = shape.model(holder)
            if model is not None and isinstance(name, str):
                return Words(self._texts, model).label(name)
        return ""

    def _shown(self, value: Any) -> str:
        return shown(value, self._texts)


def shown(value: Any, texts: Texts) -> str:
    """Return a value of a definition for reading; lists of names as they are, the rest as JSON."""
    match value:
        case None:
            return "–"
        case bool():
            return texts.t("ui.common.yes" if value else "ui.common.no")
        case list():
            return _listed(value, texts)
        case dict() if set(value) <= {"zh-CN", "en"}:
            return texts.label(value)
        case dict() if "key" in value:
            return texts.label(value.get("label")) or str(value["key"])
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _listed(value: list[Any], texts: Texts) -> str:
    if all(isinstance(each, str) for each in value):
        return texts.t("ui.common.separator").join(value)
    if all(isinstance(each, dict) and "key" in each for each in value):
        return texts.t("ui.common.separator").join(shown(each, texts) for each in value)
    return texts.t("design.change_entries", count=len(value))
