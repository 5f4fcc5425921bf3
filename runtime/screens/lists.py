"""The list a reader came from: what stands before and after a record in it."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from engines.form import FormModel
from engines.query import Query
from engines.store.reading.neighbours import neighbours
from runtime.screens.kept import saved_views
from runtime.screens.listing import Listing, ListState, listing_of
from runtime.screens.shell import form_url
from runtime.web.call import Call
from schemas.errors import Invalid

FROM = "_list"
_LONGEST = 4_000


def from_list(state: ListState) -> str:
    """Return what the address of a record says of the list it was opened from."""
    return urlencode({FROM: urlencode(state.pairs())})


def came_from(call: Call, form: FormModel) -> Listing | None:
    """Return the list that the address names, None where it names none."""
    text = call.query.get(FROM)
    if text is None or len(text) > _LONGEST:
        return None
    pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=500)
    return listing_of(call, form, pairs, saved_views(call, form))


def beside(call: Call, listing: Listing, record_id: int) -> tuple[str, str]:
    """Return the addresses before and after a record in a list; blank where there is none."""
    form, state = listing.form, listing.state
    try:
        query = Query(
            form.path, (), listing.where(), state.search or None, listing.sorts(), reached=listing.reached
        )
        found = neighbours(call.installation.store, call.conn, call.app, call.access, query, record_id)
    except Invalid:  # a list that cannot be understood any more
        return "", ""
    said = from_list(state)
    before, after = (f"{form_url(form)}/{each}?{said}" if each is not None else "" for each in found)
    return before, after
