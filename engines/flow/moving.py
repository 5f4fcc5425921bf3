"""Moves from stage to stage, as far as the flow offers them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engines.access import NONE, Access
from engines.expression import Context
from engines.flow.graph import Graph
from engines.flow.kinds import Go
from engines.flow.nodes.stage import StageOptions
from engines.flow.options import Move
from engines.flow.pressing import Press, said
from engines.flow.rows import Token, TokenState, Visit
from engines.flow.sight import moving_access
from engines.flow.step import Step
from engines.store import people
from engines.store.store import Store
from schemas.elements import Action
from schemas.errors import Conflict, Invalid, Issue

if TYPE_CHECKING:
    from engines.flow.run import Run


def moves_of(graph: Graph, stage: str) -> Sequence[Move]:
    """Return the ways out of a stage."""
    options = graph.node(stage).options
    return options.moves if isinstance(options, StageOptions) else ()


def may_move(
    store: Store, conn: sa.Connection, graph: Graph, access: Access, record_id: int, move: Move
) -> bool:
    """Tell whether a person may press a move: the roles it names, else whoever may edit the record."""
    if access.holder is None or access.unlimited(graph.app):
        return True
    own = access.form(graph.app, graph.form)
    named = {graph.keys.role_uid(key) for key in move.by}
    if named and not named & access.holder.role_uids:
        return False
    scope = own.act.get(Action.view if named else Action.edit, NONE)
    if scope.everything or scope.empty:
        return scope.everything
    lens = store.lens(graph.app, access, graph.form)
    wanted = sa.select(sa.literal(1)).where(graph.form.table.c["_id"] == record_id, lens.within(scope))
    return conn.scalar(wanted) is not None


def offered(graph: Graph, stage: str, record: Mapping[str, Any], context: Context) -> Iterator[Move]:
    """Yield the moves whose condition holds, or that ask for what the condition is about."""
    for move in moves_of(graph, stage):
        if move.needs or graph.holds(move.when, record, context):
            yield move


def resting(run: Run) -> Token:
    """Return the token in its stage. Raises Conflict while something else is waited for."""
    for token in run.book.living():
        if token.state is TokenState.active and run.graph.node(token.node).kind.name == "stage":
            return token
    raise Conflict("flow.not_in_a_stage")


def move(run: Run, asked: Press) -> None:
    """Take a record out of its stage. Raises Invalid for what the flow does not offer."""
    graph, token = run.graph, resting(run)
    visit = run.book.visit(token.visit_id or 0)
    found = next((each for each in moves_of(graph, token.node) if each.key == asked.button), None)
    record_id = run.instance.record_id
    if found is None or not may_move(run.store, run.uow.conn, graph, run.uow.access, record_id, found):
        raise too_late(run, visit, asked) or Invalid([_no_such(asked)])
    comment = said(found.comment, asked.comment, "comment")
    _write(run, found, asked.values)
    made = run.note("move", visit, button=found.key, comment=comment)
    Step(run, graph.node(token.node), token, visit).tell(found.notify, f"{made.id}:")
    if found.to is not None:
        run.follow(token, visit, Go(found.to, found.key))


def too_late(run: Run, visit: Visit, asked: Press) -> Conflict | None:
    """Return what to tell somebody whose move was offered by the stage that another has just left."""
    before = None if visit.previous_id is None else run.book.visit(visit.previous_id)
    by = None if before is None else before.left_by
    if before is None or by is None:
        return None
    for each in moves_of(run.graph, before.node):
        about = (run.graph, run.uow.access, run.instance.record_id, each)
        if each.key == asked.button and may_move(run.store, run.uow.conn, *about):
            return Conflict("flow.already_moved", by=people.names(run.uow.conn, [by]).get(by, ""))
    return None


def _no_such(asked: Press) -> Issue:
    return Issue("move", "flow.no_such_move", {"name": asked.button[:40]})


def _write(run: Run, found: Move, values: Mapping[str, Any]) -> None:
    """Write what was filled in, what the move sets and the next stage, in one go.

    What a move asks for may be a field that only shows in the next stage.
    """
    graph, record_id = run.graph, run.instance.record_id
    needs = [graph.keys.field(key).key for key in found.needs]
    if strange := [key for key in values if key not in needs]:
        raise Invalid([Issue(key, "field.read_only") for key in strange])
    typed, issues = graph.form.coercer.one(values)
    merged = run.with_values(typed)
    issues = issues or [Issue(key, "field.required") for key in needs if merged.get(key) in (None, ())]
    if issues:
        raise Invalid(issues)
    if not graph.holds(found.when, merged, run.context):
        raise Invalid([Issue("move", "flow.move_not_yet")])
    forced = {**typed, **graph.values(found.set, merged, run.context)}
    target = None if found.to is None else graph.node(found.to)
    if found.to is not None and target is not None and isinstance(target.options, StageOptions):
        forced |= graph.values(target.options.set, run.with_values({**typed, **forced}), run.context)
        forced |= graph.stage_value(found.to)
        run.prepared = found.to
    run.change(values, forced, moving_access(run.uow.access, graph, record_id, needs))
