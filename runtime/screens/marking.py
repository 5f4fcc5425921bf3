"""What stands out in a list: rows and cells that satisfy conditions which this reader may use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engines.expression import (
    Context,
    compile_python,
    parse,
    references,
    resolve,
)
from engines.expression.compiled import Evaluate
from engines.form import FormModel
from engines.store.reading.brought import Brought
from frontend.records import Mark
from runtime.screens.values import Showing
from schemas.elements import Mark as Said

Path = tuple[str, ...]
Found = tuple[Mark | None, Mapping[str, Mark]]


@dataclass(frozen=True, slots=True)
class _Rule:
    holds: Evaluate
    paths: frozenset[Path]
    mark: Mark
    field: str | None


class Marks:
    """The marks of one view. ``shown``: the columns; a cell that is not shown needs no mark."""

    def __init__(self, showing: Showing, said: Sequence[Said], shown: Iterable[str]) -> None:
        self._showing = showing
        self._rules = [*_usable(showing, said, {*shown})]

    @property
    def legend(self) -> tuple[Mark, ...]:
        """Return each mark once, in order."""
        return tuple(dict.fromkeys(each.mark for each in self._rules))

    def of(self, records: Sequence[Mapping[str, Any]]) -> Iterator[Found]:
        """Yield for each record the mark of its row and those of its cells; the first that fits."""
        context = self._showing.call.installation.store.context(
            self._showing.call.app, self._showing.call.access
        )
        values = self._values(records) if self._rules else {}
        for record in records:
            yield self._marks({**record, **values.get(int(record["_id"]), {})}, context)

    def _marks(self, row: Mapping[str, Any], context: Context) -> Found:
        whole: Mark | None = None
        cells: dict[str, Mark] = {}
        for each in self._rules:
            open_ = whole is None if each.field is None else each.field not in cells
            if open_ and each.holds(row, context) is True:
                if each.field is None:
                    whole = each.mark
                else:
                    cells[each.field] = each.mark
        return whole, cells

    def _values(self, records: Sequence[Mapping[str, Any]]) -> dict[int, dict[str, Any]]:
        """Return what the conditions read, as this reader finds it."""
        showing, form = self._showing, self._showing.form
        paths = {_start(form, path) for each in self._rules for path in each.paths if path[0] in form.fields}
        call = showing.call
        brought = Brought(call.installation.store, call.conn, call.app, call.access)
        found = brought.of(form, [int(each["_id"]) for each in records], paths)
        return {
            number: {".".join(path): value for path, value in some.items()} for number, some in found.items()
        }


def _usable(showing: Showing, said: Sequence[Said], shown: set[str]) -> Iterator[_Rule]:
    call, form = showing.call, showing.form
    lens = call.installation.store.lens(call.app, call.access, form)
    for each in said:
        if each.field is not None and each.field not in shown:
            continue
        node = resolve(parse(each.condition), form)
        paths = references(node)
        clear = lens.access.outline.keys().isdisjoint(path[0] for path in paths)
        # Rows are read with their record, so its right to the subform is theirs.
        if clear and all(lens.type_of(_start(form, path)) is not None for path in paths):
            mark = Mark(each.color, showing.texts.label(each.label))
            yield _Rule(compile_python(node), paths, mark, each.field)


def _start(form: FormModel, path: Path) -> Path:
    """Return what is fetched for a path: a subform as a whole, else what stands at its end."""
    field = form.fields.get(path[0])
    return path[:1] if field is not None and field.rows is not None else path
