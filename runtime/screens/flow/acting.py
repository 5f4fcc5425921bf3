"""Beginning a flow for a record, and taking back what one began."""

from __future__ import annotations

from collections.abc import Iterator

from engines.flow.flows import withdrawable
from engines.flow.reading import Trail, trails
from engines.query import Query, Uow
from engines.store import reading
from frontend.flows import MovePage
from frontend.views import Link
from runtime.screens.flow.once import Going, do_once, token
from runtime.screens.shell import form_url, go, page, texts_of
from runtime.screens.values import record_title
from runtime.web.call import Answer, Call, id_in
from runtime.web.errors import text_of
from schemas.errors import Conflict, Invalid, NotFound


def start(call: Call) -> Answer:
    """Begin a flow and go back to the record."""
    form, record_id, texts = call.form, call.record_id, texts_of(call)
    url = f"{form_url(form)}/{record_id}"
    _see(call)

    def work(uow: Uow) -> Going:
        call.installation.flows.start(uow, call.params["flow"], record_id)
        return url, texts.t("screen.flow.started")

    try:
        return do_once(call, call.app, work)
    except Conflict as error:
        return go(call, url, text_of(texts, error.reason, dict(error.params)), "warning")
    except Invalid as error:
        first = error.issues[0]
        return go(call, url, text_of(texts, first.code, dict(first.params)), "danger")


def ask_withdrawing(call: Call) -> Answer:
    """Say what a withdrawal does not undo, and ask for it."""
    title, found = _see(call), _mine(call)
    texts, form = texts_of(call), call.form
    url = f"{form_url(form)}/{call.record_id}"
    kept = texts.t("ui.common.separator").join(_changed(call, found))
    model = MovePage(
        title=texts.t("screen.flow.withdraw_title", label=found.graph.name(texts.locale), title=title),
        url=call.path,
        request=token(),
        cancel_url=url,
        submit=texts.t("screen.flow.withdraw"),
        note=texts.t("screen.flow.not_undone", fields=kept) if kept else texts.t("screen.flow.all_undone"),
    )
    crumbs = [Link(texts.label(form.definition.label), form_url(form)), Link(title, url)]
    return page(call, "runtime/move.html", model, crumbs)


def withdraw(call: Call) -> Answer:
    """Take it back and show the record."""
    _see(call)
    found, texts = _mine(call), texts_of(call)
    url = f"{form_url(call.form)}/{call.record_id}"

    def work(uow: Uow) -> Going:
        call.installation.flows.withdraw(uow, found.instance.id, call.field("comment"))
        return url, texts.t("screen.flow.withdrawn")

    try:
        return do_once(call, call.app, work)
    except Conflict as error:
        return go(call, url, text_of(texts, error.reason, dict(error.params)), "warning")


def _see(call: Call) -> str:
    """Return what the record is called. Raises NotFound where it is out of sight."""
    store, form = call.installation.store, call.form
    found = reading.get(store, call.conn, call.app, call.access, Query(form.path), call.record_id)
    return record_title(form, found.records[0])


def _mine(call: Call) -> Trail:
    """Return the instance, if the person began it. Raises NotFound, and Conflict when it is late."""
    wanted, person = id_in(call.params["instance"]), call.person
    graphs = call.installation.flows.graphs
    for each in trails(call.conn, graphs, call.app, call.form, call.record_id):
        if each.instance.id == wanted and person is not None and each.instance.started_by == person.id:
            if not withdrawable(each.graph, each.instance) and call.method == "GET":
                raise Conflict("flow.no_withdrawing")
            return each
    raise NotFound


def _changed(call: Call, trail: Trail) -> Iterator[str]:
    """Yield the names of the fields that the flow wrote; they stay as they are."""
    uids = {uid for visit in trail.visits for uid in visit.detail.get("set", ())}
    rights = call.access.form(call.app, call.form)
    for key, field in call.form.fields.items():
        if field.uid in uids and rights.readable(key):
            yield texts_of(call).label(field.options.label)
