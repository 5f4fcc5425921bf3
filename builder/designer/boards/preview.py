"""Widgets of a draft with real figures: asked of what is published, with the designer's own rights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import orjson
from pydantic import ValidationError

from builder.designer.boards.samples import sample_view
from builder.designer.desk import Desk
from builder.designer.reading import Json
from engines.form.verify import load_verified
from engines.report.options import QueryOptions
from frontend.boards import WidgetView
from runtime.dashboards.views import asker_of, widget_view
from schemas.behaviour import Dashboard
from schemas.dumper import plain
from schemas.errors import Invalid

_OWN = ("weft", "key", "label", "time_zone", "forms")


@dataclass(eq=False)
class Preview:
    """The widgets of one dashboard of a draft. ``at``: where it stands among the dashboards."""

    desk: Desk
    at: int

    @property
    def said(self) -> Json:
        """Return the dashboard as the draft says it."""
        found: Json = self.desk.draft.document["dashboards"][self.at]
        return found

    @cached_property
    def problems(self) -> Mapping[int, str]:
        """Return what is wrong with a widget, by its number."""
        found: dict[int, str] = {}
        base = f"/dashboards/{self.at}/widgets/"
        for problem, path in self.desk.placed:
            if path.startswith(base):
                found.setdefault(int(path.removeprefix(base).split("/", 1)[0]), problem.text)
        return found

    @cached_property
    def _options(self) -> Dashboard | None:
        """Return the dashboard as the grammar reads it; None for one with a gap."""
        shell = {"weft": 1, "key": "draft", "label": "-", "dashboards": [self.said]}
        try:
            app = self.desk.call.installation.grammar.app.model_validate(shell, by_alias=True, by_name=False)
        except ValidationError:
            return None
        found: object = app.dashboards[0]
        return found if isinstance(found, Dashboard) else None

    @cached_property
    def _ahead(self) -> frozenset[int]:
        """Return the widgets that ask for what is not published yet."""
        published = plain(self.desk.call.app.definition)
        if published.get("forms", []) == self.desk.draft.document.get("forms", []):
            return frozenset()
        whole = {name: published[name] for name in _OWN if name in published}
        said = {name: value for name, value in self.said.items() if name != "roles"}
        boards = [said, *self._others]
        try:
            load_verified(orjson.dumps({**whole, "dashboards": boards}), self.desk.call.installation.grammar)
        except Invalid as error:
            parts = (each.path.split("/") for each in error.issues)
            return frozenset(int(each[4]) for each in parts if each[1:4] == ["dashboards", "0", "widgets"])
        return frozenset()

    @property
    def _others(self) -> Iterator[Json]:
        """Yield the other dashboards of the draft as far as shortcuts name them."""
        for at, each in enumerate(self.desk.draft.document["dashboards"]):
            if at != self.at:
                yield {"key": each["key"], "label": each["label"]}

    def widget(self, number: int) -> WidgetView | None:
        """Return a widget as its viewers will see it, with a sample where nothing can be asked yet or shown.

        None for one that is not right, and for one without figures that cannot be asked yet.
        """
        if self._options is None or number in self.problems:
            return None
        options = self._options.widgets[number]
        sampled = options if isinstance(options, QueryOptions) else None
        if number in self._ahead:
            return sample_view(self.desk, sampled) if sampled else None
        found = widget_view(self.desk.call, options, asker_of(self.desk.call), "")
        return sample_view(self.desk, sampled) if sampled and found.state == "forbidden" else found
