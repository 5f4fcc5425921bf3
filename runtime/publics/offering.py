"""What strangers may choose in questions for a record: those that were listed, by their titles alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from engines.access import Access
from engines.expression import Node
from engines.form import AppModel, FieldModel, FormModel, Storage
from engines.query import Query
from engines.store import reading
from engines.store.public_choices import Choice, choices_of
from engines.store.store import Store
from runtime.installation import Installation

MOST = 50
Offered = Mapping[str, Mapping[int, str]]


def choosing(form: FormModel, keys: Iterable[str]) -> Iterator[FieldModel]:
    """Yield those of some fields that name records of another form."""
    for key in keys:
        field = form.fields[key]
        if field.kind.target == "form" and field.storage in {Storage.column, Storage.links}:
            yield field


def several(raw: Any) -> list[str]:
    """Return what was typed in a question, one or several, as texts."""
    return [str(each) for each in raw] if isinstance(raw, (list, tuple)) else [str(raw)] if raw else []


def offered(
    box: Installation, conn: sa.Connection, place: tuple[AppModel, FormModel], uid: int, keys: Iterable[str]
) -> Offered:
    """Return by question what may be chosen: id -> title, as whoever listed it may see it now.

    What is gone, hidden from that person, or without a title by which to tell it, is not among it.
    """
    app, form = place
    epoch, found = box.current(conn), dict[str, Mapping[int, str]]()
    for field in choosing(form, keys):
        listed = choices_of(conn, uid, field.uid)
        names: dict[int, str] = {}
        for by in {each.by for each in listed}:
            access = box.access(box.person(conn, by, epoch), epoch)
            names |= titled(box.store, conn, (app, access), field, _of(listed, by))
        found[field.key] = {
            each.record_id: names[each.record_id] for each in listed if each.record_id in names
        }
    return found


def _of(listed: Iterable[Choice], by: int) -> tuple[int, ...]:
    return tuple(each.record_id for each in listed if each.by == by)


def titled(
    store: Store, conn: sa.Connection, place: tuple[AppModel, Access], field: FieldModel, ids: tuple[int, ...]
) -> dict[int, str]:
    """Return the titles of the records that somebody may see and that the field takes."""
    return dict(found_in(store, conn, place, field, ids=ids, limit=MOST)) if ids else {}


def found_in(
    store: Store, conn: sa.Connection, place: tuple[AppModel, Access], field: FieldModel, **asked: Any
) -> Iterator[tuple[int, str]]:
    """Yield records that the field takes, with their titles; none whose title its reader may not see."""
    app, access = place
    target = app.form(str(field.target))
    rights, title = access.form(app, target), target.title
    if title is None or not rights.usable(title.key) or title.key in rights.outline:
        return
    query = Query(target.path, (title.key,), among=_range(app, field), **asked)
    for each in reading.read(store, conn, app, access, query).records:
        if each[title.key] is not None:
            yield int(str(each["_id"])), str(each[title.key])


def _range(app: AppModel, field: FieldModel) -> Node | None:
    """Return the condition of a field on what may be chosen, unless it depends on the record around it."""
    form = app.forms[field.path.rpartition(".")[0]]
    each = next((one for one in form.narrowed if one.field is field), None)
    if each is None or each.range is None or each.keys:
        return None
    return each.range.bound(lambda _path: None)
