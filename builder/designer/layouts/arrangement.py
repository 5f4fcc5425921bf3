"""Where the fields of a form under way stand: in sections, those in tabs, and what is placed nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that stand together. ``key``: of the section, blank for those that no section names."""

    key: str
    tab: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Groups from top to bottom: sections of no tab, those of each tab, then the rest."""

    groups: tuple[Group, ...]
    tabs: tuple[str, ...]

    @classmethod
    def of(cls, form: Json) -> Arrangement:
        """Return how a form is laid out; names that lead nowhere are passed over."""
        layout = form.get("layout", {})
        there = [str(each.get("key")) for each in form.get("fields", ())]
        tabs = tuple(str(each.get("key")) for each in layout.get("tabs", ()))
        placed: set[str] = set()
        found = []
        for each in layout.get("sections", ()):
            fields = tuple(dict.fromkeys(key for key in each.get("fields", ()) if key in there))
            fields = tuple(key for key in fields if key not in placed)
            placed |= set(fields)
            tab = str(each.get("tab") or "")
            found.append(Group(str(each.get("key")), tab if tab in tabs else "", fields))
        found.sort(key=lambda group: tabs.index(group.tab) + 1 if group.tab else 0)
        rest = Group("", "", tuple(key for key in there if key not in placed))
        return cls((*found, rest) if rest.fields or not found else tuple(found), tabs)

    @property
    def sections(self) -> tuple[Group, ...]:
        """Return the groups that are sections."""
        return tuple(each for each in self.groups if each.key)

    def group(self, field: str) -> Group:
        """Return the group that a field stands in; a field that is not there would stand in the rest."""
        return next((each for each in self.groups if field in each.fields), Group("", "", ()))

    def ways(self, field: str) -> tuple[tuple[str, str] | None, tuple[str, str] | None]:
        """Return where a field goes one step up and one down: the section, and before which of its fields."""
        at = next((n for n, each in enumerate(self.groups) if field in each.fields), None)
        if at is None:
            return None, None
        own = self.groups[at]
        place = own.fields.index(field)
        up = down = None
        if place:
            up = own.key, own.fields[place - 1]
        elif at:
            up = self.groups[at - 1].key, ""
        if place + 1 < len(own.fields):
            down = own.key, own.fields[place + 2] if place + 2 < len(own.fields) else ""
        elif at + 1 < len(self.groups):
            following = self.groups[at + 1]
            down = following.key, following.fields[0] if following.fields else ""
        return up, down
