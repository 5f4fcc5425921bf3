"""Who looks through a list, as kinds of view know them."""

from __future__ import annotations

from engines.view.browser import Browser
from runtime.screens.listing import Listing
from runtime.screens.looks.deck import lines_of


def browser_of(listing: Listing) -> Browser:
    """Return the reader of a list with everything that she asked for."""
    call = listing.call
    return Browser(
        call.installation.store, call.conn, call.app, call.access, listing.form, lines_of(listing),
        listing.where(), listing.state.search or None, listing.sorts(), call.query,
    )  # fmt: skip
