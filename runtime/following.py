"""Who hears of what is said about a record, and of its being changed: only those who may see it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engines.access import Access
from engines.form import AppModel, FormModel
from engines.query import ChangeSet, Draft, Op, Uow
from engines.store import people
from engines.store.comments import Level, followers
from engines.store.history import ensure_cause
from engines.store.notices import Notice, notify
from engines.store.platform import notice as _notice
from engines.store.said import Said

if TYPE_CHECKING:
    from runtime.installation import Installation

SOURCE = "followed"
_MOST = 200  # of a larger set nobody is told record by record
_SHOWN = 300
Asked = Mapping[int, Collection[int]]  # person -> records


def seeing(
    conn: sa.Connection,
    box: Installation,
    app: AppModel,
    form: FormModel,
    asked: Asked,
) -> dict[int, set[int]]:
    """Return which of some records each person may see; one query a person."""
    epoch, found = box.current(conn), {}
    for user_id, ids in asked.items():
        access: Access = box.access(box.person(conn, user_id, epoch), epoch)
        lens = box.store.lens(app, access, form)
        table = form.table
        if lens.access.rows.empty:
            continue
        seen = sa.select(table.c["_id"]).where(
            table.c["_id"].in_([*ids]), table.c["_trashed_at"].is_(None), lens.rows()
        )
        found[user_id] = set(conn.scalars(seen))
    return found


def tell_named(
    conn: sa.Connection,
    box: Installation,
    place: tuple[AppModel, FormModel, int],
    said: tuple[int, int, str],
    named: Collection[int],
) -> tuple[list[int], list[int], list[int]]:
    """Tell whom a comment names and who follows the record; ``said``: comment, author, words.

    Returns those who were told by name, followers who were told, and those who were named but may not
    see the record and were not.
    """
    app, form, record_id = place
    number, author, body = said
    others = [
        each.user_id for each in followers(conn, form.uid, [record_id])
        if each.user_id != author and each.user_id not in named
    ]  # fmt: skip
    asked = [each for each in named if each != author]
    sees = seeing(conn, box, app, form, {each: [record_id] for each in (*asked, *others)})
    name = people.names(conn, [author]).get(author, "")
    for code, whom in (("activity.told_named", asked), ("activity.told_said", others)):
        title = {locale: each.t(code, name=name) for locale, each in box.renderer.texts.items()}
        notice = Notice(
            app.key, Said.plain(title), Said.plain(body[:_SHOWN]), form_uid=form.uid, record_id=record_id,
            source=SOURCE, unique=f"comment:{number}",
            link=f"/a/{app.key}/{form.key}/{record_id}#comment-{number}",
        )  # fmt: skip
        notify(conn, box.ids, box.clock, [each for each in whom if sees.get(each)], notice)
    told, heard = ([each for each in whom if sees.get(each)] for whom in (asked, others))
    return told, heard, [each for each in asked if not sees.get(each)]


class Followers:
    """Implements ``WriteHook``: tells followers that a record was changed, deleted or restored."""

    def __init__(self, box: Installation) -> None:
        self._box = box

    def before(self, uow: Uow, form: str, drafts: Sequence[Draft]) -> None:
        """Do nothing."""

    def after(self, uow: Uow, changes: ChangeSet) -> None:
        """Tell who follows, once until it was read."""
        form = uow.app.forms[changes.form]
        ids = [each.id for each in changes.touched if each.op is Op.update]
        if not ids or len(ids) > _MOST or form.parent is not None:
            return
        actor = uow.cause.actor
        asked: dict[int, list[int]] = {}
        for each in followers(uow.conn, form.uid, ids):
            if each.level is Level.everything and each.user_id != actor:
                asked.setdefault(each.user_id, []).append(each.record_id)
        if asked:
            self._tell(uow, form, asked)

    def _tell(self, uow: Uow, form: FormModel, asked: Asked) -> None:
        box, conn, actor = self._box, uow.conn, uow.cause.actor
        name = people.names(conn, [actor]).get(actor, "") if actor is not None else ""
        code = "activity.told_changed" if name else "activity.told_changed_by_itself"
        title = {locale: each.t(code, name=name) for locale, each in box.renderer.texts.items()}
        cause = ensure_cause(uow)
        waiting = self._waiting(conn, form.uid, asked)
        for user_id, ids in seeing(conn, box, uow.app, form, asked).items():
            for record_id in ids:
                if (user_id, record_id) in waiting:
                    continue
                notice = Notice(
                    uow.app.key, Said.plain(title), form_uid=form.uid, record_id=record_id, cause_id=cause,
                    source=SOURCE, unique=f"followed:{cause}:{record_id}",
                )  # fmt: skip
                notify(conn, box.ids, box.clock, [user_id], notice)
        uow.after_commit.append(partial(box.hub.tell_people, [*asked]))

    @staticmethod
    def _waiting(conn: sa.Connection, form_uid: int, asked: Asked) -> set[tuple[int, int]]:
        """Return of which records people were told before and have not read it: once is enough."""
        ids = {each for some in asked.values() for each in some}
        unread = sa.select(_notice.c.user_id, _notice.c.record_id).where(
            _notice.c.user_id.in_([*asked]), _notice.c.read_at.is_(None), _notice.c.source == SOURCE,
            _notice.c.form_uid == form_uid, _notice.c.record_id.in_(ids),
            _notice.c.unique_key.startswith("followed:"),
        )  # fmt: skip
        return {(row[0], row[1]) for row in conn.execute(unread)}
