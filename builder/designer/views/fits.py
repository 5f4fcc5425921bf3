"""Which fields can be what a kind of view asks for: the kind tells, so that no wrong one is offered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from builder.designer.desk import Desk
from builder.designer.elements.shapes import Shape, named, type_of
from builder.designer.reading import Json
from engines.form.computed import Fields
from engines.view.fitting import Fitting
from engines.view.kind import ViewType
from frontend.design import Panel, PanelInput
from schemas.elements import Ref, View
from schemas.kinds import Registry
from schemas.marks import mark_of


def fitting_of(desk: Desk, form: str) -> Fitting | None:
    """Return what the fields of a form of the draft can be; None where the draft cannot be read."""
    app = desk.reads
    if app is None or app.form(form) is None:
        return None
    return Fitting(form, Fields.of(app, desk.call.installation.grammar.fields))


@dataclass(eq=False)
class Fits:
    """The fields of one form of a draft."""

    desk: Desk
    shape: Shape
    form: str

    @cached_property
    def _fitting(self) -> Fitting | None:
        return fitting_of(self.desk, self.form)

    @cached_property
    def _keys(self) -> list[str]:
        app = self.desk.reads
        found = None if app is None else app.form(self.form)
        return [each.key for each in found.fields] if found is not None else []

    def able(self, said: Json, name: str, key: str) -> bool:
        """Tell whether an option of a view may name a field; yes where that cannot be told."""
        model, fitting = self.shape.model(said), self._fitting
        if model is None or fitting is None:
            return True
        kinds: Registry[ViewType[Any]] = self.desk.call.installation.grammar.families["views"]
        try:
            options = model.model_validate({**said, name: key}, by_alias=True, by_name=False)
        except ValidationError:
            return True
        if not isinstance(options, View):
            return True
        found = kinds[type_of(model, said)].verify(options, fitting)
        return not any(each.path.partition(".")[0] == name for each in found)

    def fitted(self, said: Json) -> Json:
        """Return a new view whose needed fields fit, as far as the form has such fields."""
        for name in self._needed(said):
            if not self.able(said, name, str(said.get(name))):
                fitting = next((key for key in self._keys if self.able(said, name, key)), said.get(name))
                said = {**said, name: fitting}
        return said

    def _needed(self, said: Json) -> Iterator[str]:
        model = self.shape.model(said)
        for name, info in named(model).items() if model is not None else ():
            ref = mark_of(Ref, info)
            if info.is_required() and ref is not None and ref.what == "field" and name in said:
                yield name

    def narrowed(self, shown: Panel, said: Json) -> Panel:
        """Return a panel that offers only fields that fit, and the one that is chosen."""
        model = self.shape.model(said)
        refs = {name: mark_of(Ref, info) for name, info in named(model).items()} if model is not None else {}

        def rest(each: PanelInput) -> PanelInput:
            ref = refs.get(each.name)
            if each.kind != "choice" or ref is None or ref.what != "field":
                return each
            kept = (
                item for item in each.items if item.key == each.value or self.able(said, each.name, item.key)
            )
            return replace(each, items=tuple(kept))

        groups = tuple(replace(group, inputs=tuple(map(rest, group.inputs))) for group in shown.groups)
        return replace(shown, groups=groups)
