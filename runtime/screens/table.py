"""The list of a form's records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engines.form import FieldModel
from engines.form.matching import matching
from engines.query import Page, Reached
from engines.store import reading, words
from engines.view.kind import Found
from frontend.groups import Figures, SheetView
from frontend.records import Column, ColumnChoice, Condition, Row, TablePage, ViewSaver
from frontend.views import Action, Link, Pager
from runtime.screens.closed import why_column_closed
from runtime.screens.conditions.asked import asks
from runtime.screens.conditions.sentences import labels_of
from runtime.screens.conditions.showing import asked_ids
from runtime.screens.conditions.telling import issue_text
from runtime.screens.duplicates.found import may_look
from runtime.screens.filtering import builder_of
from runtime.screens.filters import NO_FILTER
from runtime.screens.grouped.menus import column_menu, group_menu
from runtime.screens.grouped.reading import MOST, outline_of, read_groups
from runtime.screens.grouped.showing import GroupsShown, figures_of, shown_lines
from runtime.screens.kept import Kept, may_share, saved_views
from runtime.screens.listing import SIZES, Listing, open_listing, query_pairs
from runtime.screens.lists import from_list
from runtime.screens.looks.browsing import browser_of
from runtime.screens.looks.dressing import dressed
from runtime.screens.marking import Marks
from runtime.screens.pasting import paste_action
from runtime.screens.shell import page
from runtime.screens.values import Showing, names_for, record_title
from runtime.shared_views import EVERYBODY
from runtime.web.call import Answer, Call, redirect
from schemas.elements import TABLE
from schemas.elements import Action as Doing
from schemas.errors import Invalid


def show_table(call: Call) -> Answer:
    """Answer one page of a list."""
    listing = open_listing(call, saved_views(call, call.form))
    if (asks(query_pairs(call)) and listing.state.filter.draft is None) or "by.0" in call.query:
        return redirect(listing.state.url(listing.base))  # rows have become a formula, choices a parameter
    fields = listing.shown()
    if listing.levels and listing.kind.name == TABLE:
        return page(call, "runtime/table.html", _grouped(listing, fields))
    try:
        found, shown = _read(listing, fields)
    except Invalid as error:
        if {issue.path for issue in error.issues} & {"after", "before"}:
            return redirect(listing.state.url(listing.base))
        raise
    if listing.kind.name == TABLE:
        model = _flat(listing, fields, found)
    else:  # cards are made of the records themselves, not of the rows of a table
        model = _page(listing, fields, replace(found, records=[]))[0]
    return page(call, "runtime/table.html", dressed(listing, model, found, shown))


def _grouped(listing: Listing, fields: Sequence[FieldModel]) -> TablePage:
    """Return the list in groups."""
    found = read_groups(listing, fields)
    records = list(found.records)
    told = Page(records, count=found.whole.count, labels=found.labels)
    model, showing = _page(listing, fields, told)
    rows = {each.id: each for each in model.rows}
    shown = GroupsShown(listing, showing, found, lambda some: [rows[str(record["_id"])] for record in some])
    further = showing.texts.t("ui.group.further", count=MOST) if found.further else ""
    return replace(model, groups=tuple(shown.heads()), totals=shown.totals(), further=further)


def _flat(listing: Listing, fields: Sequence[FieldModel], found: Page) -> TablePage:
    """Return one page of records; figures of very many are asked for when the page is there."""
    model, showing = _page(listing, fields, found)
    if not listing.totals:
        return model
    if found.capped:
        return replace(model, totals_url=listing.state.url(f"{listing.base}/totals"))
    return replace(model, totals=whole_figures(listing, showing))


def whole_figures(listing: Listing, showing: Showing) -> Figures:
    """Return the figures of columns over every record that the list would show."""
    line = shown_lines(listing, listing.totals, None, [outline_of(listing).whole()])[0]
    return figures_of(listing.totals, line.texts[1:], showing)


def _read(listing: Listing, fields: Sequence[FieldModel]) -> tuple[Page, Found | None]:
    """Return one page of records; of a kind of view that reads for itself, what it found."""
    view, title, call = listing.view, listing.form.title, listing.call
    if view is not None and not listing.kind.paged:
        return Page([]), listing.kind.read(view, browser_of(listing))
    more = listing.kind.shows(view) if view is not None else ()
    keys = [*([title.key] if title is not None else []), *more]
    wanted = [*fields, *(listing.form.fields[key] for key in keys if listing.rights.readable(key))]
    found = reading.read(call.installation.store, call.conn, call.app, call.access, listing.query(wanted))
    return found, None


def _page(listing: Listing, fields: Sequence[FieldModel], found: Page) -> tuple[TablePage, Showing]:
    call, form, state = listing.call, listing.form, listing.state
    showing = Showing(call, form, _labels(listing, found))
    texts, base = showing.texts, listing.base
    shown = {each.key for each in fields}
    marks = Marks(showing, listing.view.colors if listing.view else (), shown)
    model = TablePage(
        title=texts.label(form.definition.label),
        url=base,
        columns=table_columns(listing, showing, fields),
        rows=tuple(_rows(listing, showing, fields, found.records, marks)),
        legend=marks.legend if found.records else (),
        pager=_pager(listing, showing, found),
        icon=form.definition.icon or "",
        chart_url=listing.chart_url,
        new=_new(listing, showing),
        menu=tuple(_menu(listing, showing)),
        bulk=tuple(_bulk(listing, showing)),
        search=state.search,
        incomplete=bool(state.search) and words.being_made(call.conn, form),
        searchable=bool(form.searchable),
        builder=builder_of(listing) if listing.asking.fields.by_path else None,
        conditions=tuple(_conditions(listing, showing)),
        any_of=_is_any(listing),
        problem=_problem(listing, showing),
        clear_url=state.url(base, filter=NO_FILTER, search="", reached=""),
        clear_search_url=state.url(base, search=""),
        views=tuple(_views(listing, showing)),
        column_choices=tuple(
            ColumnChoice(each.key, texts.label(each.options.label), each.key in shown)
            for each in listing.choosable()
        ),
        keep_for_search=state.pairs("search"),
        keep_for_columns=state.pairs("columns", "limit"),
        import_url=f"{base}/import" if listing.rights.may(Doing.import_) else "",
        saver=_saver(listing, showing),
        sizes=SIZES,
        size=state.limit,
        grouping=group_menu(listing, showing) if listing.kind.name == TABLE else None,
        compact=state.look.compact,
        frozen=state.look.frozen,
        sheet=_sheet(listing),
        compact_url=state.url(base, look=replace(state.look, compact=not state.look.compact)),
    )
    return model, showing


def _sheet(listing: Listing) -> SheetView:
    """Return what is needed to edit the table where it stands."""
    editable = listing.rights.may(Doing.edit) and bool(listing.rights.edit)
    query = listing.state.url("").removeprefix("?")
    pasted = paste_action(listing.call, listing.form, "")
    return SheetView(listing.base, query, editable, pasted.url if pasted else "")


def _labels(listing: Listing, found: Page) -> dict[str, Mapping[int, str]]:
    """Return the names the page brought and those of the ids in conditions."""
    labels: dict[str, Mapping[int, str]] = dict(found.labels)
    if listing.broken:
        return labels
    asking = listing.asking
    asked = asked_ids(asking.fields, asking.group(listing.state.filter.text))
    for key, names in names_for(listing.call, asked).items():
        labels[key] = {**names, **labels.get(key, {})}
    return labels


def conditions_of(listing: Listing) -> Iterator[Condition]:
    """Yield each part of what narrows a list in words, where no records are shown."""
    return _conditions(listing, Showing(listing.call, listing.form, _labels(listing, Page([]))))


def _conditions(listing: Listing, showing: Showing) -> Iterator[Condition]:
    """Return each part of the filter in words, with the address of the list without it."""
    if not listing.broken:
        for text, rest in listing.asking.chips(showing, listing.state.filter.text):
            yield Condition(text, listing.state.url(listing.base, filter=rest))
    if listing.reached is not None:
        text = _reached(listing, showing, listing.reached)
        yield Condition(text, listing.state.url(listing.base, reached=""))


def _reached(listing: Listing, showing: Showing, reached: Reached) -> str:
    field = listing.form.fields[reached.field]
    step = showing.items(field, reached.step)[0].text
    name = showing.texts.label(field.options.label)
    return showing.texts.t("screen.filter.reached", field=name, step=step)


def _is_any(listing: Listing) -> bool:
    return not listing.broken and listing.asking.group(listing.state.filter.text).match == "any"


def _problem(listing: Listing, showing: Showing) -> str:
    issue, t = listing.problem, showing.texts.t
    if issue is not None:
        return t(
            "ui.condition.not_understood",
            text=issue_text(
                showing.texts, issue, listing.state.filter.text, labels_of(showing, listing.asking.fields)
            ),
        )
    return t("ui.condition.unreadable") if listing.broken else ""


def table_columns(listing: Listing, showing: Showing, fields: Sequence[FieldModel]) -> tuple[Column, ...]:
    """Return the heads of the columns."""
    return tuple(_column(listing, showing, fields, each) for each in fields)


def rows_of(
    listing: Listing, showing: Showing, fields: Sequence[FieldModel], records: Sequence[Mapping[str, Any]]
) -> Iterator[Row]:
    """Yield records as rows, with what stands out."""
    colors = listing.view.colors if listing.view else ()
    return _rows(listing, showing, fields, records, Marks(showing, colors, {each.key for each in fields}))


def _column(listing: Listing, showing: Showing, fields: Sequence[FieldModel], field: FieldModel) -> Column:
    view, state = showing.view(field), listing.state
    reason = why_column_closed(listing.call, listing.form, field)
    more: dict[str, Any] = {
        "menu": column_menu(listing, showing, fields, field),
        "width": state.look.width(field.key),
        "closed": showing.texts.t(f"screen.cell.{reason}") if reason else "",
    }
    if not listing.sortable(field.key):
        return Column(view, **more)
    first = next(iter(listing.sorts()), None)
    order = "" if first is None or first.field != field.key else "desc" if first.descending else "asc"
    following = {"": field.key, "asc": f"-{field.key}", "desc": ""}[order]
    return Column(view, state.url(listing.base, sort=following), order, **more)


def _rows(
    listing: Listing,
    showing: Showing,
    fields: Sequence[FieldModel],
    records: Sequence[Mapping[str, Any]],
    marks: Marks,
) -> Iterator[Row]:
    masked, form, said = listing.rights.masked, listing.form, from_list(listing.state)
    for record, (mark, some) in zip(records, marks.of(records), strict=True):
        cells = tuple(showing.cell(each, record.get(each.key), masked=each.key in masked) for each in fields)
        url = f"{listing.base}/{record['_id']}?{said}"
        version = str(record.get("_version", ""))
        yield Row(str(record["_id"]), record_title(form, record), url, cells, mark, some, version)


def _pager(listing: Listing, showing: Showing, found: Page) -> Pager:
    state, base = listing.state, listing.base
    exact = ("total", "exact") if listing.call.query.get("total") == "exact" else None
    keep = (exact,) if exact else ()
    count = showing.formats.number()(found.count or 0) + ("+" if found.capped else "")
    return Pager(
        first=state.url(base, *keep) if found.previous else "",
        previous=state.url(base, *keep, ("before", found.previous)) if found.previous else "",
        next=state.url(base, *keep, ("after", found.next)) if found.next else "",
        last=state.url(base, *keep, ("before", "")) if found.next else "",
        count=count,
        count_url=state.url(base, ("total", "exact")) if found.capped else "",
    )


def _new(listing: Listing, showing: Showing) -> Action | None:
    if not listing.rights.may(Doing.create):
        return None
    return Action(showing.texts.t("ui.table.new"), f"{listing.base}/new", icon="plus", style="primary")


def _menu(listing: Listing, showing: Showing) -> Iterator[Action]:
    t, base, rights = showing.texts.t, listing.base, listing.rights
    pasted = paste_action(listing.call, listing.form, listing.state.url("").removeprefix("?"))
    if pasted is not None:
        yield pasted
    if rights.may(Doing.import_):
        yield Action(t("ui.table.import"), f"{base}/import", icon="file-import")
    if rights.may(Doing.export):
        for kind in ("xlsx", "csv"):
            yield Action(
                t(f"ui.table.export_{kind}"), listing.state.url(f"{base}/export.{kind}"), icon="file-export"
            )
    if rights.may(Doing.delete):
        yield Action(t("ui.table.trash"), f"{base}/trash", icon="trash")
        if may_look(listing.call, listing.form) and matching(listing.call.app, listing.form).rules:
            yield Action(t("duplicates.title"), f"{base}/duplicates", icon="copy")


def _bulk(listing: Listing, showing: Showing) -> Iterator[Action]:
    t, base, rights = showing.texts.t, listing.base, listing.rights
    if rights.may(Doing.edit) and rights.edit:
        yield Action(t("screen.bulk.edit"), f"{base}/bulk/edit", "post", "edit")
    if rights.may(Doing.export):
        yield Action(t("ui.table.export"), f"{base}/bulk/export", "post", "file-export")
    if may_look(listing.call, listing.form):
        yield Action(t("merging.do"), f"{base}/bulk/merge", "post", "arrows-exchange")
    if rights.may(Doing.delete):
        ask = t("screen.bulk.delete_confirm")
        yield Action(t("ui.common.delete"), f"{base}/bulk/delete", "post", "trash", "danger", ask)


def _views(listing: Listing, showing: Showing) -> Iterator[Link]:
    form, base, current = listing.form, listing.base, listing.state.view
    everything = listing.everything
    kinds = listing.call.installation.grammar.families["views"]
    text = showing.texts.label(everything.label) if everything else showing.texts.t("ui.table.all")
    first = kinds[everything.type if everything else TABLE].icon
    # Where another view is what the list begins with, the usual one must be asked for.
    usual = f"{base}?view={everything.key if everything else ''}" if listing.first else base
    yield Link(text, usual, first, not current or (everything is not None and current == everything.key))
    for view in form.definition.views:
        if view is not everything and not listing.asking.problem(view.filter or ""):
            url, icon = f"{base}?view={view.key}", kinds[view.type].icon
            yield Link(showing.texts.label(view.label), url, icon, current == view.key)
    for each in listing.saved:
        icon = "users" if each.shared else "user"
        yield Link(each.name, f"{base}?view={each.id}", icon, active=current == str(each.id))


def _saver(listing: Listing, showing: Showing) -> ViewSaver:
    state, base, t = listing.state, listing.base, showing.texts.t
    chosen, call = listing.personal, listing.call
    first = listing.first
    saver = ViewSaver(
        f"{base}/views",
        listing.kept,
        share=tuple(_share(listing, showing, chosen)) if may_share(call) else (),
        first=Action(
            t("screen.view.unset_first" if state.view and first == state.view else "screen.view.set_first"),
            f"{base}/views/first",
            "post",
            "home",
            fields=(("view", "" if first == state.view else state.view),),
        )
        if state.view or first
        else None,
    )
    if chosen is None or not chosen.mine:
        return saver
    url = f"{base}/views/{chosen.id}"
    drop = Action(
        t("ui.common.delete"), f"{url}/delete", "post", "trash", "danger", t("screen.view.delete_confirm")
    )
    return replace(saver, name=chosen.name, rename_url=url, delete=drop)


def _share(listing: Listing, showing: Showing, chosen: Kept | None) -> Iterator[ColumnChoice]:
    """Yield with whom a view may be shared, and whether it is."""
    shared = chosen.shared if chosen is not None and chosen.mine else ()
    yield ColumnChoice(EVERYBODY, showing.texts.t("screen.view.everybody"), EVERYBODY in shared)
    roles = listing.call.app.roles
    for role in listing.call.app.definition.roles:
        uid = str(roles[role.key])
        yield ColumnChoice(uid, showing.texts.label(role.label), uid in shared)
