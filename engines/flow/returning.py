"""Back to an earlier node: a new visit, and nothing decided before counts there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engines.flow.options import Button
from engines.flow.rows import Token, TokenState, Visit
from engines.flow.tasks import void
from schemas.errors import Conflict

if TYPE_CHECKING:
    from engines.flow.run import Run


def give_back(run: Run, place: tuple[Token, Visit], button: Button) -> None:
    """Return to the node a button names, or to the last at which somebody was waited for."""
    token, visit = place
    target = button.to or before(run, visit)
    levels = run.graph.shape.levels
    holder = _holder(run, token, len(levels[target]))
    run.book.leave(visit, "returned", run.actor)
    void(run, [visit.id], "returned")
    if holder is not token:  # out of a parallel block: what goes on inside it is over
        run.cancel([each for each in run.book.below(holder) if each is not holder], "returned")
        holder.state = TokenState.active
        run.book.touch(holder)
    straight = button.resume == "straight" and levels[target] == levels[visit.node]
    run.go(holder, target, _came_from(run, visit, target), visit.node if straight else None)


def before(run: Run, visit: Visit) -> str:
    """Return the node at which somebody was waited for before. Raises Conflict where there was none."""
    if visit.previous_id is None:
        raise Conflict("flow.nothing_before")
    return run.book.visit(visit.previous_id).node


def _holder(run: Run, token: Token, depth: int) -> Token:
    """Return the token itself or the one above it that stands at a depth."""
    chain = [token]
    while chain[-1].parent_id is not None:
        chain.append(run.book.tokens[chain[-1].parent_id])
    return chain[::-1][min(depth, len(chain) - 1)]


def _came_from(run: Run, visit: Visit, target: str) -> int | None:
    """Return what was before the target, when it was entered on this way."""
    here: Visit | None = visit
    while here is not None and here.node != target:
        here = None if here.previous_id is None else run.book.visit(here.previous_id)
    return None if here is None else here.previous_id
