"""Who else has a record open, and whether it was changed under an open page."""

from __future__ import annotations

from engines.query import Query
from engines.store import reading
from engines.store.presence import visit_record, visitors
from frontend.activity import Visiting, VisitorsPart
from frontend.views import Person, Shell
from runtime import desk
from runtime.screens.shell import form_url, texts_of
from runtime.web.answers import locale_of
from runtime.web.call import Answer, Call


def tell_here(call: Call) -> Answer:
    """Note that the caller has the record open; answer who else does, and whether it is another by now."""
    form, record_id, box, me = call.form, call.record_id, call.installation, desk.person_of(call)
    found = reading.get(box.store, call.conn, call.app, call.access, Query(form.path, ()), record_id)
    place, version = (form.uid, record_id), str(found.records[0]["_version"])
    edits = call.field("edits") == "yes"
    call.release()
    with box.db.write() as conn:  # nothing new waits for the person: their pages need not look
        visit_record(conn, box.clock, place, me.id, edits=edits)
    t, seen = texts_of(call).t, call.field("version")
    others = tuple(
        Visiting(Person(str(each.user_id), each.name),
              t("visiting.edits" if each.edits else "visiting.looks", name=each.name))
        for each in visitors(call.conn, box.clock, place, me.id)
    )  # fmt: skip
    moved = seen.isdecimal() and seen != version
    url = f"{form_url(form)}/{record_id}"
    told = t("visiting.changed_edit" if edits else "visiting.changed") if moved else ""
    frame = Shell(site="", csrf=call.csrf, path=call.path)
    model = VisitorsPart(others, told, url if moved else "")
    html = box.renderer.render(
        "runtime/visitors.html", locale_of(call), "auto", call.nonce, page=model, shell=frame
    )
    return Answer(200, html.encode(), "text/html; charset=utf-8")
