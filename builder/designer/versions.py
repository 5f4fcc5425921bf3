"""A published version looked at again: what has changed since, in words, and the way back to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import sqlalchemy as sa

from builder.designer.desk import Desk
from builder.designer.elements.pages import crumbs
from builder.designer.elements.shapes import shape_at, stepped
from builder.designer.panel import Words
from builder.designer.starting import drafted
from builder.drafting.places import Pointer, locate
from engines.store.platform import version
from frontend.design import ChangeLine, VersionPage
from frontend.texts import Texts
from runtime.screens.shell import page
from runtime.web.call import Answer, Call
from schemas.difference import Difference, differences
from schemas.dumper import plain
from schemas.elements import App
from schemas.errors import NotFound

Json = dict[str, Any]
_LONGEST = 160


def show_version(call: Call) -> Answer:
    """Answer what stands differently now from how it was in a version."""
    desk = Desk(call)
    number, data = _asked(call)
    old, new = _read(call, data), call.app.definition
    words = _Told(desk, plain(old), plain(new))
    lines = tuple(words.line(each) for each in differences(old, new))
    model = VersionPage(
        desk.texts.t("design.versions_one", number=number), desk.bar(), f"{desk.base}/versions/{number}",
        lines, current=number == call.app.version,
    )  # fmt: skip
    return page(call, "builder/version.html", model, crumbs(desk, ""), nav=desk.nav())


def restore_version(call: Call) -> Answer:
    """Bring the draft up to a version: one command, which the plan explains and undo takes back."""
    _, data = _asked(call)
    return drafted(call, call.app, orjson.dumps(plain(_read(call, data))), "design.restored")


def _asked(call: Call) -> tuple[int, bytes]:
    """Return the version that the address names and its bytes. Raises NotFound."""
    text = call.params["number"]
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise NotFound
    data = call.conn.scalar(
        sa.select(version.c.definition).where(version.c.app == call.app.key, version.c.number == int(text))
    )
    if data is None:
        raise NotFound
    return int(text), bytes(data)


def _read(call: Call, data: bytes) -> App:
    grammar = call.installation.grammar
    return grammar.app.model_validate(orjson.loads(data), by_alias=True, by_name=False)


class _Told:
    """Tells differences between two definitions by what people call things."""

    def __init__(self, desk: Desk, old: Json, new: Json) -> None:
        self._grammar, self._texts = desk.call.installation.grammar, desk.texts
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
    if value is None:
        return "–"
    if isinstance(value, bool):
        return texts.t("ui.common.yes" if value else "ui.common.no")
    if isinstance(value, dict) and set(value) <= {"zh-CN", "en"}:
        return texts.label(value)
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return texts.t("ui.common.separator").join(value)
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
