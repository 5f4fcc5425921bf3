"""How a query begins: the form it reads, seen through the lens of its reader."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from engines.access import Access, Lens
from engines.form import AppModel, FieldModel, FormModel
from engines.query import Query
from engines.store.store import Store
from schemas.elements import Action
from schemas.errors import Invalid, Issue, NotFound


@dataclass(frozen=True, slots=True)
class Reading:
    """One query on its way to SQL: the lens it looks through and the fields it shows."""

    store: Store
    conn: sa.Connection
    app: AppModel
    access: Access
    form: FormModel
    lens: Lens
    query: Query

    @property
    def fields(self) -> list[FieldModel]:
        """Return the fields to show. Raises Invalid for one that does not exist for this reader."""
        if self.query.fields is None:
            return [each for key, each in self.form.fields.items() if self.lens.access.readable(key)]
        for key in self.query.fields:
            if key not in self.form.fields or not self.lens.access.readable(key):
                raise Invalid([Issue("fields", "query.unknown_field", {"name": key})], "query.invalid")
        return [self.form.fields[key] for key in self.query.fields]


def open_reading(store: Store, conn: sa.Connection, app: AppModel, access: Access, query: Query) -> Reading:
    """Begin to read a form. Raises NotFound where the reader may not see the form at all."""
    form = app.forms.get(query.form)
    if form is None or form.parent is not None:
        raise NotFound
    lens = store.lens(app, access, form)
    if not lens.access.may(Action.view):
        raise NotFound
    return Reading(store, conn, app, access, form, lens, query)
