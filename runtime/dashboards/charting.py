"""A list looked at as a chart: what stands there now, by a field, measured by a figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import orjson

from engines.expression import ValueType, to_text
from engines.form import FieldModel
from engines.form.families import buckets_of
from engines.report.answering import boards_of
from engines.report.options import MeasureOptions, QueryOptions
from engines.report.outline import needs_bucket
from engines.store.reading.levels import LEVELS
from frontend.charting import ChartPage, Keeping
from frontend.views import Item, Link
from runtime.dashboards.views import asker_of, widget_view
from runtime.screens.kept import saved_views
from runtime.screens.listing import Listing, open_listing
from runtime.screens.shell import page, texts_of
from runtime.screens.table import conditions_of
from runtime.web.call import Answer, Call, redirect
from schemas.dumper import plain
from schemas.elements import Action
from schemas.errors import Forbidden

KINDS = ("column", "bar", "line", "pie", "funnel", "number")
_NUMBERS = ("sum", "average", "min", "max")
_PARTS = {"pie", "funnel"}  # of a whole: what adds up
_KEY = "chart"


@dataclass(eq=False)
class Charting:
    """What the address says of a chart, as far as there is such a thing for this reader."""

    listing: Listing

    @property
    def said(self) -> dict[str, str]:
        """Return the parameters."""
        return self.listing.call.query

    @cached_property
    def kind(self) -> str:
        """Return the look: the one asked for, else columns."""
        return self.said.get("as", "") if self.said.get("as") in self.kinds else KINDS[0]

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """Return the looks there are: steps are options of a field."""
        steps = any(_is_choice(each) for each in self._groupable)
        return tuple(
            each for each in KINDS if each == "number" or (self._groupable and (each != "funnel" or steps))
        )

    @cached_property
    def _groupable(self) -> list[FieldModel]:
        return [each for each in self.listing.choosable() if self.listing.able.groupable(each.key)]

    @property
    def fields(self) -> list[FieldModel]:
        """Return what the present look can go by."""
        if self.kind == "number":
            return []
        return [each for each in self._groupable if self.kind != "funnel" or _is_choice(each)]

    @cached_property
    def by(self) -> FieldModel | None:
        """Return the field it goes by: asked for, that of a board's columns, one that fits the look best."""
        found = {each.key: each for each in self.fields}
        columns = str(getattr(self.listing.view, "by", ""))
        wanted = next((key for key in (self.said.get("by", ""), columns) if key in found), "")
        fitting = _is_dated if self.kind == "line" and not self.said.get("by") else _is_choice
        best = next((each for each in found.values() if fitting(each)), next(iter(found.values()), None))
        return best if self.kind == "line" and not self.said.get("by") else found.get(wanted, best)

    @property
    def bucket(self) -> str | None:
        """Return the stretch of time of a group of dates, the level of one of regions."""
        said = self.said.get("bucket")
        if said in self.buckets:
            return said
        return next((each for each in ("month", LEVELS[0]) if each in self.buckets), None)

    @property
    def buckets(self) -> tuple[str, ...]:
        """Return the buckets there are of the field it goes by."""
        return () if self.by is None else buckets_of(self.by.kind.value_type, self.by.kind.family)

    @cached_property
    def measures(self) -> dict[str, tuple[str, FieldModel | None]]:
        """Return the figures there are, by how the address says them."""
        functions = [each for each in _NUMBERS if self.kind not in _PARTS or each == "sum"]
        found: dict[str, tuple[str, FieldModel | None]] = {"count": ("count", None)}
        for each in self.listing.choosable():
            able = self.listing.able.functions(each.key)
            if each.kind.value_type is ValueType.number:
                found |= {f"{name}:{each.key}": (name, each) for name in functions if name in able}
        return found

    @property
    def measure(self) -> str:
        """Return the figure."""
        return self.said.get("of", "") if self.said.get("of") in self.measures else "count"

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Return what an address says of this chart."""
        by = (("by", self.by.key),) if self.by is not None else ()
        bucket = (("bucket", self.bucket),) if self.bucket else ()
        return (("as", self.kind), *by, *bucket, ("of", self.measure))

    def options(self, label: str) -> QueryOptions:
        """Return the chart as a dashboard says it."""
        function, field = self.measures[self.measure]
        where = self.listing.where()
        said: dict[str, Any] = {
            "key": _KEY, "type": self.kind, "label": label[:200], "form": self.listing.form.key,
            "where": None if where is None else to_text(where),
            "measure": MeasureOptions(function=function, field=field.key if field else None),  # type: ignore[arg-type]  # a word of ours
        }  # fmt: skip
        if self.kind == "funnel":
            said |= {"field": self.by.key if self.by else "", "mode": "snapshot"}
        elif self.by is not None:
            order = {"order": "value"} if _is_choice(self.by) else {}
            said["group"] = {"field": self.by.key, "bucket": self.bucket, **order}
        found = self.listing.call.installation.widgets[self.kind].Options.model_validate(said)
        if not isinstance(found, QueryOptions):
            raise TypeError(self.kind)
        return found


def show_chart(call: Call) -> Answer:
    """Answer the chart of a list; what cannot be charted leads back to it."""
    listing = open_listing(call, saved_views(call, call.form))
    if not listing.rights.may(Action.view):
        raise Forbidden
    if listing.broken or listing.state.reached:
        return redirect(listing.state.url(listing.base))
    return page(call, "runtime/chart.html", _page(Charting(listing)), _crumbs(listing))


def _crumbs(listing: Listing) -> list[Link]:
    label = texts_of(listing.call).label(listing.form.definition.label)
    return [Link(label, listing.state.url(listing.base))]


def _page(chart: Charting) -> ChartPage:
    listing, call = chart.listing, chart.listing.call
    texts = texts_of(call)
    title = _title(chart)
    options = chart.options(title)
    base = f"{listing.base}/chart"
    state = replace(listing.state, search="", sort="", columns=())
    view = widget_view(call, options, asker_of(call), base)
    kinds = (
        Link(texts.t(f"widget.{each}.label"), state.url(base, *_changed(chart, each)),
             call.installation.widgets[each].icon, active=each == chart.kind)
        for each in chart.kinds
    )  # fmt: skip
    return ChartPage(
        title=title,
        heading=texts.t("screen.chart.heading", form=texts.label(listing.form.definition.label)),
        url=base,
        widgets=(replace(view, url=state.url(base, *chart.pairs), title=title),),
        kinds=tuple(kinds),
        keep=(*state.pairs(), ("as", chart.kind)),
        fields=tuple(_item(chart, each) for each in chart.fields),
        by=chart.by.key if chart.by else "",
        buckets=tuple(Item(each, texts.t(f"design.choice.bucket.{each}")) for each in chart.buckets),
        bucket=chart.bucket or "",
        measures=tuple(Item(key, _measure(chart, key)) for key in chart.measures),
        measure=chart.measure,
        said=tuple(_said(listing)),
        unsearched=bool(listing.state.search),
        keeping=_keeping(chart, options, title),
    )


def _changed(chart: Charting, kind: str) -> Sequence[tuple[str, str]]:
    """Return the same chart with another look; a line runs along time where nothing else was asked for."""
    kept = [each for each in chart.pairs if each[0] in {"by", "of"} and each[0] in chart.said]
    along = kind != "line" or chart.by is None or _is_dated(chart.by)
    return [("as", kind), *(each for each in kept if along or each[0] != "by")]


def _item(chart: Charting, field: FieldModel) -> Item:
    return Item(field.key, texts_of(chart.listing.call).label(field.options.label))


def _measure(chart: Charting, key: str) -> str:
    texts = texts_of(chart.listing.call)
    function, field = chart.measures[key]
    if field is None:
        return texts.t("screen.chart.count")
    return texts.t(f"screen.chart.{function}", name=texts.label(field.options.label))


def _title(chart: Charting) -> str:
    texts = texts_of(chart.listing.call)
    measure = _measure(chart, chart.measure)
    form = texts.label(chart.listing.form.definition.label)
    if chart.by is None:
        return texts.t("screen.chart.title_whole", form=form, measure=measure)
    return texts.t("screen.chart.title", form=form, measure=measure, by=texts.label(chart.by.options.label))


def _said(listing: Listing) -> Iterator[str]:
    """Yield which records these are: the view, and each further condition."""
    if listing.view is not None:
        yield texts_of(listing.call).label(listing.view.label)
    yield from (each.text for each in conditions_of(listing))


def _keeping(chart: Charting, options: QueryOptions, title: str) -> Keeping | None:
    """Return how the chart is put on a dashboard, for whoever may design the application."""
    call = chart.listing.call
    boards = boards_of(call.app.definition)
    if not boards or not call.access.may_design(call.app):
        return None
    said = {key: value for key, value in plain(options).items() if key not in {"key", "label", "place"}}
    label = texts_of(call).label
    return Keeping(
        f"/design/{call.app.key}/keep", title, orjson.dumps(said).decode(),
        tuple(Item(each.key, label(each.label)) for each in boards),
    )  # fmt: skip


def _is_choice(field: FieldModel) -> bool:
    return field.kind.value_type is ValueType.option


def _is_dated(field: FieldModel) -> bool:
    return needs_bucket(field.kind.value_type)
