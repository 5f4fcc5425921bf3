"""Record: fields of a record hold these values."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import Field

from engines.form import FieldModel, FormModel
from engines.query import Query
from engines.scenario.kinds import Example, ExpectationType, Miss
from engines.scenario.options import Recorded
from engines.scenario.verify import Look
from engines.scenario.world import World
from schemas.errors import Issue, NotFound
from schemas.kinds import kind
from schemas.scenarios import ExpectationOptions, Named, PersonKey


class RecordOptions(Recorded, ExpectationOptions):
    """``is``: the values; ``seen_by``: as somebody sees it, else as it is."""

    is_: Annotated[Named, Field(alias="is")] = {}
    seen_by: PersonKey | None = None


@kind
class Record(ExpectationType[RecordOptions]):
    """Values of a record."""

    name, icon = "record", "forms"
    Options = RecordOptions
    examples = (
        Example((
            {"type": "update", "form": "order", "record": "old", "set": {"amount": "5", "owner": "cy"}},
            {"type": "record", "form": "order", "record": "old",
             "is": {"amount": "5.00", "double": "10", "owner": "cy", "note": None}},
        )),
        Example(
            ({"type": "update", "form": "order", "record": "old", "set": {"amount": "5"}},
             {"type": "record", "form": "order", "record": "old", "is": {"amount": "6"}}),
            ("field",),
        ),
        Example(
            ({"type": "update", "form": "order", "record": "old", "set": {"amount": "5"}},
             {"type": "record", "form": "order", "record": "old", "seen_by": "bo", "is": {"amount": "5"}}),
            ("hidden",),
        ),
    )  # fmt: skip

    def misses(self, options: RecordOptions, world: World) -> Iterator[Miss]:
        """Compare each field."""
        form, record = world.form(options.form), world.record_id(options.record)
        person = None if options.seen_by is None else world.person_id(options.seen_by)
        said = {"form": form.definition.label, "record": options.record}
        try:
            page = world.read(person, Query(form.path), record)
        except NotFound:
            yield Miss("gone", said)
            return
        wanted, found = world.values(form, options.is_), page.records[0]
        for key, value in wanted.items():
            field = form.fields[key]
            named = {**said, "field": field.options.label, "expected": options.is_[key]}
            if key not in found:
                yield Miss("hidden", named)
            elif not _same(form, field, value, found[key]):
                yield Miss("field", named | {"found": world.naming.json(field, found[key])})

    def verify(self, options: RecordOptions, look: Look) -> Iterator[Issue]:
        """Check the values."""
        yield from look.values(options.form, options.is_, read=True)


def _same(form: FormModel, field: FieldModel, wanted: Any, found: Any) -> bool:
    """Compare a value as a door receives it with one as it was read; of rows, the cells that are named."""
    if field.rows is not None:
        rows = list(found or ())
        return len(rows) == len(wanted or ()) and all(
            _same(field.rows, field.rows.fields[key], value, row.get(key))
            for said, row in zip(wanted or (), rows, strict=True) for key, value in said.items()
        )  # fmt: skip
    if field.computed is None and field.key in form.coercer.row.__annotations__:
        values, issues = form.coercer.one({field.key: wanted})
        return not issues and values.get(field.key) == found
    if isinstance(found, Decimal) and wanted is not None:
        try:
            return Decimal(str(wanted)) == found
        except InvalidOperation:
            return False
    return bool(field.to_json(found) == wanted)
