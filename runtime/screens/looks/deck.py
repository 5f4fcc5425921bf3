"""The records of a view as cards, and what else the template of a kind of view may ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from engines.form import FieldModel
from engines.query import Page
from frontend.decks import Card, Line
from frontend.records import Mark
from frontend.views import Item
from runtime.flows import fixed
from runtime.screens.listing import Listing
from runtime.screens.marking import Marks
from runtime.screens.values import Showing, ids_in, names_for, record_title
from schemas.elements import Action

_LINES = 4  # of a card whose view names no fields


@dataclass(eq=False)
class Deck:
    """Cards of one list. Templates of kinds call its methods; what they return is ready to show."""

    listing: Listing
    showing: Showing
    lines: Sequence[FieldModel]
    marks: Mapping[int, Mark]
    legend: tuple[Mark, ...]

    @classmethod
    def of(cls, listing: Listing, pages: Iterable[Page]) -> Deck:
        """Bring the names behind ids of all pages at once, and what stands out."""
        call, form, view = listing.call, listing.form, listing.view
        records = [each for page in pages for each in page.records]
        fields = {key: form.fields[key] for each in records[:1] for key in each if key in form.fields}
        wanted: dict[str, tuple[FieldModel, set[int]]] = {}
        for record in records:
            for key, field in fields.items():
                for path, inner, ids in ids_in(field, record.get(key)):
                    wanted.setdefault(path, (inner, set()))[1].update(ids)
        names = names_for(call, [(path, *each) for path, each in wanted.items()])
        showing = Showing(call, form, names)
        marks = Marks(showing, view.colors if view else (), ())
        found = {
            int(str(record["_id"])): mark
            for record, (mark, _) in zip(records, marks.of(records), strict=True)
            if mark is not None
        }
        return cls(listing, showing, lines_of(listing), found, marks.legend if records else ())

    def card(self, record: Mapping[str, Any], *without: str | None, picture: str | None = None) -> Card:
        """Return a record as a card; ``without``: fields that its place tells already."""
        form, masked = self.listing.form, self.listing.rights.masked
        hidden = {*without, picture, form.title.key if form.title else None}
        lines = tuple(
            Line(self._view(each), self.showing.cell(each, record.get(each.key), masked=each.key in masked))
            for each in self.lines
            if each.key not in hidden
        )
        number = int(record["_id"])
        return Card(
            str(number), str(record["_version"]), record_title(form, record), f"{self.listing.base}/{number}",
            tuple(each for each in lines if each.cell.text), self._picture(record, picture),
            self.marks.get(number),
        )  # fmt: skip

    def _view(self, field: FieldModel) -> Any:
        return self._views.setdefault(field.key, self.showing.view(field))

    @cached_property
    def _views(self) -> dict[str, Any]:
        return {}

    def _picture(self, record: Mapping[str, Any], key: str | None) -> str:
        """Return the address of the first picture of a field."""
        field = self.listing.form.fields.get(key) if key else None
        value = record.get(field.key) if field is not None else None
        items = self.showing.items(field, value) if field is not None and value else ()
        return next((each.image for each in items if each.image), "")

    def item(self, key: str, value: Any) -> Item:
        """Return how one value of a field reads, with its colour; blank reads as what it is."""
        field = self.listing.form.fields[key]
        if value is None:
            return Item("", self.showing.texts.t("screen.look.blank", name=self.label(key)))
        known = value in self.showing.labels.get(key, {})
        found = {} if known else names_for(self.listing.call, ids_in(field, value))
        showing = Showing(self.listing.call, self.listing.form, found) if found else self.showing
        return next(iter(showing.items(field, value)), Item(str(value), str(value)))

    def label(self, key: str) -> str:
        """Return what a field is called."""
        return self.showing.texts.label(self.listing.form.fields[key].options.label)

    def amount(self, key: str, value: Any) -> str:
        """Return a figure of a field as its values are written."""
        return "" if value is None else self.showing.writer(self.listing.form.fields[key])(value)

    def day(self, value: date) -> str:
        """Return a day as it is written."""
        return self.showing.formats.day(value)

    def url(self, *more: tuple[str, str]) -> str:
        """Return the address of this list with more said."""
        return self.listing.state.url(self.listing.base, *more)

    def new(self, values: Mapping[str, Any]) -> str:
        """Return where a record with these values is begun; blank where the reader may not."""
        rights, said = self.listing.rights, {}
        if not rights.may(Action.create):
            return ""
        for key, value in values.items():
            if key in self._closed:
                if value != self._entries.get(key):
                    return ""
            elif key not in rights.fill:
                return ""
            elif value is not None:
                said[key] = str(value)
        return f"{self.listing.base}/new?{urlencode({**said, '_back': self.url()})}"

    @cached_property
    def movable(self) -> bool:
        """Tell whether cards may be put elsewhere at all; of a single one the server says so when it is."""
        listing = self.listing
        view = listing.view
        keys = listing.kind.moves(view) if view is not None else ()
        may = listing.rights.may(Action.edit)
        return bool(keys) and all(
            key in self._entries or (may and key in listing.rights.edit) for key in keys
        )

    def put_url(self, number: str) -> str:
        """Return where a card is posted that was put elsewhere."""
        return self.listing.state.url(f"{self.listing.base}/{number}/put")

    @cached_property
    def _closed(self) -> frozenset[str]:
        return fixed(self.listing.call, self.listing.form, new=True)

    @cached_property
    def _entries(self) -> Mapping[str, str]:
        """Return the fields that flows move, with the stage in which records begin."""
        call = self.listing.call
        graphs = call.installation.flows.graphs.of_form(call.app, self.listing.form.path)
        found = (graph.stage_value(graph.entry) for graph in graphs if graph.field is not None)
        return {key: str(value) for each in found for key, value in each.items()}


def lines_of(listing: Listing) -> Sequence[FieldModel]:
    """Return the fields of a card: those that were chosen, or the first few."""
    said = listing.state.columns or (listing.view.columns if listing.view else ())
    found = listing.shown()
    return found if said else found[:_LINES]
