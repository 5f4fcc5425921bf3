"""Count: so many records of a form satisfy a condition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from engines.expression import parse
from engines.query import Query, Total
from engines.scenario.kinds import Example, ExpectationType, Miss
from engines.scenario.world import World
from engines.store import reading
from schemas.elements import Formula, Yields
from schemas.errors import NotFound
from schemas.kinds import kind
from schemas.scenarios import AForm, ExpectationOptions, PersonKey


class CountOptions(ExpectationOptions):
    """``where``: which records; ``seen_by``: of those that somebody sees; ``is``: how many."""

    form: AForm
    where: Annotated[Formula, Yields("condition", reads="@form", in_sql=True)] | None = None
    seen_by: PersonKey | None = None
    is_: Annotated[int, Field(ge=0, le=10_000, alias="is")]


@kind
class Count(ExpectationType[CountOptions]):
    """Records, counted."""

    name, icon = "count", "sum"
    Options = CountOptions
    examples = (
        Example((
            {"type": "create", "form": "order", "set": {"title": "A", "note": "x"}},
            {"type": "count", "form": "order", "where": 'title = "A"', "is": 1},
        )),
        Example(
            ({"type": "create", "form": "order", "set": {"title": "A"}},
             {"type": "count", "form": "order", "seen_by": "cy", "is": 3}),
            ("count",),
        ),
    )  # fmt: skip

    def misses(self, options: CountOptions, world: World) -> Iterator[Miss]:
        """Count them through the read path."""
        form = world.form(options.form)
        person = None if options.seen_by is None else world.person_id(options.seen_by)
        where = None if options.where is None else parse(options.where)
        query = Query(form.path, (), where=where, limit=1, total=Total.exact)
        with world.reading() as conn:
            try:
                found = reading.read(world.store, conn, world.app, world.access(conn, person), query).count
            except NotFound:
                found = 0
        if found != options.is_:
            params = {"form": form.definition.label, "where": options.where or ""}
            yield Miss("count", {**params, "expected": options.is_, "found": found})
