"""One reader who looks through the records of a form: what she may see of it, and what she asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from engines.access import Access, FormAccess
from engines.expression import Context, Node, conjoin
from engines.form import AppModel, FieldModel, FormModel
from engines.query import Aggregate, Dimension, Measure, Order, Page, Query, Sort
from engines.store import reading
from engines.store.store import Store


@dataclass(frozen=True)
class Browser:
    """A reader on one snapshot. ``where``, ``search``, ``sorts``: which records she asked for, in what order.

    ``asked``: what the address says beyond that, each kind of view for itself. ``shown``: the fields of a
    record that she wants to see.
    """

    store: Store
    conn: sa.Connection
    app: AppModel
    access: Access
    form: FormModel
    shown: Sequence[FieldModel]
    where: Node | None = None
    search: str | None = None
    sorts: tuple[Sort, ...] = ()
    asked: Mapping[str, str] | None = None

    @property
    def rights(self) -> FormAccess:
        """Return what the reader may do with the form."""
        return self.access.form(self.app, self.form)

    @cached_property
    def context(self) -> Context:
        """Return who asks, and when."""
        return self.store.context(self.app, self.access)

    @property
    def today(self) -> date:
        """Return the day it is in the zone of the app."""
        return self.context.today

    def saying(self, name: str) -> str:
        """Return what the address says under a name; blank where it says nothing."""
        return (self.asked or {}).get(name, "")

    def narrowed(self, *more: Node) -> Node | None:
        """Return the condition of the list and more."""
        nodes = [each for each in (self.where, *more) if each is not None]
        return conjoin(*nodes) if nodes else None

    def page(
        self,
        more: Iterable[Node],
        keys: Iterable[str],
        limit: int,
        after: str = "",
        sorts: tuple[Sort, ...] = (),
    ) -> Page:
        """Return records under further conditions: the shown fields, those in ``keys``, and the title."""
        wanted = [each.key for each in self.shown]
        wanted += [key for key in keys if self.rights.readable(key)]
        title = self.form.title
        wanted += [title.key] if title is not None and self.rights.readable(title.key) else []
        query = Query(
            self.form.path, tuple(dict.fromkeys(wanted)), self.narrowed(*more), self.search or None,
            sorts or self.sorts, limit, after or None,
        )  # fmt: skip
        return reading.read(self.store, self.conn, self.app, self.access, query)

    def figures(self, dimension: Dimension, measures: Sequence[Measure], limit: int) -> list[dict[str, Any]]:
        """Return figures by group over everything that was asked for, groups in their own order."""
        asked = Aggregate(
            self.form.path, (dimension,), tuple(measures), self.where, self.search or None, limit, Order.first
        )
        return reading.aggregate(self.store, self.conn, self.app, self.access, asked)

    def one(self, record_id: int, keys: Iterable[str]) -> Mapping[str, Any]:
        """Return some fields of one record, whether it is in the list or not. Raises NotFound."""
        wanted = tuple(key for key in keys if self.rights.readable(key))
        query = Query(self.form.path, wanted)
        return reading.get(self.store, self.conn, self.app, self.access, query, record_id).records[0]

    def with_conn(self, conn: sa.Connection) -> Browser:
        """Return the same reader within a transaction."""
        return replace(self, conn=conn)
