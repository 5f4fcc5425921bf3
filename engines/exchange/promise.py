"""A long import of all or nothing is written bit by bit; a job that comes due if it dies takes it back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from engines.exchange.options import Target
from engines.query import Uow
from engines.store import jobs
from engines.store.undo import Undoing, Undone
from schemas.errors import Conflict

KIND = "exchange.undo"
PATIENCE = timedelta(minutes=2)


def unique_key(cause_id: int) -> str:
    """Return the key of the job that takes an import back."""
    return f"{KIND}:{cause_id}"


@dataclass(slots=True)
class Promise:
    """That what an import has written so far disappears unless the import is completed.

    ``importing``: the job that imports, if one does; it is tried again before anything is taken back.
    """

    target: Target
    importing: int | None
    made: bool = False

    def renew(self, uow: Uow) -> None:
        """Promise with the first rows, anew with further ones. Raises Conflict where it was kept already."""
        if uow.cause_id is None:
            return
        due, unique = uow.clock.now() + PATIENCE, unique_key(uow.cause_id)
        if not self.made:
            importing = None if self.importing is None else str(self.importing)
            cause = self.target.cause
            payload = {
                "app": uow.app.key, "form": self.target.form.path, "cause": str(uow.cause_id),
                "importing": importing, "actor": cause.actor and str(cause.actor), "note": cause.note,
            }  # fmt: skip
            self.target.store.queue.enqueue(uow.conn, KIND, payload, due=due, unique=unique)
            self.made = True
        elif not jobs.postpone(uow.conn, unique, due):
            raise Conflict("import.taken_back")

    def redeem(self, uow: Uow) -> None:
        """Say with the last rows that everything is there. Raises Conflict where it was kept already."""
        if self.made and uow.cause_id is not None and not jobs.withdraw(uow.conn, unique_key(uow.cause_id)):
            raise Conflict("import.taken_back")


def take_back(target: Target, cause_id: int) -> Undone:
    """Keep a promise now; nothing where it was redeemed, or is being kept already."""
    store, unique = target.store, unique_key(cause_id)
    with store.db.write() as conn:
        if not jobs.postpone(conn, unique, store.clock.now() + PATIENCE):
            return Undone()
    undone = keep(target, cause_id)
    with store.db.write() as conn:
        jobs.withdraw(conn, unique)
    return undone


def keep(target: Target, cause_id: int) -> Undone:
    """Remove what an import wrote."""
    because = replace(target.cause, parent=cause_id)
    return Undoing(target.store, target.app, target.form, cause_id, because).carry_out()
