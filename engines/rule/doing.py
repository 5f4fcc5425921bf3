"""What an action is given while a rule fires: the record, the moment, and the ways to reach others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial

import sqlalchemy as sa

from engines.access import Access
from engines.expression import Context
from engines.form import FormModel
from engines.ports import FlowStarter
from engines.query import Cause, Change, Result, Uow
from engines.rule.chain import Link, begin
from engines.rule.events import Event, What
from engines.rule.model import RuleModel
from engines.store.history import ensure_cause
from engines.store.people.house import House
from engines.store.people.meant import Asked
from engines.store.said import Said
from engines.store.saying import Teller
from engines.store.store import Store
from engines.store.wording import Wording
from engines.store.writing import write
from schemas.elements import LOCALES, Translated
from schemas.errors import Invalid

DOOR = "rule"


@dataclass(frozen=True, slots=True)
class Tools:
    """What all rules of an installation work with."""

    store: Store
    flows: FlowStarter | None = None


@dataclass(frozen=True, slots=True)
class Doing:
    """One action of one firing. ``key``: the same however often the action is tried."""

    tools: Tools
    uow: Uow
    rule: RuleModel
    event: Event
    context: Context
    house: House
    link: Link
    run: int = 0
    index: int = 0

    @property
    def conn(self) -> sa.Connection:
        """Return the transaction."""
        return self.uow.conn

    @property
    def key(self) -> str:
        """Return what names this action of this firing."""
        return f"rule:{self.run}:{self.index}"

    @property
    def source(self) -> str:
        """Return what names the rule as the maker of to-dos and notices."""
        return f"rule:{self.rule.uid}"

    @property
    def cause_id(self) -> int:
        """Return the cause of what is done, written once."""
        return ensure_cause(self.uow)

    def at(self, index: int) -> Doing:
        """Return the same for another action of the rule."""
        return replace(self, index=index)

    def people(self, find: Callable[[Asked], list[int]]) -> list[int]:
        """Return who is meant."""
        return find(
            Asked(self.house, self.uow.app, self.rule.form, self.event.row, self.context, self.link.person)
        )

    def write(self, form: FormModel, changes: Sequence[Change]) -> list[Result]:
        """Write as the platform, in the name of the rule; what follows from it is part of the same chain.

        Raises Invalid where a change is refused.
        """
        uow = self.system()
        results = write(self.tools.store, uow, form, changes)
        issues = [issue for each in results for issue in each.issues]
        if issues:
            raise Invalid(issues)
        return results

    def system(self) -> Uow:
        """Return a unit of work of the platform on the same transaction."""
        cause = Cause(DOOR, None, self.link.person, self.cause_id, f"rule:{self.rule.uid}")
        uow = self.tools.store.uow(self.conn, self.uow.app, Access(None), cause)
        uow.changes, uow.after_commit = self.uow.changes, self.uow.after_commit
        link = self.link
        path = (*link.path, self.rule.label)
        begin(uow, Link(link.origin, path, self.rule.uid, self.run, link.person))
        return uow

    def waits_for(self, people: Collection[int]) -> None:
        """Let people hear, once it is committed, that something new waits for them."""
        if people:
            self.uow.after_commit.append(partial(self.tools.store.tell, people))

    def say(self, wording: Wording) -> Said:
        """Return a text about the record, to be told later, to anybody."""
        return wording.say(self.event.row, self.context)

    def tell(self, wording: Wording) -> Translated:
        """Return a text about the record as whoever writes it may read it."""
        said, uow, event = self.say(wording), self.uow, self.event
        record = None if event.what is What.create else event.id
        told = {
            locale: Teller(self.tools.store, self.conn, uow.app, uow.access, locale).text(
                said, self.rule.form.uid, record
            )
            for locale in LOCALES
        }
        return Translated.model_construct(zh=told["zh-CN"], en=told["en"])

    def given(self, field_uid: int) -> list[int]:
        """Return whom this save has assigned so far, which the database does not know yet."""
        return self.link.given.setdefault(field_uid, [])
