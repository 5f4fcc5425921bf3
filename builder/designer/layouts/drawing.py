"""The layout of a form as its canvas shows it: frames of tabs, sections in them, fields in those."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from builder.designer.desk import Desk
from builder.designer.layouts.arrangement import Arrangement, Group, Json
from frontend.design_form import CanvasField, CanvasGroup, CanvasTab

Way = tuple[str, str]


@dataclass(frozen=True)
class LayoutDrawing:
    """``chosen``: the place that is looked at; ``errors``: the first problem of each element, by place."""

    desk: Desk
    place: str
    form: Json
    chosen: str
    errors: Mapping[str, str]

    def frames(self, fields: Sequence[CanvasField]) -> Iterator[CanvasTab]:
        """Yield what stands above the tabs, each tab, and what no section names."""
        found, texts = Arrangement.of(self.form), self.desk.texts
        known = {each.key: each for each in fields}
        ways = self._ways(found)
        drawn = [(each, self._group(each, known, ways)) for each in found.groups]
        above = tuple(group for each, group in drawn if each.key and not each.tab)
        rest = tuple(group for each, group in drawn if not each.key)
        if above or not found.tabs:
            yield CanvasTab("", "", (*above, *(() if found.tabs else rest)))
        labels = {str(each.get("key")): texts.label(each.get("label")) for each in self._said("tabs")}
        for index, key in enumerate(found.tabs):
            groups = tuple(group for each, group in drawn if each.tab == key)
            right = found.tabs[index + 2] if index + 2 < len(found.tabs) else ""
            yield CanvasTab(
                key, labels[key], groups, f"{self.place}/layout/tabs/{key}",
                found.tabs[index - 1] if index else None, right if index + 1 < len(found.tabs) else None,
            )  # fmt: skip
        if found.tabs and rest:
            yield CanvasTab("", "", rest)

    def section(self) -> str:
        """Return the section that a new field goes into: the chosen one, or that of the chosen field."""
        kind, _, key = self.chosen.removeprefix(f"{self.place}/").rpartition("/")
        if kind == "layout/sections":
            return key
        return Arrangement.of(self.form).group(key).key if kind == "fields" else ""

    def _said(self, name: str) -> Sequence[Json]:
        found: Sequence[Json] = self.form.get("layout", {}).get(name, ())
        return found

    def _group(
        self,
        group: Group,
        known: Mapping[str, CanvasField],
        ways: Mapping[str, tuple[Way | None, Way | None]],
    ) -> CanvasGroup:
        texts = self.desk.texts
        fields = tuple(known[key] for key in group.fields)
        if not group.key:
            title = texts.t("design.layout.rest") if self._said("sections") else ""
            return CanvasGroup("", title, fields)
        said = next(each for each in self._said("sections") if each.get("key") == group.key)
        place = f"{self.place}/layout/sections/{group.key}"
        facts = [texts.t(f"design.layout.{name}") for name in ("collapsed", "visible_if") if said.get(name)]
        up, down = ways[group.key]
        return CanvasGroup(
            group.key, texts.label(said.get("label")), fields, place, self.desk.url_of(place), group.tab,
            place == self.chosen, up, down, tuple(facts), self.errors.get(place, ""),
        )  # fmt: skip

    @staticmethod
    def _ways(found: Arrangement) -> dict[str, tuple[Way | None, Way | None]]:
        """Return where each section goes one step up and one down, from tab to tab."""
        ways: dict[str, tuple[Way | None, Way | None]] = {}
        for tab in ("", *found.tabs):
            keys = [each.key for each in found.sections if each.tab == tab]
            for index, key in enumerate(keys):
                up = (tab, keys[index - 1]) if index else _beside(found, tab, -1)
                further = keys[index + 2] if index + 2 < len(keys) else ""
                down = (tab, further) if index + 1 < len(keys) else _beside(found, tab, 1)
                ways[key] = up, down
        return ways


def _beside(found: Arrangement, tab: str, step: int) -> Way | None:
    """Return the tab before or after one, and before which of its sections one would come there."""
    tabs = ("", *found.tabs)
    at = tabs.index(tab) + step
    if not found.tabs or not 0 <= at < len(tabs):
        return None
    keys = [each.key for each in found.sections if each.tab == tabs[at]]
    return tabs[at], keys[0] if step > 0 and keys else ""
