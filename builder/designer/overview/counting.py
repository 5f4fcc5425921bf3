"""How much of everything an app holds."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from builder.designer.desk import LISTS, Desk
from engines.store.platform import role_member, user


def counts(desk: Desk) -> Iterator[tuple[str, str, str]]:
    """Yield number, name and, where it has one, address of what the draft holds; and who uses the app."""
    document, t = desk.draft.document, desk.texts.t
    forms = document.get("forms", ())
    yield f"{len(forms):,}", t("design.forms"), ""
    yield f"{sum(len(each.get('fields', ())) for each in forms):,}", t("overview.fields"), ""
    yield f"{sum(len(each.get('views', ())) for each in forms):,}", t("overview.views"), ""
    for name in LISTS:
        if name in document and name != "menu":
            yield f"{len(document[name]):,}", t(f"design.list.{name}"), desk.element_url(name)
    held = sa.select(sa.func.count(role_member.c.user_id.distinct())).join(
        user, user.c.id == role_member.c.user_id
    )
    uids = list(desk.call.app.roles.values())
    found = desk.call.conn.scalar(held.where(role_member.c.role_uid.in_(uids), user.c.active)) or 0
    yield f"{found:,}", t("overview.people"), ""
