"""What somebody may do with one record, whatever the door."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engines.access import NONE, Access
from engines.form import AppModel, FormModel
from engines.query import Cause, Query, Uow
from engines.store import reading
from engines.store.people import Person
from engines.store.store import Store
from runtime.web.call import Call
from schemas.elements import Action
from schemas.errors import NotFound

if TYPE_CHECKING:
    from runtime.installation import Installation


Deed = tuple[int, Action]  # a record, and what is done to it


def may(store: Store, conn: sa.Connection, who: tuple[AppModel, Access], form: FormModel, deed: Deed) -> bool:
    """Tell whether somebody may do something to a record of an app."""
    (app, access), (record_id, action) = who, deed
    scope = access.form(app, form).act.get(action, NONE)
    if scope.everything or scope.empty:
        return scope.everything
    statement = sa.select(store.lens(app, access, form).within(scope))
    return bool(conn.scalar(statement.where(form.table.c["_id"] == record_id)))


@dataclass(frozen=True, slots=True)
class Spot:
    """A record that somebody speaks about, follows or shares, in a transaction."""

    box: Installation
    uow: Uow
    form: FormModel
    record_id: int

    @property
    def place(self) -> tuple[int, int]:
        """Return the form and the record, as what stands beside records is kept."""
        return self.form.uid, self.record_id

    @property
    def unlimited(self) -> bool:
        """Whether who acts may do everything."""
        return self.uow.access.unlimited(self.uow.app)

    @classmethod
    def read(cls, call: Call) -> Spot:
        """Return the record of an address, to look at only."""
        cause = Cause(call.door, call.actor)
        return cls.of(call, call.installation.store.uow(call.conn, call.app, call.access, cause), call.form)

    @classmethod
    def of(cls, call: Call, uow: Uow, form: FormModel) -> Spot:
        """Return the record of an address in a unit of work."""
        return cls(call.installation, uow, form, call.record_id)

    @property
    def conn(self) -> sa.Connection:
        """Return the transaction."""
        return self.uow.conn

    def person(self) -> Person:
        """Return who acts; one who may not see the record learns nothing of it. Raises NotFound."""
        uow = self.uow
        reading.get(self.box.store, uow.conn, uow.app, uow.access, Query(self.form.path, ()), self.record_id)
        found = self.box.person(uow.conn, uow.access.user_id or 0, self.box.current(uow.conn))
        if found is None:
            raise NotFound
        return found

    def may(self, person: Person, action: Action) -> bool:
        """Tell whether a person may without a share: what was shared with somebody goes no further."""
        own = Access(replace(person, shared=frozenset())) if person.shared else self.uow.access
        who = (self.uow.app, own)
        return may(self.box.store, self.uow.conn, who, self.form, (self.record_id, action))
