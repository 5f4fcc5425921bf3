"""A view of a draft as people will see it: its kind reads what is published, with the designer's rights."""

from __future__ import annotations

from builder.designer.views.preview import ViewPreview
from engines.expression import ExpressionError
from engines.query import Page
from engines.store import reading
from frontend.records import TablePage
from runtime.screens.filters import Asking
from runtime.screens.listing import Listing, ListState
from runtime.screens.looks.browsing import browser_of
from runtime.screens.looks.dressing import dressed
from schemas.elements import TABLE, Action, View
from schemas.errors import WeftError

_CARDS = 8  # of a kind that shows one page


class DraftListing(Listing):
    """A list through a view that is not published yet."""

    draft: View

    @property
    def view(self) -> View | None:
        """Return the view as the draft says it."""
        return self.draft


def look_of(preview: ViewPreview, title: str) -> tuple[TablePage | None, str]:
    """Return what the view looks like, or why nothing is to be seen, as a code."""
    form, view, call = preview.form, preview.view, preview.desk.call
    if form is None or view is None:
        return None, "design.view.ahead"
    rights = call.access.form(call.app, form)
    if not rights.may(Action.view):
        return None, "design.view.closed"
    lens = call.installation.store.lens(call.app, call.access, form)
    listing = DraftListing(call, form, rights, ListState(limit=_CARDS), Asking.of(form, rights, lens))
    listing.draft = view
    try:
        if listing.kind.name == TABLE:
            return None, "design.view.ahead"
        found, shown = Page([]), None
        if listing.kind.paged:
            more = (form.fields[key] for key in listing.kind.shows(view) if key in form.fields)
            query = listing.query([*listing.shown(), *more])
            found = reading.read(call.installation.store, call.conn, call.app, call.access, query)
        else:
            shown = listing.kind.read(view, browser_of(listing))
        return dressed(listing, TablePage(title, listing.base, (), ()), found, shown), ""
    except (WeftError, ExpressionError, KeyError):  # it is made of what is not published, or not readable
        return None, "design.view.ahead"
