"""Fills an installation with an example's people and records; knows their interface, not their business."""

from __future__ import annotations

import importlib
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engines.access import Access
from engines.form import AppModel, FormModel
from engines.form.columns import millis
from engines.query import Cause, Change, Op, Uow
from engines.rule.chain import hush
from engines.store import people, platform
from engines.store.database import insert_cells
from engines.store.ids import id_at
from engines.store.settings import get_setting, set_setting
from engines.store.writing import write
from engines.store.writing.path import MAX_CHANGES
from runtime.demo_steps import Steps
from schemas.errors import Invalid, NotFound

if TYPE_CHECKING:
    from runtime.installation import Installation

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
DOOR = "demo"
_CHUNK = 500
_BEGUN, _LOADED = "begun", "loaded"


def load_demo(installation: Installation, key: str) -> None:
    """Publish the example and fill it; does nothing where the app is there already.

    All the data is one transaction: a start that died leaves nothing of it, and the next one begins anew.
    Raises NotFound for an example that does not exist.
    """
    if not _begin(installation, key):
        return
    app = installation.publisher.apply(_template(key).read_bytes(), actor=None)
    module = importlib.import_module(f"examples.{key}_demo")
    today = installation.clock.now().astimezone(ZoneInfo(app.definition.time_zone)).date()
    with installation.store.unit(app, Access(None), Cause(DOOR, None)) as uow:
        if not _take(uow.conn, key):
            return  # another process was faster
        loader = _Loader(installation, uow)
        loader.add_people(module.departments(), module.people())
        for form_key, records in module.records(today):
            loader.add_records(app.form(form_key), records)
        set_setting(uow.conn, _mark(key), _LOADED)


def _begin(installation: Installation, key: str) -> bool:
    """Tell whether there is something to load, and remember that it was begun before the app is published."""
    if not key.isidentifier() or not _template(key).is_file():
        raise NotFound("demo.unknown", name=key)
    with installation.db.write() as conn:
        if get_setting(conn, _mark(key)) == _BEGUN:
            return True
        if key in installation.apps(conn, installation.current(conn)):
            return False
        set_setting(conn, _mark(key), _BEGUN)
        return True


def _take(conn: sa.Connection, key: str) -> bool:
    """Hold off other processes that load the same, and tell whether it is still to be done."""
    mine = sa.select(platform.setting.c.value).where(platform.setting.c.name == _mark(key))
    return conn.scalar(mine.with_for_update()) == _BEGUN


def _mark(key: str) -> str:
    return f"demo.{key}"


def _template(key: str) -> Path:
    return EXAMPLES / f"{key}_template.json"


def clear_demo(installation: Installation, app: AppModel) -> int:
    """Remove the records the demo brought and keep the design and the people; returns how many went.

    What people changed or added since is theirs and stays, with what it refers to.
    """
    gone = 0
    forms = [each for each in reversed(tuple(app.forms.values())) if each.parent is None]
    with installation.store.unit(app, Access(None), Cause("demo.clear", None)) as uow:
        step = 1
        while step:  # what is referred to goes after what refers to it
            step = sum(_erase(installation, uow, form) for form in forms)
            gone += step
    return gone


def _erase(installation: Installation, uow: Uow, form: FormModel) -> int:
    """Delete what is alive, purge what is in the trash; returns how many records are gone for good."""
    table = form.table
    demo = sa.select(platform.cause.c.id).where(platform.cause.c.door.in_((DOOR, "demo.clear")))
    follows = sa.select(platform.cause.c.id).where(platform.cause.c.parent.in_(demo))
    brought = sa.select(table.c["_id"]).where(table.c["_cause"].in_(demo.union(follows))).limit(MAX_CHANGES)
    trashed = table.c["_trashed_at"].is_not(None)

    def apply(op: Op, wanted: sa.ColumnElement[bool]) -> int:
        changes = [Change(op, id=each) for each in uow.conn.scalars(brought.where(wanted))]
        return sum(each.ok for each in write(installation.store, uow, form, changes, "each"))

    apply(Op.delete, ~trashed)
    return apply(Op.purge, trashed)


