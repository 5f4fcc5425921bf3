"""Put somebody in charge: by a table of conditions, of several whoever has least or whose turn it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from pydantic import Field

from engines.form import AppModel, FieldModel, FormModel
from engines.query import Change, Op
from engines.rule.conditions import ConditionModel
from engines.rule.doing import Doing
from engines.rule.kinds import ActionExample, ActionType, Effect, Phase
from engines.rule.people import paths_of_who
from engines.rule.verify import Look
from engines.store.people.meant import Asked, finder
from schemas.behaviour import ActionOptions
from schemas.elements import Condition, FieldKey, Ref
from schemas.errors import Issue
from schemas.kinds import Options, kind
from schemas.who import Who

People = Annotated[tuple[Who, ...], Field(min_length=1)]


class Line(Options):
    """One line of the table: these people where the condition holds; without one, always."""

    when: Condition | None = None
    who: People


class AssignOptions(ActionOptions):
    """Which member field, and whom. The first line that holds and finds somebody decides.

    ``pick``: of several people the first, the one with the fewest records of this form, or each in turn.
    ``over``: replaces whoever is in charge already.
    """

    field: Annotated[FieldKey, Ref("field")]
    table: Annotated[tuple[Line, ...], Field(min_length=1, max_length=200)]
    pick: Literal["first", "fewest", "in_turn"] = "first"
    over: bool = False


@dataclass(frozen=True, slots=True)
class _Assignment:
    options: AssignOptions
    form: FormModel
    field: FieldModel
    lines: Sequence[tuple[ConditionModel | None, Callable[[Asked], list[int]]]]
    paths: frozenset[tuple[str, ...]]


@kind
class Assign(ActionType[AssignOptions, _Assignment]):
    """Leaves the field as it is where nobody is found, and says so."""

    name, icon = "assign", "user-check"
    Options = AssignOptions
    phases = (Phase.before, Phase.during)
    examples = (
        ActionExample(
            {"field": "owner", "table": [
                {"when": 'stage = "open"', "who": [{"type": "member", "account": "bo"}]},
                {"who": [{"type": "member", "account": "cy"}]},
            ]},
            {"title": "A", "stage": "open"}, {"fields": {"owner": "@bo"}},
        ),
        ActionExample(
            {"field": "owner", "table": [{"who": [{"type": "member", "account": "nobody"}]}]},
            {"title": "A"}, {"fields": {"owner": None}},
        ),
        ActionExample(
            {"field": "owner", "pick": "fewest", "over": True, "table": [
                {"who": [{"type": "member", "account": "bo"}, {"type": "member", "account": "cy"}]}]},
            {"title": "A", "owner": "@ada"}, {"fields": {"owner": "@bo"}},
        ),
    )  # fmt: skip

    def prepare(self, options: AssignOptions, app: AppModel, form: FormModel) -> _Assignment:
        conditions = [
            None if each.when is None else ConditionModel.of(app, form, each.when) for each in options.table
        ]
        lines = [(when, finder(each.who)) for when, each in zip(conditions, options.table, strict=True)]
        paths = {path for when in conditions if when is not None for path in when.paths}
        paths |= {path for each in options.table for path in paths_of_who(form, each.who)}
        return _Assignment(
            options, form, form.fields[options.field], lines, frozenset({*paths, (options.field,)})
        )

    def paths(self, prepared: _Assignment) -> frozenset[tuple[str, ...]]:
        return prepared.paths

    def wish(self, prepared: _Assignment, doing: Doing) -> Mapping[str, Any]:
        found = _chosen(prepared, doing, doing.given(prepared.field.uid))
        return {} if found is None else {prepared.field.key: found}

    def run(self, prepared: _Assignment, doing: Doing) -> Mapping[str, Any]:
        found = _chosen(prepared, doing, [])
        if found is None:
            return {"set": {}}
        doing.write(prepared.form, [Change(Op.update, {prepared.field.key: found}, doing.event.id)])
        return {"set": {str(prepared.field.uid): str(found)}}

    def foresee(self, prepared: _Assignment, doing: Doing) -> Mapping[str, Any]:
        found = _chosen(prepared, doing, [])
        return {"set": {} if found is None else {str(prepared.field.uid): str(found)}}

    def effects(self, options: AssignOptions, form: str) -> Iterator[Effect]:
        yield Effect(form, options.field)

    def verify(self, options: AssignOptions, look: Look) -> Iterator[Issue]:
        field = look.form.field(options.field)
        if field is not None and field.type != "member":
            yield look.issue(("field",), "definition.not_a_member", name=options.field)
        for index, line in enumerate(options.table):
            if line.when is not None:
                yield from look.condition(line.when, ("table", index, "when"))
            yield from look.who(line.who, ("table", index, "who"))


def _chosen(prepared: _Assignment, doing: Doing, given: list[int]) -> int | None:
    """Return who shall be in charge, None where nothing changes."""
    if doing.event.row.get(prepared.field.key) is not None and not prepared.options.over:
        return None
    for when, find in prepared.lines:
        if when is None or when.holds(doing.event.row, doing.context):
            people = doing.people(find)
            if people:
                return people[0] if len(people) == 1 else _picked(prepared, doing, people, given)
    return None


def _picked(prepared: _Assignment, doing: Doing, people: Sequence[int], given: list[int]) -> int:
    """Return one of several. ``given``: whom this save assigned already, which is not written yet."""
    if prepared.options.pick == "first":
        return people[0]
    table, column = prepared.form.table, prepared.field.column
    living = table.c["_trashed_at"].is_(None) & column.in_(people)
    figure = sa.func.count() if prepared.options.pick == "fewest" else sa.func.max(table.c["_id"])
    rows = doing.conn.execute(sa.select(column, figure).where(living).group_by(column))
    found = {row[0]: row[1] for row in rows}
    if prepared.options.pick == "fewest":
        counts = {each: found.get(each, 0) + given.count(each) for each in people}
        chosen = min(people, key=lambda each: counts[each])
    else:
        turns = {each: (given.index(each) + 1 if each in given else 0, found.get(each, 0)) for each in people}
        chosen = min(people, key=lambda each: turns[each])
    if chosen in given and prepared.options.pick == "in_turn":
        given.remove(chosen)
    given.append(chosen)
    return chosen
