"""What surrounds an element: what it may name, and of which form it speaks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from builder.designer.elements.shapes import stepped
from builder.designer.panel import Surroundings
from builder.designer.reading import Json
from builder.drafting.places import Pointer
from frontend.texts import Texts
from frontend.views import Item


def surroundings(document: Json, pointer: Pointer, texts: Texts) -> Surroundings:
    """Return what may be named at a pointer of a definition."""
    forms = [each for each in document.get("forms", ()) if isinstance(each, dict)]
    fields: dict[str, list[Item]] = {}
    beyond: dict[str, str] = {}
    options: dict[str, list[Item]] = {}
    for each in forms:
        _collect(str(each.get("key")), each.get("fields", ()), texts, fields, beyond, options)
    others = {name: _items(document.get(f"{name}s", ()), texts) for name in ("role", "flow", "dashboard")}
    top = stepped(stepped(document, pointer[0]), pointer[1]) if pointer[1:] else None
    if pointer[:1] == ("flows",) and isinstance(top, dict):
        others["node"] = _items(top.get("nodes", ()), texts)
    if pointer[:1] == ("forms",) and isinstance(top, dict):
        others["tab"] = _items(top.get("layout", {}).get("tabs", ()), texts)
    form, within = form_at(document, pointer), rows_at(document, pointer)
    return Surroundings(_items(forms, texts), fields, form, beyond, options, others, within)


def _items(elements: Sequence[Json], texts: Texts) -> list[Item]:
    return [Item(str(each.get("key")), called(each, texts)) for each in elements]


def called(element: Json, texts: Texts) -> str:
    """Return what an element is called: by its label, its kind, at last its key."""
    if element.get("label"):
        return texts.label(element["label"])
    kind = f"node.{element.get('type')}.label"
    return texts.t(kind) if texts.has(kind) else str(element.get("key", ""))


def form_at(document: Any, pointer: Pointer) -> str:
    """Return the path of the form whose fields an element speaks of; blank where there is none."""
    found, path, here = "", [], document
    for index, step in enumerate(pointer):
        here = stepped(here, step)
        if not isinstance(here, dict):
            continue
        if index and pointer[index - 1] in {"forms", "fields"} and "key" in here:
            path.append(str(here["key"]))
            found = ".".join(path) if "fields" in here or index == 1 else found
        trigger = here.get("on")
        said = here.get("form") or (trigger.get("form") if isinstance(trigger, dict) else None)
        found = said if isinstance(said, str) and pointer[0] != "forms" else found
    return found


def rows_at(document: Any, pointer: Pointer) -> str:
    """Return the path of the subform whose rows the part at a pointer makes; blank where it makes none."""
    if len(pointer) < 2 or pointer[-2] != "rows" or not isinstance(pointer[-1], str):
        return ""
    holder = document
    for step in pointer[:-2]:
        holder = stepped(holder, step)
    return f"{holder.get('form')}.{pointer[-1]}" if isinstance(holder, dict) else ""


def _collect(
    path: str, said: Sequence[Json], texts: Texts, fields: dict[str, list[Item]], beyond: dict[str, str],
    options: dict[str, list[Item]],
) -> None:  # fmt: skip
    """Note the fields of a form or of the rows of a subform, where they lead and what may be chosen there."""
    fields[path] = [Item(str(each["key"]), texts.label(each.get("label"))) for each in said]
    for each in said:
        here = f"{path}.{each['key']}"
        if "fields" in each:
            beyond[here] = here
            _collect(here, each["fields"], texts, fields, beyond, options)
        elif "form" in each:
            beyond[here] = str(each["form"])
        if isinstance(each.get("options"), list):
            options[here] = _items(each["options"], texts)