@dataclass(slots=True)
class _Loader:
    installation: Installation
    uow: Uow
    users: dict[str, int] = field(default_factory=dict)
    departments: dict[str, int] = field(default_factory=dict)
    records: dict[str, int] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def add_people(
        self, departments: Iterable[Mapping[str, Any]], persons: Iterable[Mapping[str, Any]]
    ) -> None:
        """Create departments and people with their managers, heads and roles."""
        conn, ids, rows = self.uow.conn, self.installation.ids, list(departments)
        for each in rows:
            parent = self.departments[each["parent"]] if each["parent"] else None
            self.departments[each["key"]] = people.add_department(conn, ids, each["name"], parent)
        for each in persons:
            profile = people.Profile(
                each["login"], each["name"], department_id=self.departments.get(each["department"]),
                manager_id=self.users[each["manager"]] if each["manager"] else None,
                admin=each["admin"], demo=json.dumps(each["title"], ensure_ascii=False),
            )  # fmt: skip
            made = people.add_user(conn, ids, self.installation.clock, profile)
            people.set_roles(conn, made, {self.uow.app.roles[key] for key in each["roles"]})
            self.users[each["login"]] = made
        for each in rows:
            if each["head"]:
                people.update_department(
                    conn, self.departments[each["key"]], head_id=self.users[each["head"]]
                )

    def add_records(self, form: FormModel, records: Sequence[Mapping[str, Any]]) -> None:
        """Write one batch through the write path, dated when and by whom it was recorded.

        What happened long ago wakes no rule; what is live is as if it were entered now.
        """
        for live, some in itertools.groupby(records, lambda each: bool(each.get("_live"))):
            hush(self.uow, quiet=not live)
            batch = list(some)
            for start in range(0, len(batch), _CHUNK):
                self._write(form, batch[start : start + _CHUNK])

    def _write(self, form: FormModel, records: Sequence[Mapping[str, Any]]) -> None:
        now = self.installation.clock.now()
        times = [_moment(each.get("_created_at")) or now for each in records]
        self.uow.ids = _DatedIds(times, self.numbers)
        changes = [Change(Op.create, self._values(each)) for each in records]
        results = write(self.installation.store, self.uow, form, changes)
        issues = [issue.under(str(index)) for index, each in enumerate(results) for issue in each.issues]
        if issues:
            raise Invalid(issues)
        ids = [int(each.id or 0) for each in results]
        self._remember(form, records, ids)
        stamps = []
        for record, result, time in zip(records, results, times, strict=True):
            if "_key" in record:
                self.records[record["_key"]] = int(result.id or 0)
            by = record.get("_created_by")
            stamps.append((time, self.users[by["_user"]] if by else None, int(result.id or 0)))
        _stamp(self.uow.conn, form, stamps)
        steps = Steps(self.installation, self.uow, self.users.__getitem__, self._value)
        steps.remember(form, records, ids)
        self.uow.ids = self.installation.ids
        for record, record_id in zip(records, ids, strict=True):
            for each in record.get("_flow", ()):
                steps.take(form, record_id, each)
            for each in record.get("_todos", ()):
                steps.plan(form, record_id, each)

    def _remember(self, form: FormModel, records: Sequence[Mapping[str, Any]], ids: Sequence[int]) -> None:
        """Write what records were before, as their history would tell it; the latest step is the last."""
        causes, steps, versions = [], [], []
        app = self.uow.app
        for record, record_id in zip(records, ids, strict=True):
            past = record.get("_past", ())
            for version, each in enumerate(past, 2):
                at, by = datetime.fromisoformat(each["at"]), self.users[each["by"]["_user"]]
                cause = id_at(millis(at), next(self.numbers))
                old = {str(form.fields[key].uid): value for key, value in each["old"].items()}
                causes.append((cause, millis(at), DOOR, by, None, None, app.key, app.version, None))
                steps.append((form.uid, record_id, version, cause, Op.update.value, _compact(old)))
            if past:
                versions.append({"record": record_id, "to": len(past) + 1})
        if steps:
            conn, table = self.uow.conn, form.table
            insert_cells(conn, platform.cause, _columns(platform.cause), causes)
            insert_cells(conn, platform.history, _columns(platform.history), steps)
            moved = sa.update(table).where(table.c["_id"] == sa.bindparam("record"))
            conn.execute(moved.values(_version=sa.bindparam("to")), versions)

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
    """Ids as of each record's own time, so that newest first is true of the demo too."""

    def __init__(self, times: Sequence[datetime], numbers: Iterator[int]) -> None:
        self._times = times
        self._numbers = numbers

    def next(self) -> int:
        """Return an id of the last record's time: rows of subforms, causes."""
        return id_at(millis(max(self._times)), next(self._numbers))

    def many(self, count: int) -> Sequence[int]:
        """Return one id for each record of the batch; of what is more, after them from the first again."""
        times = itertools.islice(itertools.cycle(self._times), count)
        return [id_at(millis(each), next(self._numbers)) for each in times]


def _columns(table: sa.Table) -> list[str]:
    return [each.name for each in table.columns]


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


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
