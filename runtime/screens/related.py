"""What belongs to a record: the first few records of forms that refer to it, and how many stand out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from engines.expression import Binary, ListOf, Literal, Node, Ref, conjoin, parse, to_text
from engines.form import FieldModel, FormModel, Storage
from engines.query import Aggregate, Page, Query, Total
from engines.store import reading
from frontend.activity import BadgeView
from frontend.views import FieldView, SubRow
from runtime.screens.activity.happenings import pointing, shown_of
from runtime.screens.graphs import MOST, graph
from runtime.screens.listing import with_owner
from runtime.screens.shell import form_url, texts_of
from runtime.screens.values import Showing
from runtime.web.call import Call
from schemas.elements import Action as Doing
from schemas.elements import Happening
from schemas.errors import Invalid

RELATED_SHOWN = 10
_LONG = {"long_text", "rich_text"}
_COLUMNS = 5


def read_lists(
    call: Call, form: FormModel, record: Mapping[str, Any], views: Iterable[str]
) -> Iterator[tuple[str, Listed]]:
    """Return the first few records of the forms that refer to this one, and of those beside it."""
    said = {each.of: each for each in form.definition.timeline}
    for key in views:
        options: Any = form.fields[key].options
        beside = form.fields[key].kind.listed_only
        asked = _alike(call, form, record, options) if beside else _referring(call, record, options)
        found = None if asked is None else asked.read(said.get(key))
        if found is not None:
            yield key, found


def _referring(call: Call, record: Mapping[str, Any], options: Any) -> _Asked | None:
    target = call.app.forms.get(options.form)
    if target is None or not call.access.form(call.app, target).usable(options.via):
        return None
    return _Asked(call, target, target.fields[options.via], options, int(record["_id"]))


def _alike(call: Call, form: FormModel, record: Mapping[str, Any], options: Any) -> _Asked | None:
    """Return the other records that belong to the same one; None where the reader may not know which."""
    held = record.get(options.by)
    if not isinstance(held, int) or not call.access.form(call.app, form).usable(options.by):
        return None
    return _Asked(call, form, form.fields[options.by], options, held, beside=int(record["_id"]))


@dataclass(frozen=True, slots=True)
class Listed:
    """The first few records of one related list. ``whole``: they are all there are."""

    asked: _Asked
    columns: Sequence[FieldModel]
    links: Sequence[FieldModel]
    page: Page
    count: int
    capped: bool

    @property
    def whole(self) -> bool:
        """Whether these are all."""
        return self.page.next is None

    def filled(self, view: FieldView) -> FieldView:
        """Return the list with its rows."""
        call, target = self.asked.call, self.asked.form
        showing = Showing(call, target, self.page.labels)
        masked = call.access.form(call.app, target).masked
        shown = self.page.records[:RELATED_SHOWN]
        rows = tuple(_row(showing, target, self.columns, each, masked) for each in shown)
        count = showing.formats.number()(self.count) + ("+" if self.capped else "")
        options = {
            **_related_urls(call, target, self.asked.via, self.asked.record_id, count=self.count),
            "look": self.asked.options.look,
            "graph": graph(showing, target, self.page.records, self.links) if self.links else None,
        }
        heads = tuple(showing.view(each) for each in self.columns)
        return replace(view, rows=rows, columns=heads, options=options, text=count)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One related list: of which form, by which relation to which record, as its field says.

    ``beside``: the record that is looked at, where it is one of them itself.
    """

    call: Call
    form: FormModel
    via: FieldModel
    options: Any
    record_id: int
    beside: int | None = None

    def read(self, said: Happening | None) -> Listed | None:
        """Return its records, with what a timeline says of them; None where the reader may not see it."""
        target, rights = self.form, self.call.access.form(self.call.app, self.form)
        if not rights.may(Doing.view):
            return None
        columns = self._columns()
        links = [target.fields[key] for key in getattr(self.options, "links", ()) if rights.usable(key)]
        happens = () if said is None else shown_of(self.call, target, said)
        query = Query(
            target.path, tuple(dict.fromkeys((*(each.key for each in (*columns, *links)), *happens))),
            self._where(), limit=MOST if links else RELATED_SHOWN, labels=True,
        )  # fmt: skip
        try:
            found = self._page(query)
            if found.next is None:  # then all are here, and counted
                return Listed(self, columns, links, found, len(found.records), capped=False)
            counted = self._page(Query(target.path, (), query.where, limit=1, total=Total.capped))
        except Invalid:
            return None
        return Listed(self, columns, links, found, counted.count or 0, counted.capped)

    def _page(self, query: Query) -> Page:
        call = self.call
        return reading.read(call.installation.store, call.conn, call.app, call.access, query)

    def _where(self) -> Node:
        """Return which records these are."""
        asked = pointing(self.via, self.record_id)
        if self.beside is None:
            return asked
        return conjoin(asked, Binary("<>", Ref(("_id",)), Literal(self.beside)))

    def _columns(self) -> list[FieldModel]:
        """Return what is shown: what the definition says, else the title and what fits beside it."""
        target, rights = self.form, self.call.access.form(self.call.app, self.form)
        may = [
            each for each in target.fields.values() if rights.readable(each.key) and not each.options.hidden
        ]
        chosen = [target.fields[key] for key in self.options.columns if target.fields[key] in may]
        title = [target.title] if target.title is not None and target.title in may else []
        if chosen:
            return [*title, *(each for each in chosen if each not in title)]
        fitting = [
            each for each in may
            if each is not self.via and each.storage is Storage.column and each.kind.name not in _LONG
        ]  # fmt: skip
        return with_owner(target, [*title, *(each for each in fitting if each not in title)], _COLUMNS)


