"""The page of a view: its table with handles, the fields beside it, and its other properties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from builder.designer.desk import Desk
from builder.designer.elements.pages import ElementDrawing, crumbs, kinds_of
from builder.designer.elements.shapes import type_of
from builder.designer.reading import Json
from builder.designer.views.fits import Fits, fitting_of
from builder.designer.views.look import look_of
from builder.designer.views.preview import ViewPreview
from builder.drafting.places import locate, value_at
from engines.view.fitting import Fitting
from frontend.design import ElementPage, Panel
from frontend.design_views import ViewColumn, ViewDesignPage
from frontend.views import FieldView, Item
from runtime.screens.grouped.said import MOST_LEVELS
from runtime.screens.listing import COLUMNS_SHOWN, NO_COLUMN
from runtime.screens.shell import page
from runtime.screens.values import Showing
from runtime.web.call import Answer
from schemas.elements import TABLE


def view_at(place: str) -> bool:
    """Tell whether a place is that of a view."""
    parts = place.split("/")
    return len(parts) == 4 and (parts[0], parts[2]) == ("forms", "views")


def view_page(desk: Desk, place: str) -> Answer:
    """Answer the page of a view."""
    drawing = ElementDrawing(desk, place)
    panel = _with_kinds(drawing, drawing.model())
    canvas = _Canvas(desk, place)
    if panel.panels[0].kind != TABLE:
        look, code = look_of(canvas.preview, panel.title)
        model = ViewDesignPage((), (), (), desk.texts.t(code) if code else "", panel, look, drawn=False)
        return page(desk.call, "builder/view.html", model, crumbs(desk, place), nav=desk.nav())
    panel = _without_columns(panel)
    columns = tuple(canvas.columns)
    sample = canvas.preview.sample([each.field.key for each in columns])
    reason = desk.texts.t(sample.reason) if sample.reason else ""
    model = ViewDesignPage(columns, tuple(canvas.palette), sample.rows, reason, panel)
    return page(desk.call, "builder/view.html", model, crumbs(desk, place), nav=desk.nav())


def _without_columns(shown: ElementPage) -> ElementPage:
    """Return the panels without the list of columns, which the canvas shows better."""

    def rest(panel: Panel) -> Panel:
        groups = (
            replace(group, inputs=tuple(each for each in group.inputs if each.name != "columns"))
            for group in panel.groups
        )
        return replace(panel, groups=tuple(each for each in groups if each.inputs))

    return replace(shown, panels=tuple(map(rest, shown.panels)))


def _with_kinds(drawing: ElementDrawing, shown: ElementPage) -> ElementPage:
    """Return the panels, the first of which has the kinds that the view may become."""
    first, *others = shown.panels
    said, model = drawing.said, drawing.shape.model(drawing.said)
    kinds = tuple(kinds_of(drawing.shape, drawing.texts))
    kind = "" if model is None else type_of(model, said)
    fits = Fits(drawing.desk, drawing.shape, drawing.place.split("/")[1])
    first = fits.narrowed(replace(first, kinds=kinds, kind=kind), said)
    return replace(shown, panels=(first, *others))


@dataclass(eq=False)
class _Canvas:
    desk: Desk
    place: str

    @cached_property
    def preview(self) -> ViewPreview:
        """Return the records of the view."""
        said = value_at(self.desk.draft.document, locate(self.desk.draft.document, self.place))
        return ViewPreview(self.desk, self.place.split("/")[1], said)

    @cached_property
    def _fields(self) -> Mapping[str, Json]:
        """Return the fields of the draft's form that may be columns."""
        form = value_at(self.desk.draft.document, locate(self.desk.draft.document, self.place)[:2])
        kinds = self.desk.call.installation.grammar.fields
        return {str(each["key"]): each for each in form.get("fields", ()) if each.get("type") in kinds}

    @cached_property
    def _keys(self) -> list[str]:
        """Return the columns; a view that names none shows the first fields."""
        said = [str(each) for each in self.preview.said.get("columns", ()) if str(each) in self._fields]
        usual = (key for key, each in self._fields.items() if each["type"] not in NO_COLUMN)
        return said or list(usual)[:COLUMNS_SHOWN]

    @cached_property
    def _fitting(self) -> Fitting | None:
        return fitting_of(self.desk, self.place.split("/")[1])

    def _countable(self, key: str) -> bool:
        return self._fitting is not None and bool(self._fitting.figures(key))

    def _groupable(self, key: str, groups: Sequence[str]) -> bool:
        fits = self._fitting is not None and self._fitting.groupable(key)
        return key in groups or (fits and len(groups) < MOST_LEVELS)

    @property
    def columns(self) -> Iterator[ViewColumn]:
        """Yield the columns in their order."""
        ways = {
            str(each.get("field")): "desc" if each.get("descending") else "asc"
            for each in self.preview.said.get("sort", ())
        }
        said_of = self.preview.said
        tabular = said_of.get("type", TABLE) == TABLE
        groups = [str(each.get("field")) for each in said_of.get("group", ())]
        totals = {
            str(each.get("field")): str(each.get("function", "sum")) for each in said_of.get("totals", ())
        }
        form = self.preview.form
        showing = None if form is None else Showing(self.desk.call, form, {})
        for key in self._keys:
            said = self._fields[key]
            label, kind = self.desk.texts.label(said.get("label")), str(said["type"])
            known = None if form is None else form.fields.get(key)
            view = FieldView(key, kind, label)
            if showing is not None and known is not None and known.kind.name == kind:
                view = replace(showing.view(known), label=label)
            known_kind = self.desk.call.installation.grammar.fields[kind]
            level = groups.index(key) + 1 if key in groups else 0
            yield ViewColumn(
                view, ways.get(key, ""), known_kind.sortable,
                groupable=tabular and self._groupable(key, groups),
                level=level, countable=tabular and self._countable(key), total=totals.get(key, ""),
            )  # fmt: skip

    @property
    def palette(self) -> Iterator[Item]:
        """Yield the fields that are no column."""
        kinds = self.desk.call.installation.grammar.fields
        for key, each in self._fields.items():
            if key not in self._keys:
                yield Item(key, self.desk.texts.label(each.get("label")), icon=kinds[str(each["type"])].icon)
