"""Kanban: a column for each option or person, records as cards that are put from one into another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from engines.expression import ValueType
from engines.expression.pinyin import by_sound
from engines.form.columns import Choice
from engines.query import Dimension, Measure, Page
from engines.store.people import names
from engines.store.reading.standing import standing
from engines.view.browser import Browser
from engines.view.fitting import Fitting
from engines.view.kind import ViewType
from schemas.elements import FieldKey, Key, Ref, View
from schemas.errors import Invalid, Issue
from schemas.kinds import kind, unknown_issue

_FIRST = 25  # cards that a column begins with
_MOST = 200  # cards that stay when a column is shown anew
_MOST_LANES = 40
_MOST_GROUPS = 5_001  # as many options as a field may have, and blank
_BLANK = "-"  # no key of an option and no number of a person
_PEOPLE = frozenset({"member"})


class KanbanOptions(View):
    """The field whose values are the columns; of ``sum`` each column tells the total."""

    by: Annotated[FieldKey, Ref("field")]
    sum: Annotated[FieldKey, Ref("field")] | None = None
    picture: Annotated[FieldKey, Ref("field")] | None = None
    hide: tuple[Annotated[Key, Ref("option@by")], ...] = ()

    @property
    def apart(self) -> tuple[str, ...]:
        """Return the field of the columns: each is read by itself."""
        return (self.by,)


@dataclass(frozen=True, slots=True)
class Lane:
    """One column. ``key`` stands in addresses; ``value`` is that of the field, None for blank."""

    key: str
    value: Any
    count: int
    total: Decimal | int | None
    page: Page


@dataclass(frozen=True, slots=True)
class Lanes:
    """The columns in the order of the options, of people by name. ``alone``: the one that was asked for."""

    lanes: tuple[Lane, ...]
    summed: str = ""
    alone: str = ""
    left_out: int = 0

    @property
    def pages(self) -> Sequence[Page]:
        """Return the cards of every column."""
        return [each.page for each in self.lanes]


@kind
class Kanban(ViewType[KanbanOptions]):
    """Cards in columns."""

    name, icon, paged = "kanban", "layout-kanban", False
    Options = KanbanOptions
    examples = (
        {"by": "stage", "sum": "amount", "columns": ["title", "owner"]},
        {"by": "owner"},
    )

    def verify(self, options: KanbanOptions, fitting: Fitting) -> Iterator[Issue]:
        """Check that the columns are options or people, and that what is added up is a number."""
        found = fitting.found(options.by)
        if found is not None and not (
            fitting.stored(options.by)
            and (found.kind.value_type is ValueType.option or found.kind.name in _PEOPLE)
        ):
            yield Issue("by", "definition.no_columns_of", {"name": options.by})
        known = [each.key for each in getattr(found.options, "options", ())] if found is not None else []
        for index, each in enumerate(options.hide):
            if each not in known:
                yield unknown_issue(f"hide.{index}", "definition.unknown_option", each, known)
        if options.sum and fitting.type_of(options.sum) not in {ValueType.number, None}:
            yield Issue("sum", "definition.not_measurable", {"name": options.sum, "function": "sum"})
        picture = fitting.found(options.picture) if options.picture else None
        if picture is not None and picture.kind.name != "image":
            yield Issue("picture", "definition.no_picture", {"name": options.picture or ""})

    def needs(self, options: KanbanOptions) -> Sequence[str]:
        """Return the field of the columns."""
        return (options.by,)

    def shows(self, options: KanbanOptions) -> Sequence[str]:
        """Return the field of the columns and the picture."""
        return (options.by, *filter(None, [options.picture]))

    def moves(self, options: KanbanOptions) -> Sequence[str]:
        """Return the field of the columns."""
        return (options.by,)

    def read(self, options: KanbanOptions, browser: Browser) -> Lanes:
        """Return count, sum and the first cards of each column; one statement for all figures."""
        rows = self._figures(options, browser)
        values = self._values(options, browser, rows)
        alone = browser.saying("lane")
        kept = [each for each in values if not alone or _key(each) == alone] or values
        alone = alone if len(kept) < len(values) or len(values) == 1 else ""
        figures = {row[options.by]: row for row in rows}
        if len(kept) > _MOST_LANES:  # then those that hold something
            kept = [each for each in kept if each in figures] or kept
        lanes = tuple(
            self._lane(options, browser, each, figures.get(each, {})) for each in kept[:_MOST_LANES]
        )
        return Lanes(lanes, self._summed(options, browser), alone, max(0, len(kept) - _MOST_LANES))

    def put(self, options: KanbanOptions, browser: Browser, record_id: int, to: str) -> dict[str, Any]:
        """Return the value of the column."""
        field = browser.form.fields[options.by]
        known = [each.key for each in getattr(field.options, "options", ())]
        if to != _BLANK and known and to not in known:
            raise Invalid([Issue(options.by, "view.no_such_place", {"name": to[:40]})], "record.invalid")
        browser.one(record_id, ())
        return {options.by: None if to == _BLANK else to}

    def _summed(self, options: KanbanOptions, browser: Browser) -> str:
        """Return the field that is added up, blank for whom it does not exist."""
        return options.sum if options.sum and browser.rights.usable(options.sum) else ""

    def _figures(self, options: KanbanOptions, browser: Browser) -> list[dict[str, Any]]:
        summed = self._summed(options, browser)
        measures = [Measure("count"), *([Measure("sum", summed, name="total")] if summed else [])]
        return browser.figures(Dimension(options.by), measures, _MOST_GROUPS)

    def _values(self, options: KanbanOptions, browser: Browser, rows: Sequence[dict[str, Any]]) -> list[Any]:
        """Return the value of each column: blank only where there are such records."""
        found = [row[options.by] for row in rows]
        blank = [None] if None in found else []
        column = browser.form.fields[options.by].column.type
        if isinstance(column, Choice):
            return [*blank, *(each for each in column.uids.by_key if each not in options.hide)]
        people = names(browser.conn, [each for each in found if each is not None])
        return [*blank, *sorted(people, key=lambda each: (by_sound(people[each]), each))]

    def _lane(self, options: KanbanOptions, browser: Browser, value: Any, row: dict[str, Any]) -> Lane:
        key, count = _key(value), int(row.get("count") or 0)
        page = Page([])
        if count:
            here = standing(browser.form, Dimension(options.by), value)
            asked = browser.saying("after") if browser.saying("lane") == key else ""
            try:
                page = browser.page([here], self.shows(options), _limit(browser, key), asked)
            except Invalid:  # a cursor of another list
                page = browser.page([here], self.shows(options), _limit(browser, key))
        total = row.get("total", 0) if self._summed(options, browser) else None
        return Lane(key, value, count, total, page)


def _key(value: Any) -> str:
    return _BLANK if value is None else str(value)


def _limit(browser: Browser, key: str) -> int:
    """Return how many cards to show: as many as were shown before, so that none seems to be gone."""
    for part in browser.saying("shown").split(","):
        name, _, number = part.rpartition(":")
        if name == key and number.isascii() and number.isdecimal() and len(number) < 5:
            return min(max(int(number), _FIRST), _MOST)
    return _FIRST
