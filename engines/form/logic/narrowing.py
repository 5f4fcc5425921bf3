"""Fields whose choices depend on what else stands in the record, compiled for one form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engines.expression import Context, compile_python
from engines.expression.compiled import Evaluate
from engines.expression.naming import THIS
from engines.form.logic.conditions import Around
from engines.form.logic.options import out_of_place
from engines.form.logic.picking import Path, Range

if TYPE_CHECKING:
    from engines.expression import FieldScope
    from engines.form.model import FieldModel, FormModel


@dataclass(frozen=True, slots=True, eq=False)
class Narrowed:
    """A relation that offers some records only, or a select that follows another.

    ``outer``: the subform in whose rows it stands. ``beside``: what it depends on, from the record or row on.
    """

    field: FieldModel
    outer: FieldModel | None
    beside: frozenset[Path]
    range: Range | None = None
    matches: Evaluate | None = None

    @property
    def keys(self) -> frozenset[str]:
        """Return the fields whose change asks the question anew."""
        return frozenset(path[0] for path in self.beside)

    def fits(self, other: Mapping[str, Any], here: Mapping[str, Any], context: Context) -> bool:
        """Tell whether a record may be chosen. ``other``: its values; ``here``: those of this record."""
        assert self.matches is not None  # noqa: S101 - asked of relations with a range
        this = {f"{THIS}.{'.'.join(path)}": here.get(".".join(path)) for path in self.beside}
        return self.matches({**other, **this}, context) is True

    def misplaced(self, here: Mapping[str, Any]) -> str | None:
        """Return the first chosen option that is not offered beside the other choice."""
        (path,) = self.beside
        return out_of_place(self.field.options.options, here.get(self.field.key), here.get(path[0]))  # type: ignore[attr-defined]  # a select has options


def narrowed(form: FormModel) -> Iterator[Narrowed]:
    """Yield the narrowed fields of a form and of its subforms."""
    for each in form.fields.values():
        if each.rows is None:
            yield from _narrowed(form, each, None, form)
        else:
            for inner in each.rows.fields.values():
                yield from _narrowed(form, inner, each, Around(each.rows, form))


def _narrowed(
    form: FormModel, field: FieldModel, outer: FieldModel | None, here: FieldScope
) -> Iterator[Narrowed]:
    follows, where = (getattr(field.options, name, None) for name in ("follows", "where"))
    if follows is not None:
        yield Narrowed(field, outer, frozenset({(follows,)}))
    if where is not None and field.target is not None:
        found = Range.of(where, form.scope.fields.scope(field.target), here)
        yield Narrowed(field, outer, found.beside, found, compile_python(found.node))
