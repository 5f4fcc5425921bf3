"""One definition on its way to becoming the version."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import sqlalchemy as sa

from engines.form.building import build
from engines.form.computed import Fields
from engines.form.model import AppModel
from engines.ports import Clock, Ids
from engines.store.catalogue import Row, load_rows, physical_names
from engines.store.models import load
from engines.store.plan import Line, Plan
from engines.store.publishing.assign import Assigner, Assignment
from engines.store.publishing.copying import FormCopy, copies
from engines.store.publishing.counting import Counter
from engines.store.publishing.deriving import Fill, Filling, fills
from engines.store.publishing.deriving import lines as to_compute
from engines.store.publishing.diff import Differ
from engines.store.publishing.elements import Slot, walk
from schemas.dumper import dump
from schemas.elements import App
from schemas.errors import Invalid, NotFound
from schemas.grammar import Grammar

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Publication:
    """What is published now, what shall be, and how the two hang together."""

    before: AppModel | None
    after: AppModel
    data: bytes
    slots: Sequence[Slot]
    rows: Sequence[Row]
    assignment: Assignment
    grammar: Grammar
    allow_loss: Collection[str]
    now: datetime

    @property
    def unchanged(self) -> bool:
        """Tell whether these very bytes are published already."""
        return self.before is not None and dump(self.before.definition) == self.data

    @cached_property
    def copies(self) -> list[FormCopy]:
        """Return what must be copied."""
        return copies(self.before, self.after, self.assignment)

    @cached_property
    def fills(self) -> list[Fill]:
        """Return what must be computed."""
        return fills(self.before, self.after, self.assignment)

    @property
    def filling(self) -> Filling:
        """Return what computes it."""
        return Filling(self.after, self.fills)

    def plan(self, conn: sa.Connection) -> Plan:
        """Return what would change, in the order of the definition."""
        if self.unchanged:
            return Plan()
        old = self.before.definition if self.before else None
        elements = {each.path: each.element for each in walk(old, self.grammar.fields)} if old else {}
        differ = Differ(conn, self.before, elements, self.assignment, self.allow_loss)
        lines = list(differ.lines(old, self.after.definition))
        if (counter := self.counter(conn)) is not None:
            lines.extend(counter.lines(self.copies))
            lines.extend(to_compute(conn, self.fills))
        return Plan(tuple(lines))

    def counter(self, conn: sa.Connection) -> Counter | None:
        """Return what counts values, where there can be any."""
        if self.before is None:
            return None
        return Counter(conn, self.before, self.after, self.assignment, self.allow_loss, self.now)

    def refuse(self, lines: Sequence[Line]) -> None:
        """Raise Invalid when any of the lines stands in the way."""
        pointers = {slot.path: slot.pointer for slot in self.slots}
        if issues := [line.issue(pointers.get(line.path, "")) for line in lines if line.blocking]:
            raise Invalid(issues, "plan.blocked")


def prepare(
    conn: sa.Connection,
    grammar: Grammar,
    makers: tuple[Ids, Clock],
    definition: App,
    restore: Collection[str],
    allow_loss: Collection[str],
) -> Publication:
    """Compare a definition with what is published; writes nothing."""
    ids, clock = makers
    try:
        before = load(conn, grammar, definition.key)
    except NotFound:
        before = None
    rows = load_rows(conn, definition.key)
    slots = list(walk(definition, grammar.fields))
    fields = Fields.of(definition, grammar.fields)
    assigner = Assigner(fields, rows, physical_names(conn), ids, restore)
    assignment = assigner.assign(slots)
    after = build(definition, grammar.fields, assignment.names)
    return Publication(
        before, after, dump(definition), slots, rows, assignment, grammar, allow_loss, clock.now()
    )
