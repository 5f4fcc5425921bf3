"""Computed values that no record holds, because they are others tomorrow: made when they are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from engines.expression import Context
from engines.form import AppModel, FormModel, Storage
from engines.form.moments import impersonal
from engines.store.derived.leaves import Leaves
from engines.store.people.house import House


def at_the_moment(
    conn: sa.Connection,
    app: AppModel,
    form: FormModel,
    context: Context,
    asked: tuple[Iterable[int], Iterable[str]],
) -> Mapping[int, Mapping[str, Any]]:
    """Return record id -> values of fields at the moment of the context. ``asked``: ids and keys."""
    ids, keys = asked
    leaves = Leaves(conn, app, factual(conn, app, context), trash=True)
    return leaves.of(form, ids, {(key,) for key in keys})


def complete(
    conn: sa.Connection, app: AppModel, form: FormModel, context: Context, records: Sequence[dict[str, Any]]
) -> None:
    """Add to whole records what is looked up elsewhere and what depends on the clock."""
    keys = [each.key for each in form.computed if each.storage in {Storage.through, Storage.moment}]
    if keys and records:
        rows = [dict(each) for each in records]
        Leaves(conn, app, factual(conn, app, context)).add(form, rows, {(key,) for key in keys})
        for record, row in zip(records, rows, strict=True):
            record.update((key, row.get(key)) for key in keys)


def factual(conn: sa.Connection, app: AppModel, context: Context) -> Context:
    """Return the moment, with the organisation and without the person: a value is one for everybody."""
    return replace(impersonal(context), directory=House(conn, app))
