"""The list of all remarks about an app, and saying, settling and reopening one; on screen and over REST."""

from __future__ import annotations

from typing import Any

from builder.designer.desk import Desk
from builder.designer.elements.pages import crumbs
from builder.designer.overview.used import Used, named_by
from builder.designer.remarks.showing import keyed, named, remark_box, views
from builder.drafting.following import today
from engines.form.columns import iso
from engines.store.remarks import New, Remark, add_remark, get_remark, remarks, settle
from frontend.remarks import RemarkBox
from frontend.seeing import RemarksPage
from frontend.views import Link
from runtime.api.parameters import known
from runtime.remarks import tell_of, tell_settled
from runtime.screens.shell import go, page
from runtime.web.call import Answer, Call, json_answer
from runtime.web.errors import text_of
from schemas.errors import Invalid, Issue, LimitReached


def show_remarks(call: Call) -> Answer:
    """Answer the open remarks, or those that were settled."""
    desk, settled = Desk(call), call.query.get("show") == "settled"
    url, t = f"{desk.base}/remarks", desk.texts.t
    here = f"{url}?show=settled" if settled else url
    found = remarks(call.conn, call.app.key, settled=settled)
    count = sum(map(len, desk.remarks.values()))
    tabs = (
        Link(t("remark.tab_open"), url, active=not settled, count=str(count) if count else ""),
        Link(t("remark.tab_settled"), f"{url}?show=settled", active=settled),
    )
    box = RemarkBox("", url, here, tuple(views(desk, found, here)))
    place = keyed(desk, call.query.get("at", ""))
    about = remark_box(desk, place)
    links = Used(desk).links(place) if named_by(desk, place) else None
    model = RemarksPage(t("remark.title"), desk.bar(), tabs, box, _about(desk, place), about, links)
    return page(call, "builder/remarks.html", model, crumbs(desk, ""), nav=desk.nav())


def _about(desk: Desk, place: str) -> Link:
    if not place:
        return Link(desk.texts.t("remark.whole_app"), desk.base)
    return Link(named(desk, place), desk.url_of(place))


def say(call: Call) -> Answer:
    """Keep what was said on a page of the designer, and tell the others who design the app."""
    desk = Desk(call)
    place, next_url = keyed(desk, call.field("place")), desk.next_url(f"{desk.base}/remarks")
    try:
        _add(desk, place, call.field("body"))
    except (Invalid, LimitReached) as error:
        issue = error.issues[0] if isinstance(error, Invalid) else None
        code, params = (error.reason, error.params) if issue is None else (issue.code, issue.params)
        return go(call, next_url, text_of(desk.texts, code, dict(params)), "danger")
    return go(call, next_url, desk.texts.t("remark.said"))


def turn(call: Call) -> Answer:
    """Settle a remark, or open it again."""
    desk, number = Desk(call), call.record_id
    next_url = desk.next_url(f"{desk.base}/remarks")
    _turn(call, number, reopen=call.field("do") == "reopen")
    return go(call, next_url)


def _add(desk: Desk, place: str, body: str) -> int:
    call, box = desk.call, desk.call.installation
    author, app = (call.person.id if call.person else 0), call.app
    new = New(app.key, place, named(desk, place), body, author)
    call.release()
    with box.db.write() as conn:
        number = add_remark(conn, box.ids, box.clock, new)
        told = tell_of(conn, box, app, new, number)
    box.hub.tell_people(told)
    return number


def _turn(call: Call, number: int, *, reopen: bool) -> Remark:
    box, app, me = call.installation, call.app, call.person
    call.release()
    with box.db.write() as conn:
        settle(conn, box.clock, app.key, number, None if reopen or me is None else me.id)
        found = get_remark(conn, app.key, number)
        told = [] if reopen else tell_settled(conn, box, app, found)
    box.hub.tell_people(told)
    return found


def tell_remarks(call: Call) -> Answer:
    """Answer the remarks about an app as JSON."""
    known(call, "show")
    desk = Desk(call)
    found = remarks(call.conn, call.app.key, settled=call.query.get("show") == "settled")
    return json_answer({"data": [_json(desk, each) for each in found]})


def add_over_rest(call: Call) -> Answer:
    """Keep a remark about the element at ``at``."""
    said = call.json_object
    issues = [Issue(name, "field.not_text") for name in ("at", "body") if not isinstance(said.get(name), str)]
    if issues:
        raise Invalid(issues)
    desk = Desk(call)
    number = _add(desk, keyed(desk, said["at"]), said["body"])
    return json_answer(_json(Desk(call), get_remark(call.conn, call.app.key, number)), 201)


def turn_over_rest(call: Call) -> Answer:
    """Settle a remark or, with ``{"open": true}``, open it again."""
    found = _turn(call, call.record_id, reopen=call.json_object.get("open") is True)
    return json_answer(_json(Desk(call), found))


def _json(desk: Desk, each: Remark) -> dict[str, Any]:
    return {
        "id": str(each.id), "at": today(desk.draft.document, each.place), "named": each.named,
        "body": each.body, "author": str(each.author), "said_at": iso(each.at), "open": each.open,
        "settled_at": None if each.settled_at is None else iso(each.settled_at),
        "settled_by": None if each.settled_by is None else str(each.settled_by),
    }  # fmt: skip
