"""Create a record of another form, or of the same, from this one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import sqlalchemy as sa
from pydantic import Field, JsonValue

from engines.form import AppModel, FieldModel, FormModel
from engines.query import Change, Op
from engines.rule.doing import Doing
from engines.rule.facts import Path
from engines.rule.kinds import ActionExample, ActionType, Effect, Phase
from engines.rule.values import Setter
from engines.rule.verify import Look
from engines.store.rules import made as rule_made
from engines.store.upsert import upsert
from schemas.behaviour import ActionOptions
from schemas.elements import FieldKey, FormKey, Ref, ValuesOf, Yields
from schemas.errors import Issue
from schemas.kinds import Options, kind

_Given = Annotated[JsonValue, Yields(wrapped=True, keyed=True, reads=">from_")]


class Rows(Options):
    """Rows of a subform of the new record: one for each row of a subform of this one.

    ``set``: values of the new row; formulas may name the fields of the row and those of its record.
    """

    from_: Annotated[FieldKey, Field(alias="from"), Ref("field")]
    set: Annotated[dict[FieldKey, _Given], Field(min_length=1)]


class CreateRecordOptions(ActionOptions):
    """What to create. ``set``: fields of the new record, formulas about this one.

    ``link``: the field of the new record that refers back. ``once``: only one for each record, however often
    the rule fires for it.
    """

    form: Annotated[FormKey, Ref("form")]
    set: ValuesOf = {}
    rows: Annotated[dict[FieldKey, Rows], Ref("field@form")] = {}
    link: Annotated[FieldKey, Ref("field@form")] | None = None
    once: bool = True


@dataclass(frozen=True, slots=True)
class _Creation:
    options: CreateRecordOptions
    form: FormModel
    setter: Setter
    link: FieldModel | None
    rows: Mapping[str, tuple[str, Setter]]

    @property
    def paths(self) -> frozenset[Path]:
        """Return what is read of the source."""
        own = {(source,) for source, _ in self.rows.values()}
        return self.setter.paths | own | {path for _, each in self.rows.values() for path in each.paths}


@kind
class CreateRecord(ActionType[CreateRecordOptions, _Creation]):
    """The platform creates it; whoever caused it is recorded."""

    name, icon = "create_record", "plus"
    Options = CreateRecordOptions
    phases = (Phase.during, Phase.after)
    examples = (
        ActionExample(
            {"form": "task", "link": "order", "set": {"name": {"formula": '"Do " & title'}, "state": "open"}},
            {"title": "A"}, {"records": {"task": [{"name": "Do A", "state": "open", "order": "@record"}]}},
        ),
        ActionExample(
            {"form": "task", "set": {"name": "N"}, "rows": {"lines": {"from": "rows", "set": {
                "text": {"formula": 'title & ":" & what'}, "qty": {"formula": "qty"}}}}},
            {"title": "A", "rows": [{"what": "x", "qty": "2"}, {"what": "y", "qty": "3"}]},
            {"records": {"task": [
                {"name": "N", "lines": [{"text": "A:x", "qty": "2"}, {"text": "A:y", "qty": "3"}]}]}},
        ),
        ActionExample({"form": "task", "set": {}}, {"title": "A"}, {"refused": "field.required"}),
    )  # fmt: skip

    def prepare(self, options: CreateRecordOptions, app: AppModel, form: FormModel) -> _Creation:
        target = app.form(options.form)
        rows = {key: (each.from_, _rows(target, form, key, each)) for key, each in options.rows.items()}
        link = target.fields[options.link] if options.link else None
        return _Creation(options, target, Setter.of(target, form, options.set), link, rows)

    def paths(self, prepared: _Creation) -> frozenset[Path]:
        return prepared.paths

    def run(self, prepared: _Creation, doing: Doing) -> Mapping[str, Any]:
        once = _once(doing) if prepared.options.once else doing.key
        made = _made(doing.conn, once)
        if made is not None:
            return {"form": prepared.form.uid, "record": str(made), "already": True}
        values = prepared.setter.raw(doing.event.row, doing.context)
        for key, (source, setter) in prepared.rows.items():
            rows = doing.event.row.get(source) or ()
            values[key] = [setter.raw({**doing.event.row, **row}, doing.context) for row in rows]
        if prepared.link is not None:
            values[prepared.link.key] = [doing.event.id] if prepared.link.plural else doing.event.id
        (result,) = doing.write(prepared.form, [Change(Op.create, values)])
        _remember(doing, once, prepared.form.uid, int(result.id or 0))
        return {"form": prepared.form.uid, "record": str(result.id)}

    def foresee(self, prepared: _Creation, doing: Doing) -> Mapping[str, Any]:
        made = _made(doing.conn, _once(doing)) if prepared.options.once else None
        found = {} if made is None else {"record": str(made), "already": True}
        return {"form": prepared.form.uid, **found}

    def effects(self, options: CreateRecordOptions, form: str) -> Iterator[Effect]:
        yield Effect(options.form, new=True)
        for key in (*options.set, *options.rows, *((options.link,) if options.link else ())):
            yield Effect(options.form, key, new=True)

    def verify(self, options: CreateRecordOptions, look: Look) -> Iterator[Issue]:
        target = look.app.form(options.form)
        if target is None:
            return
        yield from look.values(options.set, ("set",), target)
        if options.link is not None and not look.leads_back(options.form, options.link):
            params = {"name": options.link, "form": look.form.key}
            yield look.issue(("link",), "definition.not_a_way_back", **params)
        for key, each in options.rows.items():
            yield from look.rows(target, key, each.from_, each.set, ("rows", key))


def _rows(target: FormModel, form: FormModel, key: str, said: Rows) -> Setter:
    rows, source = target.fields[key].rows, form.fields[said.from_].rows
    assert rows is not None  # noqa: S101 - checked when it was published
    assert source is not None  # noqa: S101 - likewise
    return Setter.of(rows, source, said.set)


def _once(doing: Doing) -> str:
    """Return what names the record that the action makes of this one."""
    return f"{doing.source}:{doing.index}:{doing.event.id}"


def _made(conn: sa.Connection, key: str) -> int | None:
    found: int | None = conn.scalar(sa.select(rule_made.c.record_id).where(rule_made.c.key == key))
    return found


def _remember(doing: Doing, key: str, form_uid: int, record: int) -> None:
    row = {"key": key, "form_uid": form_uid, "record_id": record, "at": doing.context.now}
    # A second one that was made at the same moment elsewhere is refused by the key, and undone.
    doing.conn.execute(upsert(doing.conn, rule_made).values(row))
