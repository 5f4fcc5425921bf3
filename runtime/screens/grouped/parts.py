"""Parts of a list that a page asks for when it is there: further rows of a group, figures of very many."""

from __future__ import annotations

from frontend.sheets import RowsPage
from runtime.screens.grouped.reading import ROWS, outline_of, read_rows
from runtime.screens.grouped.said import read_path
from runtime.screens.grouped.showing import further
from runtime.screens.kept import saved_views
from runtime.screens.listing import open_listing
from runtime.screens.shell import page
from runtime.screens.table import rows_of, table_columns, whole_figures
from runtime.screens.values import Showing
from runtime.web.call import Answer, Call
from schemas.errors import NotFound

_NAME = 40


def show_rows(call: Call) -> Answer:
    """Answer the next records of a group. Raises NotFound for what is none."""
    listing = open_listing(call, saved_views(call, call.form))
    outline, asked = outline_of(listing), call.query
    path = read_path(listing.form, listing.levels, asked.get("in", ""))
    if path is None or not listing.levels:
        raise NotFound
    fields = listing.shown()
    found = read_rows(listing, fields, outline.condition(path), ROWS, asked.get("after") or None)
    showing = Showing(call, listing.form, found.labels)
    left = max(_whole(asked.get("left", "")) - len(found.records), 0)
    more = None
    if found.next:
        name = asked.get("name", "")[:_NAME]
        more = further(listing, showing, outline.named(path, left), _safe(name), found.next, left)
    model = RowsPage(
        table_columns(listing, showing, fields),
        tuple(rows_of(listing, showing, fields, found.records)),
        more,
        level=len(path) - 1,
        select=listing.selects,
    )
    return page(call, "runtime/rows.html", model)


def show_totals(call: Call) -> Answer:
    """Answer the figures of a list."""
    listing = open_listing(call, saved_views(call, call.form))
    showing, fields = Showing(call, listing.form, {}), listing.shown()
    totals = whole_figures(listing, showing)
    return page(
        call,
        "runtime/rows.html",
        RowsPage(table_columns(listing, showing, fields), totals=totals, select=listing.selects),
    )


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < _NAME // 2 else 0


def _safe(name: str) -> str:
    """Return the name of a part as pages give it: letters, digits and dashes."""
    return name if name.replace("-", "").isalnum() and name.isascii() else "g"
