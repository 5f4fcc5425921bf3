"""Sharing a record with a colleague for a time: who may, with whom, until when, and taking it back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from engines.access import Access
from engines.form import FormModel
from engines.store import people
from engines.store.notices import Notice, notify
from engines.store.said import Said
from engines.store.shares import Share, add_share, revoke, shares
from frontend.activity import ShareRow, SharingPage
from frontend.views import Action, FieldView, Item, Link, Person
from runtime import desk
from runtime.screens.allowed import may
from runtime.screens.errors import by_path
from runtime.screens.reading import read_one
from runtime.screens.shell import form_url, go, page, texts_of
from runtime.screens.values import Showing, record_title
from runtime.web.call import Answer, Call, id_in
from schemas.elements import Action as Doing
from schemas.errors import Forbidden, Invalid, Issue, NotFound

LONGEST = timedelta(days=365)
_USUAL = 7  # days


def share_action(call: Call, form: FormModel, record_id: int) -> Iterable[Action]:
    """Yield the way to share a record, for who may."""
    if _may(call, form, record_id, Doing.view):
        url = f"{form_url(form)}/{record_id}/share"
        yield Action(texts_of(call).t("share.title"), url, icon="users")


def _may(call: Call, form: FormModel, record_id: int, action: Doing) -> bool:
    """Tell whether the person may without a share: what was shared with her goes no further."""
    person = desk.person_of(call)
    own = Access(replace(person, shared=frozenset())) if person.shared else call.access
    return may(call, (call.app, own), form, record_id, action)


def ask(call: Call) -> Answer:
    """Answer with whom a record is shared, and the form to share it. Raises Forbidden."""
    day = _today(call) + timedelta(days=_USUAL)
    return _answer(call, (None, day.isoformat(), ""))


def share(call: Call) -> Answer:
    """Share the record, and tell with whom it was."""
    form, record_id, box = call.form, call.record_id, call.installation
    read_one(call, form, record_id)
    if not _may(call, form, record_id, Doing.view):
        raise Forbidden
    edit = call.field("right") == "edit" and _may(call, form, record_id, Doing.edit)
    with_whom = id_in(call.field("person"))
    try:
        user_id, until = _wanted(call, form, with_whom)
    except Invalid as error:
        return _answer(call, (with_whom, call.field("until"), call.field("right")), error.issues)
    me, app = desk.person_of(call), call.app
    with desk.writing(call) as conn:
        number = add_share(conn, box.ids, box.clock, (form.uid, record_id), (user_id, me.id, edit, until))
        title = {
            locale: each.t("share.told_edit" if edit else "share.told", name=me.name)
            for locale, each in box.renderer.texts.items()
        }
        notice = Notice(app.key, Said.plain(title), form_uid=form.uid, record_id=record_id, source="shared",
                        unique=f"share:{number}")  # fmt: skip
        notify(conn, box.ids, box.clock, [user_id], notice)
    box.hub.tell_people([user_id])
    return go(call, call.path, texts_of(call).t("share.done"))


def end(call: Call) -> Answer:
    """End a share before its time: who shared it, or whoever may do everything."""
    form, record_id = call.form, call.record_id
    read_one(call, form, record_id)
    number = id_in(call.params["share"])
    if number is None:
        raise NotFound
    by = None if call.access.unlimited(call.app) else desk.person_of(call).id
    with desk.writing(call) as conn:
        revoke(conn, call.installation.clock, (form.uid, record_id), number, by)
    return go(call, f"{form_url(form)}/{record_id}/share", texts_of(call).t("share.ended"))


def _today(call: Call) -> datetime:
    zone = ZoneInfo(call.app.definition.time_zone)
    return datetime.combine(call.installation.clock.now().astimezone(zone).date(), time(), zone)


def _wanted(call: Call, form: FormModel, user_id: int | None) -> tuple[int, datetime]:
    """Return with whom and until when: the end of the day that was named. Raises Invalid."""
    issues, box = [], call.installation
    person = None if user_id is None else box.person(call.conn, user_id, call.epoch)
    if person is None or person.id == desk.person_of(call).id:
        issues.append(Issue("person", "field.required" if person is None else "share.yourself"))
    elif not box.access(person, call.epoch).form(call.app, form).may(Doing.view):
        issues.append(Issue("person", "share.no_role", {"name": person.name}))
    today = _today(call)
    try:
        day = datetime.fromisoformat(call.field("until")[:10]).replace(tzinfo=today.tzinfo)
    except ValueError:
        day = today - LONGEST
    if not today <= day <= today + LONGEST:
        issues.append(Issue("until", "share.until", {"days": LONGEST.days}))
    if issues or person is None:
        raise Invalid(issues)
    return person.id, day + timedelta(days=1)


def _answer(call: Call, typed: tuple[int | None, str, str], issues: Iterable[Issue] = ()) -> Answer:
    form, record_id, texts = call.form, call.record_id, texts_of(call)
    record, t = read_one(call, form, record_id).records[0], texts.t
    if not _may(call, form, record_id, Doing.view):
        raise Forbidden
    errors, (user_id, until, right) = by_path(issues, texts), typed
    url, names = f"{form_url(form)}/{record_id}", people.names(call.conn, [user_id]) if user_id else {}
    rights = [Item("read", t("share.read"))]
    rights += [Item("edit", t("share.edit"))] if _may(call, form, record_id, Doing.edit) else []
    fields = (
        FieldView("person", "member", t("share.person"), required=True, errors=errors.get("person", ()),
                  options={"lookup_url": f"{url}/people", "choices": []}, width=6,
                  value=str(user_id) if names else None,
                  items=tuple(Item(str(key), name) for key, name in names.items())),
        FieldView("until", "date", t("share.until_label"), required=True, value=until[:10], width=6,
                  errors=errors.get("until", ())),
    )  # fmt: skip
    found = shares(call.conn, call.installation.clock, form.uid, record_id)
    by, showing = people.names(call.conn, {each.by for each in found}), Showing(call, form, {})
    model = SharingPage(
        t("share.title"), call.path, fields, tuple(rights), right or "read",
        tuple(_row(showing, each, by.get(each.by, "")) for each in found), url,
    )  # fmt: skip
    crumbs = [Link(texts.label(form.definition.label), form_url(form)), Link(record_title(form, record), url)]
    return page(call, "runtime/sharing.html", model, crumbs, status=422 if errors else 200)


def _row(showing: Showing, each: Share, by: str) -> ShareRow:
    call = showing.call
    t, me = texts_of(call).t, desk.person_of(call)
    url = f"{form_url(showing.form)}/{call.record_id}/share/{each.id}/end"
    act = (
        Action(t("share.end"), url, "post", "x")
        if each.by == me.id or call.access.unlimited(call.app)
        else None
    )
    until = showing.moment(each.until).text
    return ShareRow(
        Person(str(each.user_id), each.name), t("share.edit" if each.edit else "share.read"),
        t("share.row", until=until, name=by), act,
    )  # fmt: skip
