"""The application through other eyes: its forms, its lists, its records, the form of a new one."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from builder.designer.desk import Desk
from builder.designer.elements.pages import crumbs
from builder.designer.seeing.standing import DRAFT, PUBLISHED, Standing
from engines.access import Access
from engines.form import FieldModel, FormModel, Storage
from engines.query import Page, Query, Total
from engines.report.answering import dashboards
from engines.store import people, reading
from frontend.records import Column, Row
from frontend.seeing import Chooser, SeenApp, SeenField, SeenForm, SeenList, SeenNew, SeenRecord
from frontend.views import Item, Link
from runtime.screens.listing import COLUMNS_SHOWN, NO_COLUMN, with_owner
from runtime.screens.shell import page
from runtime.screens.values import Showing, record_title
from runtime.web.call import Answer, Call
from schemas.elements import Action
from schemas.errors import NotFound

_ROWS = 20
_PEOPLE = 500
_WRITTEN = {Storage.column, Storage.links, Storage.rows}


def show_as(call: Call) -> Answer:
    """Answer the choice of eyes, and what the app is through them."""
    desk = Desk(call)
    standing, t = Standing(desk), desk.texts.t
    url = f"{desk.base}/as"
    warning = t("seeing.no_draft") if standing.of != call.query.get("of", PUBLISHED) else ""
    note = t("seeing.note" if standing.free else "seeing.note_bounded")
    name = name_of(standing) if standing.who else ""
    model = SeenApp(
        t("seeing.title"), desk.bar(), chooser(standing, url), note, name,
        tuple(_forms(standing)) if name else (),
        tuple(desk.texts.label(each.label) for each in dashboards(standing.app, standing.rights))
        if name else (), warning,
    )  # fmt: skip
    return page(call, "builder/seeing.html", model, _crumbs(desk), nav=desk.nav())


def _crumbs(desk: Desk) -> list[Link]:
    return [*crumbs(desk, ""), Link(desk.texts.t("design.rights.title"), f"{desk.base}/rights")]


def chooser(standing: Standing, url: str, keep: tuple[tuple[str, str], ...] = ()) -> Chooser:
    """Return the roles and people that may be chosen."""
    label, conn = standing.desk.texts.label, standing.call.conn
    roles = (Item(f"role/{each.key}", label(each.label)) for each in standing.app.definition.roles)
    found = people.list_people(conn, active=True)[:_PEOPLE] if standing.free else []
    named = (Item(f"person/{each.id}", each.name, note=each.login) for each in found)
    return Chooser(url, standing.who, tuple(roles), tuple(named), standing.of == DRAFT, keep)


def name_of(standing: Standing) -> str:
    """Return what the role or the person is called. Raises NotFound."""
    if standing.role is not None:
        return standing.desk.texts.label(standing.role.label)
    if standing.person_id is None:
        raise NotFound
    return people.names(standing.call.conn, [standing.person_id])[standing.person_id]


def _forms(standing: Standing) -> Iterator[SeenForm]:
    base, label = standing.desk.base, standing.desk.texts.label
    told = Access(standing.eyes)
    for form in standing.app.forms.values():
        if form.parent is not None:
            continue
        rights = standing.rights.form(standing.app, form)
        said = told.form(standing.told, form)
        actions = tuple(str(each) for each in Action if said.may(each))
        first = next(iter(form.fields), "")
        yield SeenForm(
            label(form.definition.label), form.definition.icon or "table", actions,
            f"{base}/as/{form.key}?{standing.query}" if rights.may(Action.view) else "",
            f"{base}/as/{form.key}/new?{standing.query}" if rights.may(Action.create) else "",
            f"{base}/why?{standing.query}&form={form.key}&field={first}",
        )  # fmt: skip


def _form(standing: Standing) -> FormModel:
    found = standing.app.forms.get(standing.call.params["form"])
    if found is None or found.parent is not None:
        raise NotFound
    return found


def show_list(call: Call) -> Answer:
    """Answer the records of a form as these eyes see them."""
    desk = Desk(call)
    standing = Standing(desk)
    form, t = _form(standing), desk.texts.t
    url = f"{desk.base}/as/{form.key}"
    columns = _columns(standing, form)
    keys = tuple({each.key: None for each in (*columns, *_title(standing, form))})
    after = call.query.get("after") or None
    query = Query(form.path, keys, limit=_ROWS, after=after, total=Total.capped, labels=True)
    found = reading.read(call.installation.store, call.conn, standing.app, standing.access, query)
    showing = Showing(standing.seen, form, found.labels)
    masked = standing.access.form(standing.app, form).masked
    rows = tuple(
        Row(str(record["_id"]), record_title(form, record), f"{url}/{record['_id']}?{standing.query}",
            tuple(showing.cell(each, record.get(each.key), masked=each.key in masked) for each in columns))
        for record in found.records
    )  # fmt: skip
    following = f"{url}?{standing.query}&after={quote(found.next)}" if found.next else ""
    name = desk.texts.label(form.definition.label)
    count = f"{found.count or 0:,}" + ("+" if found.capped else "")
    model = SeenList(
        name, name_of(standing), tuple(Column(showing.view(each)) for each in columns), rows,
        t("seeing.count", count=count) if standing.free else t("seeing.note_bounded"), following,
        f"{url}?{standing.query}" if after else "",
    )  # fmt: skip
    return page(call, "builder/seeing_list.html", model, _way(standing), nav=desk.nav())


def _title(standing: Standing, form: FormModel) -> list[FieldModel]:
    rights = standing.access.form(standing.app, form)
    return [form.title] if form.title is not None and rights.readable(form.title.key) else []


def _columns(standing: Standing, form: FormModel) -> list[FieldModel]:
    """Return the title and the fields that follow it, as a list shows them by itself."""
    rights = standing.access.form(standing.app, form)
    title = _title(standing, form)
    fields = [
        each for each in form.fields.values()
        if rights.readable(each.key) and not each.options.hidden and each.storage is not Storage.none
        and each.kind.name not in NO_COLUMN and each not in title
    ]  # fmt: skip
    return with_owner(form, [*title, *fields], COLUMNS_SHOWN)


def _way(standing: Standing, form: FormModel | None = None) -> list[Link]:
    desk = standing.desk
    found = [*_crumbs(desk), Link(desk.texts.t("seeing.title"), f"{desk.base}/as?{standing.query}")]
    if form is not None:
        name = desk.texts.label(form.definition.label)
        found.append(Link(name, f"{desk.base}/as/{form.key}?{standing.query}"))
    return found


def show_record(call: Call) -> Answer:
    """Answer one record field by field, each with the way to why it is seen so."""
    desk = Desk(call)
    standing = Standing(desk)
    form, record_id, store = _form(standing), call.record_id, call.installation.store
    query = Query(form.path, labels=True)
    found = reading.get(store, call.conn, standing.app, standing.access, query, record_id)
    title = record_title(form, found.records[0])
    note = desk.texts.t("seeing.note" if standing.free else "seeing.note_bounded")
    fields = tuple(_fields(standing, form, found))
    why = f"{desk.base}/why?{standing.query}&form={form.key}"
    model = SeenRecord(title, name_of(standing), fields, note, why)
    return page(call, "builder/seeing_record.html", model, _way(standing, form), nav=desk.nav())


def _fields(standing: Standing, form: FormModel, found: Page) -> Iterator[SeenField]:
    record = found.records[0]
    showing = Showing(standing.seen, form, found.labels)
    masked = standing.access.form(standing.app, form).masked
    own = standing.call.access.form(standing.call.app, form)
    asked = f"&id={record['_id']}" if standing.free else ""
    for key, each in form.fields.items():
        if not own.readable(key) or each.storage is Storage.none:
            continue
        url = f"{standing.desk.base}/why?{standing.query}&form={form.key}&field={key}{asked}"
        view = showing.view(each)
        if key not in record:
            yield SeenField(view, "absent", edit=False, why_url=url)
            continue
        filled = showing.filled(view, each, record[key], masked=key in masked)
        sight = "outline" if filled.masked else "clear"
        yield SeenField(filled, sight, _edits(standing, form, key, int(str(record["_id"]))), url)


def _edits(standing: Standing, form: FormModel, key: str, record_id: int) -> bool:
    """Tell whether the field may be changed: in this record, or in any for whoever may not know more."""
    store, conn = standing.call.installation.store, standing.call.conn
    about = record_id if standing.free else None
    return reading.trace(store, conn, standing.app, standing.rights, (form, key), about).edit


def show_new(call: Call) -> Answer:
    """Answer the form of a new record as these eyes get it; nothing can be sent from it."""
    desk = Desk(call)
    standing = Standing(desk)
    form = _form(standing)
    rights = standing.rights.form(standing.app, form)
    if not rights.may(Action.create):
        raise NotFound
    showing = Showing(standing.seen, form, {})
    fields = tuple(
        showing.view(each)
        for key, each in form.fields.items()
        if key in rights.fill
        and not each.options.hidden
        and not each.options.read_only
        and each.storage in _WRITTEN
    )
    name = desk.texts.label(form.definition.label)
    model = SeenNew(
        desk.texts.t("seeing.new", name=name), name_of(standing), fields, desk.texts.t("seeing.new_note")
    )
    return page(call, "builder/seeing_new.html", model, _way(standing, form), nav=desk.nav())
