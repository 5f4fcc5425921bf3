"""What a person was told: a list, read or acknowledged one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from engines.store import notices
from engines.store.notices import KeptNotice
from frontend.views import Action, Link
from frontend.work import WorkGroup, WorkPage, WorkRow
from runtime import desk
from runtime.desk import NOTICES, Desk, person_of
from runtime.screens.here import back
from runtime.screens.shell import go, page, texts_of
from runtime.screens.work_rows import notice_row
from runtime.web.call import Answer, Call, id_in

_TABS = ("all", "unread", "must")


def show_notices(call: Call) -> Answer:
    """Answer what the person was told; several about one record stand together."""
    t, user, told = texts_of(call).t, person_of(call).id, Desk(call)
    show = asked if (asked := call.query.get("show", "")) in _TABS else "all"
    wanted = notices.Asked(
        unread=show == "unread", must=show == "must", after=id_in(call.query.get("after", ""))
    )
    found, unread = notices.list_notices(call.conn, user, wanted), notices.count_unread(call.conn, user)
    told.look_up(found.notices)
    all_read = Action(t("work.read_all"), f"{NOTICES}/read", "post", "check")
    more = f"{NOTICES}?{urlencode({'show': show, 'after': found.next})}" if found.next else ""
    empty = t("work.none_told" if show == "all" else f"work.none_told_{show}")
    model = WorkPage(
        t("work.notices"), "bell", tuple(_tabs(call, show, unread)), (),
        empty, more,
        (all_read,) if unread else (), groups=tuple(_groups(told, found.notices)),
        other=Link(t("work.wishes"), f"{NOTICES}/settings", "settings"),
    )  # fmt: skip
    return page(call, "pages/work.html", model)


def _tabs(call: Call, show: str, unread: int) -> Iterator[Link]:
    for each in _TABS:
        url = NOTICES if each == "all" else f"{NOTICES}?show={each}"
        count = str(unread or "") if each == "unread" else ""
        yield Link(texts_of(call).t(f"work.told_{each}"), url, "", each == show, count)


def _groups(told: Desk, found: Sequence[KeptNotice]) -> Iterator[WorkGroup]:
    """Yield the notices of a page, those of a record together where the newest of them stands."""
    records: dict[tuple[int, int] | int, list[KeptNotice]] = {}
    for each in found:
        notice = each.notice
        alone = notice.form_uid is None or notice.record_id is None
        key = each.id if alone else (notice.form_uid or 0, notice.record_id or 0)
        records.setdefault(key, []).append(each)
    loose: list[WorkRow] = []
    for some in records.values():
        rows = [notice_row(told, each) for each in some]
        if len(rows) == 1:
            loose += rows
            continue
        if loose:
            yield WorkGroup(tuple(loose))
            loose = []
        about = told.about(some[0].notice.app, some[0].notice.form_uid, some[0].notice.record_id)
        yield WorkGroup(tuple(replace(each, about="") for each in rows), about.label, about.url)
    if loose:
        yield WorkGroup(tuple(loose))


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
