"""Gestures on the layout of a form: fields into sections, sections into tabs; each is undone in one step."""

from __future__ import annotations

from collections.abc import Iterator

from builder.designer.desk import Desk
from builder.designer.keys import propose_key
from builder.designer.layouts.arrangement import Arrangement, Json
from schemas.errors import NotFound

GESTURES = frozenset({"field_put", "section_add", "section_put", "tab_add", "tab_remove"})


def layout_gesture(desk: Desk, name: str) -> list[Json]:
    """Return the commands of a gesture. Raises NotFound."""
    parts = desk.call.field("place").split("/")
    form = "/".join(parts[:2])
    layout = Layout(desk, form, desk.element(form))
    key = parts[-1] if len(parts) > 2 else ""
    field = desk.call.field
    match name:
        case "field_put":
            return layout.put(key, field("section"), field("before"))
        case "section_put":
            return layout.put_section(key, field("tab"), field("before"))
        case "tab_remove":
            return layout.remove_tab(key)
    begun = [] if "layout" in layout.form else [{"do": "update", "at": form, "set": {"layout": {}}}]
    return [*begun, *(layout.add_tab() if name == "tab_add" else layout.add_section(field("tab")))]


def placed(desk: Desk, form: str, field: str) -> list[Json]:
    """Return what puts a field that is being added into the section it was added at."""
    section, before = desk.call.field("section"), desk.call.field("before")
    layout = Layout(desk, form, desk.element(form))
    return [] if not section else [layout.filled(section, field, before)]


def copied(desk: Desk, place: str, copy: str) -> list[Json]:
    """Return what puts the copy of a field behind it in its section."""
    parts = place.split("/")
    if len(parts) != 4 or parts[0] != "forms" or parts[2] != "fields":
        return []
    form = "/".join(parts[:2])
    return list(Layout(desk, form, desk.element(form)).copied(parts[3], copy))


def unplaced(desk: Desk, place: str) -> list[Json]:
    """Return what takes a field that is being removed out of its section."""
    parts = place.split("/")
    if len(parts) != 4 or parts[0] != "forms" or parts[2] != "fields":
        return []
    return list(Layout(desk, "/".join(parts[:2]), desk.element("/".join(parts[:2]))).emptied(parts[3]))


class Layout:
    """The layout of one form, at ``place``."""

    def __init__(self, desk: Desk, place: str, form: Json) -> None:
        self.desk, self.place, self.form = desk, place, form
        said = form.get("layout", {})
        self.sections: list[Json] = list(said.get("sections", ()))
        self.tabs: list[Json] = list(said.get("tabs", ()))
        self._taken = {str(each.get("key")) for each in (*self.sections, *self.tabs)}

    def put(self, field: str, section: str, before: str) -> list[Json]:
        """Put a field into a section, or among what no section names; before another field, or last."""
        at = f"{self.place}/fields/{field}"
        self.desk.element(at)
        if not section:
            return [*self.emptied(field), {"do": "move", "at": at, "before": before or None}]
        others = [each for each in self.emptied(field) if each["at"] != self._section(section)]
        return [*others, self.filled(section, field, before)]

    def filled(self, section: str, field: str, before: str) -> Json:
        """Return what lets a section name a field at a place."""
        there = [each for each in self._said(section).get("fields", ()) if each != field]
        there.insert(there.index(before) if before in there else len(there), field)
        return {"do": "update", "at": self._section(section), "set": {"fields": there}}

    def copied(self, field: str, copy: str) -> Iterator[Json]:
        """Yield what lets the section that names a field name another one right after it."""
        for each in self.sections:
            there = list(each.get("fields", ()))
            if field in there:
                there.insert(there.index(field) + 1, copy)
                yield {"do": "update", "at": self._section(str(each["key"])), "set": {"fields": there}}

    def emptied(self, field: str) -> Iterator[Json]:
        """Yield what lets no section name a field."""
        for each in self.sections:
            if field in each.get("fields", ()):
                left = [key for key in each["fields"] if key != field]
                yield {"do": "update", "at": self._section(str(each["key"])), "set": {"fields": left or None}}

    def add_section(self, tab: str) -> list[Json]:
        """Add a section; the first of a form takes what is there, so that the new one stands beneath it."""
        found: list[Json] = []
        if not self.sections:
            fields = list(Arrangement.of(self.form).groups[-1].fields)
            found.append(self._new("section", "first_section", {"fields": fields} | self._in(tab)))
        found.append(self._new("section", "new_section", self._in(tab), len(self.sections) + len(found) + 1))
        return self._added("sections", found)

    def put_section(self, key: str, tab: str, before: str) -> list[Json]:
        """Put a section into a tab, or above all of them; before another section, or last."""
        at = self._section(key)
        there = [str(each["key"]) for each in self.sections]
        move: Json = {"do": "move", "at": at, "before": before if before in there else None}
        said = {"do": "update", "at": at, "set": {"tab": tab or None}}
        return [said, move] if (self._said(key).get("tab") or "") != tab else [move]

    def add_tab(self) -> list[Json]:
        """Add a tab with a section to fill; the first takes what is there, and one more comes beside it."""
        found: list[Json] = []
        into: list[Json] = []
        number = len(self.sections) + (1 if self.sections or self.tabs else 2)
        if not self.tabs:
            first = self._new("tab", "new_tab", {}, 1)
            found.append(first)
            into = [self._into(each, str(first["key"])) for each in self.sections]
            if not self.sections:
                fields = list(Arrangement.of(self.form).groups[-1].fields)
                only = self._new("section", "first_section", {"fields": fields, "tab": first["key"]})
                into = self._added("sections", [only])
        tab = self._new("tab", "new_tab", {}, len(self.tabs) + len(found) + 1)
        found.append(tab)
        section = self._new("section", "new_section", {"tab": tab["key"]}, number)
        return [*self._added("tabs", found), *into, *self._added("sections", [section])]

    def remove_tab(self, key: str) -> list[Json]:
        """Take a tab away; its sections stand in the one before, or above where there is none."""
        keys = [str(each["key"]) for each in self.tabs]
        if key not in keys:
            raise NotFound("draft.nothing_there", name=f"{self.place}/layout/tabs/{key}")
        others = [each for each in keys if each != key]
        heir = others[max(0, keys.index(key) - 1)] if others else None
        into = [self._into(each, heir) for each in self.sections if each.get("tab") == key]
        return [*into, {"do": "remove", "at": f"{self.place}/layout/tabs/{key}"}]

    def _into(self, section: Json, tab: str | None) -> Json:
        return {"do": "update", "at": self._section(str(section["key"])), "set": {"tab": tab}}

    def _in(self, tab: str) -> Json:
        return {"tab": tab} if tab else {}

    def _section(self, key: str) -> str:
        return f"{self.place}/layout/sections/{key}"

    def _said(self, key: str) -> Json:
        found = next((each for each in self.sections if each.get("key") == key), None)
        if found is None:
            raise NotFound("draft.nothing_there", name=self._section(key))
        return found

    def _new(self, kind: str, code: str, more: Json, number: int = 1) -> Json:
        """Return a section or a tab with a key that none of them has."""
        made = {"key": propose_key(f"{kind}_{number}", self._taken, 40, kind)}
        self._taken.add(made["key"])
        return made | {"label": self.desk.texts.t(f"design.layout.{code}", number=number)} | more

    def _added(self, name: str, elements: list[Json]) -> list[Json]:
        """Return what adds elements to a list of the layout."""
        return [{"do": "add", "to": f"{self.place}/layout/{name}", "value": each} for each in elements]
