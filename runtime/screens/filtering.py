"""The filter of a list while it is built: its builder, and what its formula is found to be."""

from __future__ import annotations

from dataclasses import replace

from engines.expression import Node
from engines.expression.conditions import Group
from engines.query import Query, Total
from engines.store import reading
from frontend.conditions import ConditionBuilder, FilterPage, FormulaEditor, Told
from runtime.screens.conditions.building import Built
from runtime.screens.conditions.sentences import labels_of
from runtime.screens.conditions.showing import asked_ids, field_items, group_view
from runtime.screens.conditions.telling import tell
from runtime.screens.conditions.turning import turned
from runtime.screens.conditions.words import words
from runtime.screens.kept import saved_views
from runtime.screens.listing import Listing, open_listing, query_pairs
from runtime.screens.shell import page, texts_of
from runtime.screens.values import Showing, names_for
from runtime.web.call import Answer, Call, json_answer


def show_filter(call: Call) -> Answer:
    """Answer the builder after one command, on a page of its own."""
    listing = open_listing(call, saved_views(call, call.form))
    title = texts_of(call).t("ui.table.filter")
    found = FilterPage(title, listing.base, listing.state.url(listing.base), _after(listing))
    return page(call, "runtime/filter.html", found)


def _after(listing: Listing) -> ConditionBuilder:
    """Return the builder after the command that the address says."""
    asking = listing.asking
    turn = turned(query_pairs(listing.call), "filter", asking.fields, asking.check)
    if turn.group is None:
        return formula_face(listing, turn.text)
    return rows_face(listing, turn.group, turn.built, turn.source, turn.focus)


def builder_of(listing: Listing) -> ConditionBuilder:
    """Return the builder as the list shows it."""
    state = listing.state.filter
    if listing.problem is not None:
        return formula_face(listing, state.text)
    if state.draft is not None:
        return rows_face(listing, state.draft, listing.asking.built(state.draft))
    return rows_face(listing, listing.asking.group(state.text), source=state.text)


def rows_face(
    listing: Listing, group: Group, built: Built | None = None, source: str = "", focus: str = ""
) -> ConditionBuilder:
    """Return the builder with its rows."""
    fields = listing.asking.fields
    showing = Showing(listing.call, listing.form, names_for(listing.call, asked_ids(fields, group)))
    return ConditionBuilder(
        f"{listing.base}/filter", field_items(showing, fields), group_view(showing, fields, group, built),
        source=source, focus=focus, keep=listing.state.pairs("filter"), turn=listing.call.nonce,
    )  # fmt: skip


def formula_face(listing: Listing, text: str) -> ConditionBuilder:
    """Return the builder with its formula."""
    url, found = f"{listing.base}/filter", rows_face(listing, Group())
    editor = FormulaEditor(
        "filter", texts_of(listing.call).t("ui.formula.filter"), text, f"{url}/told", f"{url}/words",
        _told(listing, text),
    )  # fmt: skip
    return replace(found, face="formula", editor=editor)


def tell_filter(call: Call) -> Answer:
    """Answer what the posted formula is: wrong somewhere, or met by so many records."""
    return page(call, "ui/told.html", _told(open_listing(call), call.field("text")))


def _told(listing: Listing, text: str) -> Told:
    showing = Showing(listing.call, listing.form, {})

    def judge(node: Node) -> tuple[str, str]:
        listing.asking.check(node)
        return "", _counted(listing, node)

    return tell(showing.texts, text, labels_of(showing, listing.asking.fields), judge)


def _counted(listing: Listing, node: Node) -> str:
    call = listing.call
    query = Query(listing.form.path, (), node, limit=1, total=Total.capped)
    found = reading.read(call.installation.store, call.conn, call.app, call.access, query)
    count = call.installation.renderer.formats[texts_of(call).locale].number()(found.count or 0)
    return texts_of(call).t("ui.formula.matches", count=f"{count}+" if found.capped else count)


def filter_words(call: Call) -> Answer:
    """Answer what may be written in the formula of a filter."""
    texts, fields = texts_of(call), open_listing(call).asking.fields
    named = (
        (path, texts.label(each.options.label), each.kind.value_type.value)
        for path, each in fields.by_path.items()
    )
    return json_answer(words(texts, named))
