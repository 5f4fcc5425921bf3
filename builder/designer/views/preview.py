"""The first records of a view of a draft: asked of what is published, with the designer's own rights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from pydantic import ValidationError

from builder.designer.desk import Desk
from builder.designer.elements.shapes import shape_of
from builder.designer.reading import Json
from engines.expression import ExpressionError, parse
from engines.form import FormModel
from engines.query import Page, Query, Sort
from engines.store import reading
from frontend.views import Cell
from runtime.screens.values import Showing
from schemas.elements import Action, View
from schemas.errors import WeftError

_ROWS = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """What stands below the columns. ``reason``: why nothing does, as a code."""

    rows: tuple[tuple[Cell, ...], ...] = ()
    reason: str = ""


@dataclass(eq=False)
class ViewPreview:
    """One view as the draft says it, held against the published form of the same key."""

    desk: Desk
    form_key: str
    said: Json

    @cached_property
    def form(self) -> FormModel | None:
        """Return the published form; None for one that is new in the draft."""
        found = self.desk.call.app.forms.get(self.form_key)
        return None if found is None or found.parent is not None else found

    @cached_property
    def view(self) -> View | None:
        """Return the view as the grammar reads it; None for what it cannot read."""
        grammar = self.desk.call.installation.grammar
        model = shape_of(grammar.element("forms").model_fields["views"].annotation).item
        kind = None if model is None else model.model(self.said)
        try:
            found = None if kind is None else kind.model_validate(self.said, by_alias=True, by_name=False)
            return found if isinstance(found, View) else None
        except ValidationError:
            return None

    def sample(self, columns: Sequence[str]) -> Sample:
        """Return the first records, a cell a column; a column that is not published yet stays blank."""
        form, view, call = self.form, self.view, self.desk.call
        if form is None or view is None:
            return Sample(reason="design.view.ahead")
        rights = call.access.form(call.app, form)
        if not rights.may(Action.view):
            return Sample(reason="design.view.closed")
        known = tuple(key for key in columns if key in form.fields and rights.readable(key))
        try:
            found = self._read(form, view, known)
        except (WeftError, ExpressionError):  # what it filters or sorts by is not published, or not readable
            return Sample(reason="design.view.ahead")
        if not found.records:
            return Sample(reason="design.view.empty")
        showing = Showing(call, form, found.labels)
        cells = (
            tuple(
                showing.cell(form.fields[key], record.get(key), masked=key in rights.masked)
                if key in known
                else Cell()
                for key in columns
            )
            for record in found.records
        )
        return Sample(tuple(cells))

    def _read(self, form: FormModel, view: View, keys: tuple[str, ...]) -> Page:
        where = None if view.filter is None else parse(view.filter)
        sorts = tuple(Sort(each.field, each.descending) for each in view.sort)
        query = Query(form.path, keys, where, sort=sorts, limit=_ROWS, labels=True)
        call = self.desk.call
        return reading.read(call.installation.store, call.conn, call.app, call.access, query)
