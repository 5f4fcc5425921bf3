"""Records of a package written into an app that was just installed, all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import IO, TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from builder.packages.records import FORMAT, written
from engines.access import Access
from engines.form import AppModel, FormModel
from engines.query import Cause, Change, Op, Uow
from engines.rule.chain import hush
from engines.store import files
from engines.store.platform import department, user
from engines.store.writing import write
from runtime.demo import DOOR
from schemas.errors import Invalid, Issue

if TYPE_CHECKING:
    from runtime.installation import Installation

_CHUNK = 500
_TOLD = 20  # problems; the rest are alike
_MAX_RECORDS = 200_000
_MAX_FILE = 50_000_000
Json = dict[str, Any]
OpenFile = Callable[[str], AbstractContextManager[IO[bytes]]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one form as a package says them."""

    form: str
    records: list[Json]


def read(data: bytes) -> list[Batch]:
    """Read the records of a package. Raises Invalid."""
    try:
        said = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise _wrong("", "package.not_records") from error
    if not isinstance(said, dict) or said.get("records") != FORMAT or not isinstance(said.get("forms"), list):
        raise _wrong("", "package.not_records")
    found = [_batch(each, place) for place, each in enumerate(said["forms"])]
    if sum(len(each.records) for each in found) > _MAX_RECORDS:
        raise _wrong("/forms", "package.too_many", limit=_MAX_RECORDS)
    return found


def _batch(said: Any, place: int) -> Batch:
    at = f"/forms/{place}"
    if not isinstance(said, dict) or not isinstance(said.get("form"), str):
        raise _wrong(at, "package.not_records")
    records = said.get("records")
    if not isinstance(records, list) or not all(isinstance(each, dict) for each in records):
        raise _wrong(f"{at}/records", "package.not_records")
    return Batch(said["form"], records)


def logins(batches: list[Batch]) -> frozenset[str]:
    """Return everybody whom records name."""
    return frozenset(_marked(batches, "_user"))


def digests(batches: list[Batch]) -> frozenset[str]:
    """Return the files that records name."""
    return frozenset(_marked(batches, "_file"))


def _marked(batches: list[Batch], mark: str) -> Iterator[str]:
    waiting: list[Any] = [each.records for each in batches]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            if isinstance(here.get(mark), str):
                yield here[mark]
            waiting.extend(here.values())
        elif isinstance(here, list):
            waiting.extend(here)


def fill(box: Installation, app: AppModel, actor: int, batches: list[Batch], open_file: OpenFile) -> int:
    """Write the records and return how many they are.

    They count as demo data. Who is not here is whoever installs. They are as they were, so what only the
    platform may write is written too. Raises Invalid, and then writes none.
    """
    kept = {digest: _kept(box, digest, open_file) for digest in sorted(digests(batches))}
    with box.store.unit(app, Access(None), Cause(DOOR, actor)) as uow:
        hush(uow)
        filling = _Filling(box, uow, kept, actor)
        for place, batch in enumerate(batches):
            filling.add(batch, f"/forms/{place}")
        filling.mend()
    return len(filling.refs)


def _kept(box: Installation, digest: str, open_file: OpenFile) -> files.Kept:
    with open_file(digest) as stream:
        return files.keep(box.files, stream, digest, _MAX_FILE)


