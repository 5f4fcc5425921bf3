"""Who hears of a remark about a definition: those who design it; and of its being settled: who said it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from engines.form import AppModel
from engines.store import people
from engines.store.notices import Notice, notify
from engines.store.remarks import New, Remark
from engines.store.said import Said

if TYPE_CHECKING:
    from runtime.installation import Installation

_SHOWN = 300


def tell_of(
    conn: sa.Connection, box: Installation, app: AppModel, new: New, number: int, *, proposed: bool = False
) -> list[int]:
    """Tell the other designers what was said, and return whom."""
    name = people.names(conn, [new.author]).get(new.author, "")
    code = "remark.told_proposal" if proposed else "remark.told"
    texts = box.renderer.texts
    title = Said.plain({
        locale: each.t(code, name=name, named=new.named) for locale, each in texts.items()
    })  # fmt: skip
    notice = Notice(
        app.key, title, Said.plain(new.body.strip()[:_SHOWN]), source="remark", unique=f"remark:{number}",
        link=f"/design/{app.key}/remarks#remark-{number}",
    )  # fmt: skip
    others = [each for each in people.designers(conn, app) if each != new.author]
    return notify(conn, box.ids, box.clock, others, notice)


def tell_settled(conn: sa.Connection, box: Installation, app: AppModel, found: Remark) -> list[int]:
    """Tell whoever said something that it is settled, unless they settled it themselves."""
    if found.settled_by in {None, found.author}:
        return []
    name = people.names(conn, [found.settled_by or 0]).get(found.settled_by or 0, "")
    title = Said.plain({
        locale: each.t("remark.told_settled", name=name, named=found.named)
        for locale, each in box.renderer.texts.items()
    })  # fmt: skip
    notice = Notice(
        app.key, title, Said.plain(found.body[:_SHOWN]), source="remark",
        unique=f"remark:{found.id}:{found.settled_at}",
    )  # fmt: skip
    return notify(conn, box.ids, box.clock, [found.author], notice)
