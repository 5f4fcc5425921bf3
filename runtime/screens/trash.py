"""Deleted records: seen, restored, and by an administrator of the app deleted for good."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engines.access import system_scope
from engines.form import FormModel
from engines.query import Op, Page, Query, Sort, Total
from engines.store import reading
from frontend.records import TrashPage, TrashRow
from frontend.views import Action, Link, Pager, Person
from runtime.screens.bulk import apply
from runtime.screens.shell import form_url, page, texts_of
from runtime.screens.values import Showing, record_title
from runtime.web.call import Answer, Call
from schemas.elements import Action as Doing
from schemas.errors import Forbidden

_SIZE = 50


def show_trash(call: Call) -> Answer:
    """Answer the deleted records the person may see, the latest first."""
    form = call.form
    if not call.access.form(call.app, form).may(Doing.delete):
        raise Forbidden
    found = _read(call, form)
    showing = Showing(call, form, found.labels)
    rows = tuple(_row(showing, form, each, found.labels.get("_people", {})) for each in found.records)
    model = TrashPage(rows, tuple(_bulk(call, form)), _pager(showing, form, found))
    crumbs = [Link(showing.texts.label(form.definition.label), form_url(form))]
    return page(call, "runtime/trash.html", model, crumbs)


def _read(call: Call, form: FormModel) -> Page:
    title = form.title
    rights = call.access.form(call.app, form)
    readable = title is not None and rights.readable(title.key)
    query = Query(
        form.path,
        (title.key,) if readable and title is not None else (),
        sort=()
        if system_scope(form, rights, "_updated_at").empty
        else (Sort("_updated_at", descending=True),),
        limit=_SIZE,
        after=call.query.get("after") or None,
        before=call.query.get("before") or None,
        total=Total.capped,
        trash=True,
        labels=True,
    )
    return reading.read(call.installation.store, call.conn, call.app, call.access, query)


def _row(showing: Showing, form: FormModel, record: Mapping[str, Any], people: Mapping[int, str]) -> TrashRow:
    who, at = record.get("_updated_by") or 0, record.get("_updated_at")
    person = Person(str(who), people[who]) if who in people else None
    when = None if at is None else showing.moment(at)
    return TrashRow(str(record["_id"]), record_title(form, record), when, person)


def _pager(showing: Showing, form: FormModel, found: Page) -> Pager:
    base = f"{form_url(form)}/trash"
    count = showing.formats.number()(found.count or 0) + ("+" if found.capped else "")
    return Pager(
        base if found.previous else "",
        f"{base}?before={found.previous}" if found.previous else "",
        f"{base}?after={found.next}" if found.next else "",
        count=count,
    )


def _bulk(call: Call, form: FormModel) -> Iterator[Action]:
    t, base = texts_of(call).t, f"{form_url(form)}/trash"
    yield Action(t("ui.trash.restore_selected"), f"{base}/restore", "post", "restore")
    if call.access.unlimited(call.app):
        yield Action(
            t("ui.trash.purge"), f"{base}/purge", "post", "trash", "danger", t("ui.trash.purge_confirm")
        )


def restore_selected(call: Call) -> Answer:
    """Bring rows back."""
    return apply(call, Op.restore, f"{form_url(call.form)}/trash", "screen.bulk.restored")


def purge_selected(call: Call) -> Answer:
    """Delete rows for good; only who may do everything in the app may."""
    form = call.form
    if not call.access.unlimited(call.app):
        raise Forbidden
    return apply(call, Op.purge, f"{form_url(form)}/trash", "screen.bulk.purged")
