"""Links about one record: what is sent through them belongs to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engines.form import FormModel
from engines.query import Query
from engines.store import publics, reading
from frontend.publics import AboutPage
from frontend.views import Action, Link
from runtime.publics.managing import link_url, managed, public_url
from runtime.publics.pictures import picture_of
from runtime.publics.signing import signed_about
from runtime.screens.shell import form_url, page, texts_of
from runtime.screens.values import record_title
from runtime.web.call import Answer, Call, redirect
from runtime.web.routing import Permission, Routes
from schemas.errors import NotFound
from schemas.publics import PublicForm

_ONE = "/public/{app}/{key}/about/{id}"


def add_tying_routes(routes: Routes) -> None:
    """Register the pages of links about a record."""
    routes.add("GET", _ONE, Permission.person)(show_about)
    routes.add("POST", _ONE, Permission.person)(make_about)


def about_actions(call: Call, form: FormModel, record: Mapping[str, Any]) -> Iterator[Action]:
    """Yield the ways to links about a record, for those who make them."""
    for _, each in managed(call, call.app):
        if _leads_to(call, each) is form:
            text = texts_of(call).t("public_form.ask", name=texts_of(call).label(each.label))
            yield Action(text, f"{public_url(call.app, each)}/about/{record['_id']}", icon="send")


def _leads_to(call: Call, said: PublicForm) -> FormModel | None:
    """Return the form whose records a public form's links may be about."""
    if said.about is None:
        return None
    return call.app.form(str(call.app.forms[said.form].fields[said.about].target))


def _found(call: Call) -> tuple[int, PublicForm, FormModel]:
    for uid, each in managed(call, call.app):
        target = _leads_to(call, each)
        if each.key == call.params["key"] and target is not None:
            return uid, each, target
    raise NotFound


def show_about(call: Call) -> Answer:
    """Answer the link about a record. Raises NotFound for one that the person may not see."""
    uid, said, target = _found(call)
    title = target.title.key if target.title else None
    shown = title and call.access.form(call.app, target).usable(title)
    query = Query(target.path, (title,) if shown and title else ())
    store = call.installation.store
    found = reading.get(store, call.conn, call.app, call.access, query, call.record_id)
    texts, name = texts_of(call), record_title(target, found.records[0])
    link = publics.oldest_open(call.conn, uid)  # addresses that were given out stay what they are
    url = "" if link is None else f"{link_url(call, link)}?{signed_about(call, link.token, call.record_id)}"
    model = AboutPage(
        texts.label(said.label), texts.t("public_form.asked", name=name), call.path, url,
        picture_of(url) if url else "",
    )  # fmt: skip
    record_url = f"{form_url(target)}/{call.record_id}"
    crumbs = [Link(texts.label(target.definition.label), form_url(target)), Link(name, record_url)]
    return page(call, "public/about.html", model, crumbs)


def make_about(call: Call) -> Answer:
    """Make the link on which links about records are built, where there is none yet."""
    uid, _, _ = _found(call)
    box = call.installation
    if publics.oldest_open(call.conn, uid) is None:
        new = publics.NewLink(call.app.key, uid, "", {}, call.actor or 0)
        call.release()
        with box.db.write() as conn:
            publics.add_link(conn, box.ids, box.clock, new)
    return redirect(call.path)
