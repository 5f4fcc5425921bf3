"""Fills an installation with an example's people and records; knows their interface, not their business."""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engines.access import Access
from engines.form import AppModel, FormModel
from engines.form.columns import millis
from engines.query import Cause, Change, Op, Uow
from engines.store import people, platform
from engines.store.ids import id_at
from engines.store.writing import write
from engines.store.writing.path import MAX_CHANGES
from schemas.errors import Invalid

if TYPE_CHECKING:
    from runtime.installation import Installation

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
_CHUNK = 500
DOOR = "demo"


def load_demo(installation: Installation, key: str) -> None:
    """Publish the example and fill it; does nothing where it is published already."""
    with installation.db.read() as conn:
        if key in installation.apps(conn, installation.current(conn)):
            return
    app = installation.publisher.apply((EXAMPLES / f"{key}_template.json").read_bytes(), actor=None)
    module = importlib.import_module(f"examples.{key}_demo")
    loader = _Loader(installation, app)
    loader.add_people(module.departments(), module.people())
    today = installation.clock.now().astimezone(ZoneInfo(app.definition.time_zone)).date()
    for form_key, records in module.records(today):
        loader.add_records(app.form(form_key), records)


def clear_demo(installation: Installation, app: AppModel) -> int:
    """Remove the records the demo brought and keep the design and the people; returns how many went."""
    gone = 0
    forms = [each for each in app.forms.values() if each.parent is None]
    with installation.store.unit(app, Access(None), Cause("demo.clear", None)) as uow:
        step = 1
        while step:  # what is referred to goes after what refers to it; what people added themselves keeps its own
            step = sum(_erase(installation, uow, form) for form in forms)
            gone += step
    return gone


def _erase(installation: Installation, uow: Uow, form: FormModel) -> int:
    cause, table = platform.cause, form.table
    demo = sa.select(cause.c.id).where(cause.c.door == DOOR)
    ids = list(uow.conn.scalars(sa.select(table.c["_id"]).where(table.c["_cause"].in_(demo)).limit(MAX_CHANGES)))
    living = [each for each in ids if each not in set(_trashed(uow, form, ids))]
    for op, some in ((Op.delete, living), (Op.purge, None)):
        wanted = _trashed(uow, form, ids) if some is None else some
        results = write(installation.store, uow, form, [Change(op, id=each) for each in wanted], "each")
        gone = sum(each.ok for each in results)
    return gone


def _trashed(uow: Uow, form: FormModel, ids: Sequence[int]) -> list[int]:
    table = form.table
    return list(uow.conn.scalars(sa.select(table.c["_id"]).where(table.c["_id"].in_(ids), table.c["_trashed_at"].is_not(None))))


@dataclass(slots=True)
class _Loader:
    installation: Installation
    app: AppModel
    users: dict[str, int] = field(default_factory=dict)
    departments: dict[str, int] = field(default_factory=dict)
    records: dict[str, int] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def add_people(self, departments: Iterable[Mapping[str, Any]], persons: Iterable[Mapping[str, Any]]) -> None:
        """Create departments and people with their managers, heads and roles."""
        installation, rows = self.installation, list(departments)
        with installation.db.write() as conn:
            for each in rows:
                parent = self.departments.get(each["parent"]) if each["parent"] else None
                made = people.add_department(conn, installation.ids, each["name"], parent)
                self.departments[each["key"]] = made
            for each in persons:
                self.users[each["login"]] = people.add_person(
                    conn, installation.ids, installation.clock.now(),
                    login=each["login"], name=each["name"], demo=each["title"],
                    department_id=self.departments.get(each["department"]), admin=each["admin"],
                    manager_id=self.users.get(each["manager"]) if each["manager"] else None,
                    role_uids=[self.app.roles[key] for key in each["roles"]],
                )  # fmt: skip
            for each in rows:
                if each["head"]:
                    people.set_head(conn, self.departments[each["key"]], self.users[each["head"]])

    def add_records(self, form: FormModel, records: Sequence[Mapping[str, Any]]) -> None:
        """Write one batch through the write path, dated when and by whom it was recorded."""
        for start in range(0, len(records), _CHUNK):
            self._write(form, records[start : start + _CHUNK])

    def _write(self, form: FormModel, records: Sequence[Mapping[str, Any]]) -> None:
        installation = self.installation
        now = installation.clock.now()
        times = [_moment(each.get("_created_at")) or now for each in records]
        ids = _DatedIds(times, self.numbers)
        store = replace(installation.store, ids=ids)
        changes = [Change(Op.create, self._values(each)) for each in records]
        with store.unit(self.app, Access(None), Cause(DOOR, None)) as uow:
            results = write(store, uow, form, changes)
            issues = [issue.under(str(index)) for index, each in enumerate(results) for issue in each.issues]
            if issues:
                raise Invalid(issues)
            stamps = []
            for record, result, time in zip(records, results, times, strict=True):
                if "_key" in record:
                    self.records[record["_key"]] = int(result.id or 0)
                by = record.get("_created_by")
                stamps.append((time, self.users[by["_user"]] if by else None, int(result.id or 0)))
            _stamp(uow.conn, form, stamps)

    def _values(self, record: Mapping[str, Any]) -> dict[str, Any]:
        return {key: self._value(value) for key, value in record.items() if not key.startswith("_")}

    def _value(self, value: Any) -> Any:
        """Put ids where the example names people, departments and records."""
        if isinstance(value, list):
            return [self._value(each) for each in value]
        if not isinstance(value, dict):
            return value
        for mark, known in (("_ref", self.records), ("_user", self.users), ("_department", self.departments)):
            if mark in value:
                return str(known[value[mark]])
        return {key: self._value(each) for key, each in value.items()}


class _DatedIds:
    """Ids as they would have been made at each record's own time, so that newest first is true of the demo too."""

    def __init__(self, times: Sequence[datetime], numbers: Iterator[int]) -> None:
        self._times = times
        self._numbers = numbers

    def next(self) -> int:
        """Return an id of the last record's time: rows of subforms, causes."""
        return id_at(millis(max(self._times)), next(self._numbers))

    def many(self, count: int) -> Sequence[int]:
        """Return one id for each record of the batch."""
        return [id_at(millis(each), next(self._numbers)) for each in self._times[:count]]


def _moment(text: Any) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _stamp(conn: sa.Connection, form: FormModel, stamps: Sequence[tuple[datetime, int | None, int]]) -> None:
    """Say when and by whom records were first recorded."""
    table = form.table
    statement = (
        sa.update(table)
        .where(table.c["_id"] == sa.bindparam("record"))
        .values(_created_at=sa.bindparam("at"), _created_by=sa.bindparam("by"),
                _updated_at=sa.bindparam("at"), _updated_by=sa.bindparam("by"))
    )  # fmt: skip
    conn.execute(statement, [{"at": at, "by": by, "record": record} for at, by, record in stamps])
