"""The list of drafts that one call of the write path carries through its phases."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from engines.access import FormAccess
from engines.expression import Context
from engines.form import FormModel
from engines.query import Change, Draft, Op, Result, Uow
from engines.store.encode import RowEncoder
from engines.store.store import Store
from engines.store.writing.shape import Shape
from schemas.errors import Issue

Write = Callable[[Store, Uow, FormModel, Sequence[Change]], list[Result]]


@dataclass(eq=False)
class Batch:
    """Drafts of one form on their way through the phases.

    ``write``: the path itself, for the writes that a deletion leads to. ``drawn``: serial numbers given, with
    their fields.
    """

    store: Store
    uow: Uow
    form: FormModel
    drafts: Sequence[Draft]
    write: Write
    drawn: list[tuple[Draft, str]] = field(default_factory=list)

    @cached_property
    def access(self) -> FormAccess:
        """Return the actor's rights to the form."""
        return self.uow.access.form(self.uow.app, self.form)

    @cached_property
    def context(self) -> Context:
        """Return the moment of the write; one for the whole list."""
        return self.store.context(self.uow.app, self.uow.access)

    @cached_property
    def encoder(self) -> RowEncoder:
        """Return the form's encoder for this database."""
        return RowEncoder.of(self.form, self.uow.conn.dialect)

    @cached_property
    def shape(self) -> Shape:
        """Return what the form has, and has not."""
        return Shape.of(self.form)

    def free(self, op: Op) -> frozenset[str]:
        """Return the fields this actor may send in any record, so that most rows need no second look."""
        fields = self.form.fields
        if self.system:
            return frozenset(fields)
        if op is Op.create:
            may = self.access.fill
        else:
            may = frozenset(key for key, scope in self.access.edit.items() if scope.everything)
        return frozenset(key for key in may if not fields[key].options.read_only)

    @property
    def system(self) -> bool:
        """Tell whether the platform itself acts, not a person."""
        return self.uow.access.holder is None

    def of(self, *ops: Op) -> Iterator[Draft]:
        """Iterate over the drafts of some operations that are still right."""
        return (each for each in self.drafts if each.change.op in ops and not each.issues)

    def written(self, *ops: Op) -> Iterator[Draft]:
        """Iterate over drafts of some operations, wrong values or not: every problem is found at once.

        A record that is refused as a whole is no further looked at: its answer would tell what else is there.
        """
        return (
            each
            for each in self.drafts
            if each.change.op in ops and (not each.issues or all(issue.path for issue in each.issues))
        )


def problem(draft: Draft, path: str, code: str, **params: object) -> None:
    """Note a problem with a draft."""
    draft.issues.append(Issue(path, code, params))