@dataclass(slots=True)
class _Filling:
    box: Installation
    uow: Uow
    kept: Mapping[str, files.Kept]
    actor: int
    refs: dict[str, int] = field(default_factory=dict)
    later: list[tuple[FormModel, int, Json, str]] = field(default_factory=list)
    _added: list[int] = field(default_factory=list)
    _people: dict[str, int] = field(default_factory=dict)
    _departments: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        conn = self.uow.conn
        self._people = {row[0]: row[1] for row in conn.execute(sa.select(user.c.login, user.c.id))}
        rows = conn.execute(sa.select(department.c.name, department.c.id))
        self._departments = {row[0]: row[1] for row in rows}

    def add(self, batch: Batch, at: str) -> None:
        """Write the records of a form; what refers to a later one waits."""
        form = self.uow.app.forms.get(batch.form)
        if form is None or form.parent is not None:
            raise _wrong(f"{at}/form", "definition.unknown_form", name=batch.form[:60])
        for start in range(0, len(batch.records), _CHUNK):
            self._write(form, batch.records[start : start + _CHUNK], f"{at}/records", start)

    def _write(self, form: FormModel, records: list[Json], at: str, start: int) -> None:
        known = {each.key for each in written(form)}
        changes, held = [], []
        for place, each in enumerate(records, start):
            for key in each:
                if key not in known and key != "_key":
                    raise _wrong(f"{at}/{place}/{key[:60]}", "definition.unknown_field", name=key[:60])
            values, holding, waiting = self._values(each)
            changes.append(Change(Op.create, values))
            held.append((holding, waiting))
        for place, made in enumerate(self._written(form, changes, at, start)):
            said = records[place]
            if isinstance(said.get("_key"), str):
                self.refs[said["_key"]] = made
            holding, left = held[place]
            for key, numbers in holding.items():
                where = files.Place(form.uid, form.fields[key].uid, made)
                files.attach(self.uow.conn, self.actor, numbers, where)
            if left:
                self.later.append((form, made, left, f"{at}/{place + start}"))

    def _values(self, said: Json) -> tuple[Json, dict[str, list[int]], Json]:
        """Return what can be written of a record now, the files that each field holds, and what waits."""
        values: Json = {}
        held: dict[str, list[int]] = {}
        waiting: Json = {}
        for key, value in said.items():
            if key == "_key":
                continue
            found = self._value(value)
            if self._added:
                held[key], self._added = self._added, []
            if found is _LATER:
                waiting[key] = value
            else:
                values[key] = found
        return values, held, waiting

    def mend(self) -> None:
        """Say what refers to records that came later; to one that never came, nothing."""
        for form, number, left, at in self.later:
            values = {key: self._value(value, last=True) for key, value in left.items()}
            self._written(form, [Change(Op.update, values, number)], at, None)

    def _written(self, form: FormModel, changes: list[Change], at: str, start: int | None) -> list[int]:
        results = write(self.box.store, self.uow, form, changes)
        issues = []
        for place, result in enumerate(results, start or 0):
            where = at if start is None else f"{at}/{place}"
            issues += [Issue(f"{where}/{each.path}", each.code, each.params) for each in result.issues]
        if issues:
            raise Invalid(issues[:_TOLD], "package.refused")
        return [int(each.id or 0) for each in results]

    def _value(self, value: Any, *, last: bool = False) -> Any:
        """Return a value with ids where names stand; a list with one that is not there yet waits whole."""
        if isinstance(value, list):
            found = [self._value(each, last=last) for each in value]
            return _LATER if _LATER in found else [each for each in found if each is not None]
        if not isinstance(value, dict):
            return value
        mark = next((each for each in _MARKS if each in value), None)
        if mark is not None:
            return self._marked(mark, value, last=last)
        row = {key: self._value(each, last=last) for key, each in value.items()}
        return _LATER if _LATER in row.values() else row

    def _marked(self, mark: str, value: Json, *, last: bool) -> Any:
        """Return the id of what is named; None for what is nowhere."""
        if mark == "_file":
            return self._file(value)
        name = str(value[mark])
        number = {
            "_ref": self.refs.get(name), "_department": self._departments.get(name),
            "_user": self._people.get(name, self.actor),
        }[mark]  # fmt: skip
        if number is None:
            return _LATER if mark == "_ref" and not last else None
        return str(number)

    def _file(self, value: Json) -> str:
        kept, name = self.kept[str(value["_file"])], files.clean_name(str(value.get("name") or "file"))
        with self.box.files.open(kept.digest) as stream:
            kind = files.content_type(stream.read(32), name)
        row = replace(kept, name=name, type=kind)
        number = files.add_file(self.uow.conn, self.box.ids, self.box.clock, self.actor, row)
        self._added.append(number)
        return str(number)


_LATER = object()
_MARKS = ("_ref", "_user", "_department", "_file")


def _wrong(path: str, code: str, **params: object) -> Invalid:
    return Invalid(
        [Issue(f"data.json{path}" if path[:1] in {"", "/"} else path, code, params)], "package.refused"
    )
