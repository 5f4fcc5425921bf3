"""From the page of a table to that of another kind of view."""

from __future__ import annotations

from dataclasses import replace

from engines.query import Page
from engines.view.kind import Found
from frontend.records import TablePage
from runtime.screens.listing import Listing
from runtime.screens.looks.deck import Deck
from schemas.elements import TABLE


def dressed(listing: Listing, model: TablePage, found: Page, shown: Found | None) -> TablePage:
    """Return the page as its kind of view shows it."""
    if listing.kind.name == TABLE:
        return model
    deck = Deck.of(listing, [found] if shown is None else shown.pages)
    chosen = {each.key for each in deck.lines}
    return replace(
        model,
        kind=listing.kind.name,
        options=listing.view,
        records=found.records,
        deck=deck,
        shown=shown,
        legend=deck.legend,
        sizes=model.sizes if listing.kind.paged else (),
        column_choices=tuple(replace(each, chosen=each.key in chosen) for each in model.column_choices),
    )