def _row(
    showing: Showing,
    form: FormModel,
    columns: Sequence[FieldModel],
    record: Mapping[str, Any],
    masked: frozenset[str],
) -> SubRow:
    cells = tuple(
        showing.filled(showing.view(each), each, record.get(each.key), masked=each.key in masked)
        for each in columns
    )
    return SubRow(str(record["_id"]), cells, f"{form_url(form)}/{record['_id']}")


def _related_urls(
    call: Call, target: FormModel, via: FieldModel, record_id: int, *, count: int
) -> dict[str, str]:
    rights = call.access.form(call.app, target)
    found = {}
    if count > RELATED_SHOWN:
        found["all_url"] = list_url(target, via, record_id)
    if rights.may(Doing.create) and via.key in rights.fill:
        found["new_url"] = f"{form_url(target)}/new?{urlencode({via.key: record_id, '_back': call.path})}"
    return found


def list_url(target: FormModel, via: FieldModel, record_id: int, also: Node | None = None) -> str:
    """Return the address of the whole list, as people would filter it."""
    asked: Node = Binary("IN", Ref((via.key,)), ListOf((Literal(record_id),)))
    text = to_text(asked if also is None else conjoin(asked, also))
    return f"{form_url(target)}?{urlencode({'filter': text})}"


def badges(call: Call, form: FormModel, record_id: int) -> Iterator[BadgeView]:
    """Yield the counts that are not nought, of records that the reader may see."""
    for each in form.definition.badges:
        options: Any = form.fields[each.of].options
        target = call.app.forms.get(options.form)
        if target is None or not call.access.form(call.app, target).usable(options.via):
            continue
        via = target.fields[options.via]
        also = None if each.condition is None else parse(each.condition)
        count = _counted(call, target, pointing(via, record_id) if also is None
                         else conjoin(pointing(via, record_id), also))  # fmt: skip
        if count:
            number = Showing(call, target, {}).formats.number()(count)
            label = texts_of(call).label(each.label)
            yield BadgeView(label, number, each.color, list_url(target, via, record_id, also))


def _counted(call: Call, target: FormModel, where: Node) -> int:
    """Count records; where the reader may not see what decides, there are none."""
    if not call.access.form(call.app, target).may(Doing.view):
        return 0
    try:
        rows = reading.aggregate(
            call.installation.store, call.conn, call.app, call.access, Aggregate(target.path, where=where)
        )
    except Invalid:
        return 0
    return int(rows[0]["count"]) if rows else 0
