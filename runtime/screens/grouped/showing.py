"""A list in groups as people read it: heads with names, counts and figures, and the rows below them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from engines.expression import conjoin, parse, to_text
from engines.expression.pinyin import by_sound
from engines.query import Order
from engines.report.answer import Answer, Head, Line
from engines.report.outline import Branch, Path
from engines.report.shown import ShownLine
from frontend.groups import Figures, Further, GroupView
from frontend.records import Row
from runtime.screens.filters import Filter
from runtime.screens.grouped.reading import ROWS, Grouped
from runtime.screens.grouped.said import CLOSED, NONE, write_path
from runtime.screens.listing import Listing
from runtime.screens.values import Showing

_ADDRESS = 6_000  # characters that every browser and proxy carries
Rows = Callable[[Sequence[Mapping[str, Any]]], Sequence[Row]]


@dataclass(eq=False)
class GroupsShown:
    """The groups of one list. ``rows`` shows records as rows."""

    listing: Listing
    showing: Showing
    found: Grouped
    rows: Rows

    def heads(self) -> Iterator[GroupView]:
        """Yield every group in its place, with its rows where it is open."""
        yield from self._inside((), "g")

    def _inside(self, path: Path, name: str) -> Iterator[GroupView]:
        lines = self._lines[len(path)] if len(path) < len(self._lines) else {}
        branches = self.found.branches.get(path, [])
        level = self.found.outline.levels[min(len(path), len(self.found.outline.levels) - 1)]
        if level.order in {Order.first, Order.last} and self.listing.form.fields[level.field].target:
            # Ids stand in no order that people know: their names do.
            ordered = sorted(branches, key=lambda each: by_sound(lines[each.path].labels[0]))
            branches = ordered[::-1] if level.order is Order.last else ordered
        for number, each in enumerate(branches):
            own = f"{name}-{number}"
            yield self._head(each, lines[each.path], own)
            if each.path in self.found.open and len(each.path) < len(self.found.outline.levels):
                yield from self._inside(each.path, own)

    def _head(self, branch: Branch, line: ShownLine, name: str) -> GroupView:
        leaf, listing = self.found.leaves.get(branch.path), self.listing
        opened = branch.path in self.found.open
        more = None
        if leaf is not None and leaf.next:
            left = branch.count - len(leaf.records)
            more = further(listing, self.showing, branch, name, leaf.next, left)
        return GroupView(
            id=name,
            level=len(branch.path) - 1,
            of=self._name(branch),
            text=line.labels[0],
            count=line.texts[0],
            color=line.colors[0],
            blank=line.blank,
            open=opened,
            toggle_url=listing.state.url(listing.base, open=self._toggled(branch.path, opened=opened)),
            list_url=list_url(listing, branch),
            figures=self._figures(line),
            rows=tuple(self.rows(leaf.records)) if leaf is not None else (),
            more=more,
        )

    def _name(self, branch: Branch) -> str:
        field = self.listing.form.fields[self.found.outline.levels[len(branch.path) - 1].field]
        return self.showing.texts.label(field.options.label)

    def _toggled(self, path: Path, *, opened: bool) -> tuple[str, ...]:
        if opened:
            kept = {each for each in self.found.open if each[: len(path)] != path}
        else:
            kept = {*self.found.open, path}
        return tuple(sorted(map(write_path, kept))) or (CLOSED,)

    def totals(self) -> Figures:
        """Return the figures of the whole list."""
        return self._figures(self._shown(None, [self.found.whole])[0])

    def _figures(self, line: ShownLine) -> Figures:
        return figures_of(self.found.outline.totals, line.texts[1:], self.showing)

    @cached_property
    def _lines(self) -> list[dict[Path, ShownLine]]:
        """Return each group in words, by level and path; one question about names a level."""
        found = []
        for number in range(len(self.found.outline.levels)):
            some = [
                each for path, inside in self.found.branches.items() if len(path) == number for each in inside
            ]
            lines = self._shown(number, some)
            found.append({each.path: line for each, line in zip(some, lines, strict=True)})
        return found

    def _shown(self, number: int | None, some: Sequence[Branch]) -> Sequence[ShownLine]:
        return shown_lines(self.listing, self.found.outline.totals, number, some)


def shown_lines(
    listing: Listing, totals: Sequence[Any], number: int | None, some: Sequence[Branch]
) -> Sequence[ShownLine]:
    """Return groups of one level in words, None for the whole; the first figure is the count."""
    from runtime.dashboards.wording import Wording  # it is made of screens itself

    form = listing.form
    dimensions: tuple[Head, ...] = ()
    if number is not None:
        level = listing.levels[number]
        dimensions = (Head(level.field, None, (form.path, level.field), level.bucket),)
    measures = (
        Head("count", function="count"),
        *(Head(f"m{index}", None, (form.path, each.field), None, each.function)
          for index, each in enumerate(totals)),
    )  # fmt: skip
    lines = tuple(
        Line(each.path[-1:] if dimensions else (), (each.count, *each.figures), (None,) * len(measures))
        for each in some
    )
    return Wording(listing.call, form, Answer(dimensions, measures, lines)).shown().lines


def figures_of(totals: Sequence[Any], texts: Sequence[str], showing: Showing) -> Figures:
    """Return figures by the column they belong to, each with the word for what it is."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for each, text in zip(totals, texts, strict=True):
        said = (showing.texts.t(f"ui.total.{each.function}"), text)
        found[each.field] = (*found.get(each.field, ()), said)
    return found


def list_url(listing: Listing, branch: Branch) -> str:
    """Return the address of the list of one group's records."""
    if branch.where is None or listing.broken:
        return ""
    said = [parse(listing.state.filter.text)] if listing.state.filter.text else []
    kept = Filter(to_text(conjoin(*said, branch.where)))
    url = listing.state.url(listing.base, group=NONE, open=(), filter=kept)
    return url if len(url) <= _ADDRESS else ""


def further(listing: Listing, showing: Showing, branch: Branch, name: str, after: str, left: int) -> Further:
    """Return what leads to further records of a group."""
    text = showing.texts.t("ui.group.more", count=min(left, ROWS), left=showing.formats.number()(left))
    asked = (("in", write_path(branch.path)), ("after", after), ("name", name), ("left", str(left)))
    part = replace(listing.state, open=()).url(f"{listing.base}/group", *asked)
    return Further(f"{name}-more", text, list_url(listing, branch), part)
