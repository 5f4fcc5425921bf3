"""Where a scenario is played: people, records by their names, and a clock that only steps move."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engines.access import Access
from engines.expression import Context
from engines.flow.flows import Flows
from engines.form import AppModel, FormModel
from engines.query import Cause, Change, Page, Query, Uow
from engines.report.widget import Widget
from engines.rule.engine import RuleEngine
from engines.rule.values import Setter, formula_of
from engines.scenario.names import Naming
from engines.store import reading
from engines.store.people import House, load_person
from engines.store.saying import Teller
from engines.store.store import Store
from engines.store.worker import Worker
from engines.store.writing import write
from schemas.errors import Invalid, NotFound, WeftError
from schemas.kinds import Registry

DOOR = "scenario"


@dataclass(slots=True)
class MovedClock:
    """Implements ``Clock``: stands still until a step moves it."""

    at: datetime

    def now(self) -> datetime:
        """Return the moment."""
        return self.at


@dataclass(frozen=True, slots=True)
class Engines:
    """What a scenario needs of the installation it is played in. ``renew``: keep the right to make ids."""

    store: Store
    flows: Flows
    rules: RuleEngine
    widgets: Registry[Widget[Any]]
    worker: Worker
    clock: MovedClock
    renew: Callable[[], None]


@dataclass(eq=False)
class World:
    """One scenario under way. ``begun``: ids above it came after what was prepared."""

    engines: Engines
    app: AppModel
    locale: str = "zh-CN"
    people: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    departments: dict[str, int] = field(default_factory=dict)
    records: dict[str, tuple[str, int]] = field(default_factory=dict)
    begun: int = 0
    refusal: WeftError | None = None

    @property
    def store(self) -> Store:
        """Return the store."""
        return self.engines.store

    @property
    def naming(self) -> Naming:
        """Return what people, departments and records are called here."""
        return Naming(self.people, self.departments, self.records)

    def form(self, key: str) -> FormModel:
        """Return a form."""
        return self.app.form(key)

    def record_id(self, name: str) -> int:
        """Return the id of a record by its name. Raises NotFound for one whose creation was refused."""
        if name not in self.records:
            raise NotFound("scenario.no_record", name=name)
        return self.records[name][1]

    def person_id(self, key: str | None) -> int:
        """Return the id of a person, of the first if none is named."""
        return next(iter(self.people.values())) if key is None else self.people[key]

    def name(self, key: str) -> str:
        """Return what a person is called."""
        return self.names.get(key, key)

    def local(self, moment: datetime) -> str:
        """Return a moment on the wall clock of the app."""
        return local_time(moment, self.app.definition.time_zone)

    # ---------------------------------------------------------------- acting

    @contextmanager
    def unit(self, person: int | None) -> Iterator[Uow]:
        """Open a unit of work in somebody's name; None is the system's."""
        with self.reading() as conn:
            access = self.access(conn, person)
        with self.store.unit(self.app, access, Cause(DOOR, person)) as uow:
            yield uow

    def write(self, person: int | None, form: FormModel, change: Change) -> int:
        """Write one record and return its id. Raises WeftError where it is refused."""
        with self.unit(person) as uow:
            (result,) = write(self.store, uow, form, [change])
            if result.issues:
                raise Invalid(result.issues)
            return int(result.id or change.id or 0)

    def values(self, form: FormModel, said: Mapping[str, Any]) -> dict[str, Any]:
        """Return values as a door receives them: ids for names, formulas worked out."""
        context = self.store.context(self.app, Access(None))
        computed = {key: value for key, value in said.items() if formula_of(value) is not None}
        made = Setter.of(form, form, computed).raw({}, context)
        naming = self.naming
        return {
            key: made[key] if key in made else naming.raw(form, key, value) for key, value in said.items()
        }

    # ---------------------------------------------------------------- looking

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Open a snapshot."""
        with self.store.db.read() as conn:
            yield conn

    def context(self, conn: sa.Connection) -> Context:
        """Return the moment for a formula that the system works out."""
        context = self.store.context(self.app, Access(None))
        return replace(context, directory=House(conn, self.app))

    def access(self, conn: sa.Connection, person: int | None) -> Access:
        """Return somebody's rights; the system's for None."""
        return Access(None if person is None else load_person(conn, person))

    def read(self, person: int | None, query: Query, record_id: int) -> Page:
        """Read one record. Raises NotFound where the person may not see it."""
        with self.reading() as conn:
            return reading.get(self.store, conn, self.app, self.access(conn, person), query, record_id)

    def teller(self, conn: sa.Connection, person: int, locale: str = "") -> Teller:
        """Return who reads texts as a person does, in the language of the report if none is named."""
        return Teller(self.store, conn, self.app, self.access(conn, person), locale or self.locale)


def local_time(moment: datetime, time_zone: str) -> str:
    """Return a moment on the wall clock of a zone."""
    return moment.astimezone(ZoneInfo(time_zone)).strftime("%Y-%m-%d %H:%M")
