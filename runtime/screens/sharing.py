"""Sharing a record with a colleague on screen: with whom, until when, and taking it back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from engines.form import FormModel
from engines.store import people
from engines.store.shares import Share
from frontend.activity import ShareRow, SharingPage
from frontend.views import Action, FieldView, Item, Link, Person
from runtime import desk, sharing
from runtime.allowed import Spot
from runtime.screens.errors import by_path
from runtime.screens.reading import read_one
from runtime.screens.shell import form_url, go, page, texts_of
from runtime.screens.values import Showing, record_title
from runtime.web.call import Answer, Call, form_in, id_in
from schemas.elements import Action as Doing
from schemas.errors import Invalid, Issue

_USUAL = 7  # days


def share_action(call: Call, form: FormModel, record_id: int) -> Iterable[Action]:
    """Yield the way to share a record, for who may."""
    if Spot.read(call).may(desk.person_of(call), Doing.view):
        url = f"{form_url(form)}/{record_id}/share"
        yield Action(texts_of(call).t("share.title"), url, icon="users")


def ask(call: Call) -> Answer:
    """Answer with whom a record is shared, and the form to share it. Raises Forbidden."""
    day = sharing.today(call.app, call.installation.clock) + timedelta(days=_USUAL)
    return _answer(call, (None, day.isoformat(), ""))


def share(call: Call) -> Answer:
    """Share the record, and tell with whom it was."""
    typed = (id_in(call.field("person")), call.field("until"), call.field("right"))
    try:
        with call.unit() as uow:
            asked = sharing.Asked(*typed[:2], edit=typed[2] == "edit")
            sharing.share(Spot.of(call, uow, form_in(uow, call)), asked)
    except Invalid as error:
        return _answer(call, typed, error.issues)
    return go(call, call.path, texts_of(call).t("share.done"))


def end(call: Call) -> Answer:
    """End a share before its time."""
    with call.unit() as uow:
        sharing.end(Spot.of(call, uow, form_in(uow, call)), id_in(call.params["share"]))
    url = f"{form_url(call.form)}/{call.record_id}/share"
    return go(call, url, texts_of(call).t("share.ended"))


def _answer(call: Call, typed: tuple[int | None, str, str], issues: Iterable[Issue] = ()) -> Answer:
    form, record_id, texts = call.form, call.record_id, texts_of(call)
    record, t, spot = read_one(call, form, record_id).records[0], texts.t, Spot.read(call)
    found = sharing.shared(spot)
    errors, (user_id, until, right) = by_path(issues, texts), typed
    url, names = f"{form_url(form)}/{record_id}", people.names(call.conn, [user_id]) if user_id else {}
    rights = [Item("read", t("share.read"))]
    rights += [Item("edit", t("share.edit"))] if spot.may(desk.person_of(call), Doing.edit) else []
    fields = (
        FieldView("person", "member", t("share.person"), required=True, errors=errors.get("person", ()),
                  options={"lookup_url": f"{url}/people", "choices": []}, width=6,
                  value=str(user_id) if names else None,
                  items=tuple(Item(str(key), name) for key, name in names.items())),
        FieldView("until", "date", t("share.until_label"), required=True, value=until[:10], width=6,
                  errors=errors.get("until", ())),
    )  # fmt: skip
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
