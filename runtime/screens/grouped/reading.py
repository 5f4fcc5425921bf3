"""What a list in groups reads: the groups of each level in one query, the records of those that are open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engines.expression import Node, conjoin
from engines.form import FieldModel
from engines.query import Page, Query, Total
from engines.report.asking import Asker
from engines.report.outline import Branch, Outline, Path
from engines.store import reading
from runtime.screens.grouped.said import CLOSED, read_path
from runtime.screens.listing import Listing

MOST = 200  # groups of the outermost level
INNER = 500  # groups inside others, together
FEW = 100  # records of a list whose groups begin open
OPENED = 20  # groups whose records are read
ROWS = 20  # records of an open group, at first and at each step further


@dataclass(slots=True)
class Leaf:
    """Records of an open group, and where the next ones begin."""

    records: Sequence[Mapping[str, Any]]
    next: str | None = None


@dataclass(slots=True)
class Grouped:
    """``branches`` by the path of the group around them; ``open`` and ``leaves`` by path."""

    outline: Outline
    whole: Branch
    branches: dict[Path, list[Branch]]
    open: set[Path]
    leaves: dict[Path, Leaf]
    labels: dict[str, Mapping[int, str]] = field(default_factory=dict)
    further: bool = False

    @property
    def records(self) -> Iterator[Mapping[str, Any]]:
        """Yield every record that was read."""
        for each in self.leaves.values():
            yield from each.records


def outline_of(listing: Listing) -> Outline:
    """Return the groups and figures that a list is asked for."""
    call = listing.call
    asker = Asker(call.installation.store, call.conn, call.app, call.access)
    return Outline(asker, listing.form, listing.query(()), listing.levels, listing.totals)


def read_groups(listing: Listing, fields: Sequence[FieldModel]) -> Grouped:
    """Read a list in groups."""
    outline = outline_of(listing)
    top = outline.level(0, None, MOST + 1)
    further, top = len(top) > MOST, top[:MOST]
    whole = (None if further else outline.added_up(top)) or outline.whole()
    found = Grouped(outline, whole, {(): top}, set(), {}, further=further)
    if not listing.state.open and whole.count <= FEW:
        _read_all(listing, fields, found)
    else:
        _read_open(listing, fields, found)
    return found


def _read_all(listing: Listing, fields: Sequence[FieldModel], found: Grouped) -> None:
    """Read the few records of a list at once; every group is open."""
    outline = found.outline
    some = found.branches[()]
    for number in range(1, len(outline.levels)):
        found.open |= {each.path for each in some}
        some = outline.level(number, None, INNER)
        _place(found, some)
    found.open |= {each.path for each in some}
    grouped = (listing.form.fields[each.field] for each in outline.levels)
    page = read_rows(listing, [*fields, *grouped], None, FEW)
    found.labels.update(page.labels)
    for each in some:
        found.leaves[each.path] = Leaf([])
    for record in page.records:
        leaf = found.leaves.get(outline.path_of(record))
        if leaf is not None:
            leaf.records = [*leaf.records, record]


def _read_open(listing: Listing, fields: Sequence[FieldModel], found: Grouped) -> None:
    """Read what stands in the groups that the address says are open."""
    outline = found.outline
    asked = {
        path for text in listing.state.open
        if text != CLOSED and (path := read_path(listing.form, outline.levels, text)) is not None
    }  # fmt: skip
    some: Sequence[Branch] = found.branches[()]
    for number in range(1, len(outline.levels)):
        some = [each for each in some if each.path in asked]
        found.open |= {each.path for each in some}
        some = outline.level(number, some, INNER) if some else []
        _place(found, some)
    for each in [each for each in some if each.path in asked][:OPENED]:
        found.open.add(each.path)
        page = read_rows(listing, fields, each.where, ROWS)
        found.leaves[each.path] = Leaf(page.records, page.next)
        _merge(found.labels, page.labels)


def _place(found: Grouped, branches: Iterable[Branch]) -> None:
    for each in branches:
        found.branches.setdefault(each.path[:-1], []).append(each)


def _merge(labels: dict[str, Mapping[int, str]], more: Mapping[str, Mapping[int, str]]) -> None:
    for key, names in more.items():
        labels[key] = {**labels.get(key, {}), **names}


def read_rows(
    listing: Listing, fields: Sequence[FieldModel], inside: Node | None, limit: int, after: str | None = None
) -> Page:
    """Read some records of a group, None for those of the whole list."""
    title = listing.form.title
    wanted = [*fields, *([title] if title is not None and listing.rights.readable(title.key) else [])]
    query: Query = replace(listing.query(wanted), limit=limit, after=after, before=None, total=Total.none)
    if inside is not None:
        query = replace(query, where=inside if query.where is None else conjoin(query.where, inside))
    call = listing.call
    return reading.read(call.installation.store, call.conn, call.app, call.access, query)
