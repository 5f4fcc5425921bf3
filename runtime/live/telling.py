"""What there is to tell: which forms were written to, here and in other processes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import sqlalchemy as sa

from engines.form.columns import millis
from engines.ports import Clock
from engines.query import ChangeSet, Draft, Uow
from engines.store import platform
from engines.store.ids import id_at, slot_of
from engines.store.lease import Lease
from runtime.live.hub import Hub

_WINDOW = 20_000  # milliseconds a transaction elsewhere may take, or its clock be behind
_MOST = 2_000


def form_topic(app: str, form: str) -> str:
    """Return what is told when records of a form change."""
    return f"form:{app}.{form}"


def app_topic(app: str) -> str:
    """Return what is told when records of an app change, of whichever form."""
    return f"app:{app}"


class Announcer:
    """Implements ``WriteHook``: says after the commit which form changed."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def before(self, uow: Uow, form: str, drafts: Sequence[Draft]) -> None:
        """Do nothing: only what is committed is told."""

    def after(self, uow: Uow, changes: ChangeSet) -> None:
        """Tell once the unit is committed."""
        if self._hub.heard:
            uow.after_commit.append(partial(self._hub.tell, [form_topic(changes.app, changes.form)]))


class Elsewhere:
    """What other processes wrote: every write leaves a cause, whose id tells which process made it."""

    def __init__(self, clock: Clock, lease: Lease) -> None:
        self._clock, self._lease = clock, lease
        self._seen: set[int] = set()
        self._begun = millis(clock.now())

    def look(self, conn: sa.Connection) -> list[str]:
        """Return the topics of the apps that others wrote to since the last look."""
        since = id_at(max(millis(self._clock.now()) - _WINDOW, self._begun), 0, slot=0)
        found = dict(self._causes(conn, since))
        new = found.keys() - self._seen
        self._seen = set(found)
        return sorted({app_topic(found[each]) for each in new})

    def _causes(self, conn: sa.Connection, since: int) -> Iterator[tuple[int, str]]:
        cause = platform.cause.c
        statement = (
            sa.select(cause.id, cause.app).where(cause.id >= since).order_by(cause.id.desc()).limit(_MOST)
        )
        for number, app in conn.execute(statement):
            if app is not None and slot_of(number) != self._lease.slot:
                yield number, app
