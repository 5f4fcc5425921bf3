"""What a person was told: a list, read or acknowledged one by one."""

from __future__ import annotations

from engines.store import notices
from frontend.views import Action
from frontend.work import WorkPage
from runtime import desk
from runtime.desk import NOTICES, Desk, person_of
from runtime.screens.here import back
from runtime.screens.shell import go, page, texts_of
from runtime.screens.work_rows import notice_row
from runtime.web.call import Answer, Call, id_in


def show_notices(call: Call) -> Answer:
    """Answer what the person was told."""
    t, user, told = texts_of(call).t, person_of(call).id, Desk(call)
    found = notices.list_notices(call.conn, user, notices.Asked(after=id_in(call.query.get("after", ""))))
    unread = notices.count_unread(call.conn, user)
    all_read = Action(t("work.read_all"), f"{NOTICES}/read", "post", "check")
    model = WorkPage(
        t("work.notices"), "bell", (), tuple(notice_row(told, each) for each in found.notices),
        t("work.none_told"), f"{NOTICES}?after={found.next}" if found.next else "",
        (all_read,) if unread else (),
    )  # fmt: skip
    return page(call, "pages/work.html", model)


def read_one(call: Call) -> Answer:
    """Say that a notice was read; one that must be is acknowledged by it."""
    user = person_of(call).id
    with desk.writing(call) as conn:
        notices.mark_read(conn, call.installation.clock, user, call.record_id)
    return go(call, back(call, NOTICES))


def read_all(call: Call) -> Answer:
    """Say that everything was read, but what must be acknowledged one by one."""
    user = person_of(call).id
    with desk.writing(call) as conn:
        notices.mark_all_read(conn, call.installation.clock, user)
    return go(call, NOTICES)
