"""The page of an element: its properties, the parts that stand alone, and the lists of parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property, partial
from itertools import islice
from typing import Any
from urllib.parse import quote

from builder.designer.desk import LISTS, Desk
from builder.designer.elements.around import form_at, rows_at, surroundings
from builder.designer.elements.making import kind_label
from builder.designer.elements.shapes import Shape, family_of, named, shape_at, shape_of, type_of
from builder.designer.elements.summing import note_of, title_of
from builder.designer.formulas.book import Book
from builder.designer.matching import trial_of
from builder.designer.overview.used import Used, named_by
from builder.designer.panel import Surroundings, Words, panel_of
from builder.designer.publics import look_url
from builder.designer.reading import Json, Kind, kind_of
from builder.designer.remarks.showing import remark_box, remarks_inside
from builder.designer.saying import condition_said
from builder.drafting.places import Pointer, locate, value_at
from frontend.design import ElementPage, MapRow, Panel, PanelInput, PartCard, PartList
from frontend.views import Item, Link
from runtime.screens.conditions.sentences import read_pieces
from runtime.screens.shell import page
from runtime.web.call import Answer, Call
from schemas.elements import Yields
from schemas.errors import NotFound
from schemas.kinds import Options
from schemas.marks import mark_of
from schemas.problems import pointer as written

# Lists of parts that the form designer shows better.
_ELSEWHERE = frozenset({"fields", "was"})
LAST = "/last"  # before what a part moves to be the last: no key looks so


def element_page(desk: Desk, place: str) -> Answer:
    """Answer the page of any element or list."""
    model = ElementDrawing(desk, place).model()
    return page(desk.call, "builder/element.html", model, crumbs(desk, place), nav=desk.nav())


def show_settings(call: Call) -> Answer:
    """Answer the page of the app itself: what it is called, its icon, its time zone."""
    desk = Desk(call)
    return page(
        call, "builder/element.html", ElementDrawing(desk, "").settings(), crumbs(desk, ""), nav=desk.nav()
    )


def pointer_of(document: Json, place: str) -> Pointer:
    """Return a place as a pointer; what its element does not say yet is one as well. Raises NotFound."""
    above, _, name = place.rpartition("/")
    try:
        return locate(document, place)
    except NotFound:
        pointer = locate(document, above)
        if not isinstance(value_at(document, pointer), dict):
            raise
        return (*pointer, name)


def crumbs(desk: Desk, place: str) -> list[Link]:
    """Return the way from the app to an element."""
    found = [
        Link(desk.texts.t("design.title"), "/design"),
        Link(desk.texts.label(desk.draft.document["label"]), desk.base),
    ]
    parts = place.split("/")
    for end in range(1, len(parts)):
        above = "/".join(parts[:end])
        text = ElementDrawing(desk, above).title()
        if text:
            url = desk.url_of(above) if above.startswith("dashboards/") else desk.element_url(above)
            found.append(Link(text, url))
    return found


class ElementDrawing:
    """One element and what is drawn of it."""

    def __init__(self, desk: Desk, place: str) -> None:
        self.desk, self.place, self.texts = desk, place, desk.texts
        self.document: Json = desk.draft.document
        self.pointer = pointer_of(self.document, place)
        self.shape = shape_at(desk.call.installation.grammar.app, self.document, self.pointer)
        self.said = _value(self.document, self.pointer)
        self.around = surroundings(self.document, self.pointer, self.texts)

    def model(self) -> ElementPage:
        """Return everything that the page shows."""
        model = self.shape.model(self.said)
        removable = model is not None and isinstance(self.pointer[-1], int)
        return ElementPage(
            self.title(), self._what(model), self.place, self.desk.element_url(self.place), self.desk.bar(),
            tuple(self._panels(model)), tuple(self._lists(model)),
            tuple(each for each, at in self.desk.placed if f"{at}/".startswith(f"{written(self.pointer)}/")),
            removable, remark_box(self.desk, self.place), self._used(),
            look_url(self.desk, self.place), trial_of(self.desk, self.place),
        )  # fmt: skip

    def _used(self) -> tuple[Link, ...] | None:
        """Return where the element is used; None for one that nothing can name."""
        return Used(self.desk).links(self.place) if named_by(self.desk, self.place) else None

    def settings(self) -> ElementPage:
        """Return the app's own properties; what stands in it has pages of its own."""
        title, url = self.texts.t("design.settings"), f"{self.desk.base}/settings"
        panels = tuple(islice(self._panels(self.shape.model(self.said)), 1))
        return ElementPage(title, "", "", url, self.desk.bar(), panels, ())

    def title(self) -> str:
        """Return what the element, or the list, is called."""
        model = self.shape.model(self.said)
        if model is None or not isinstance(self.said, dict):
            return self._list_title()
        return title_of(
            self.said,
            model,
            self.around,
            self.texts,
            kind_label(model, type_of(model, self.said), self.texts),
        )

    def _list_title(self) -> str:
        name, holder = str(self.pointer[-1]), self.pointer[:-1]
        if not holder:
            return self.texts.t(f"design.list.{name}")
        model = shape_at(self.desk.call.installation.grammar.app, self.document, holder).model(
            _value(self.document, holder)
        )
        return Words(self.texts, model).label(name) if model else name

    def _what(self, model: type[Options] | None) -> str:
        return kind_label(model, type_of(model, self.said), self.texts) if model is not None else ""

    def _panels(self, model: type[Options] | None) -> Iterator[Panel]:
        """Yield the element's own properties, then those of each part that stands alone."""
        if model is None or not isinstance(self.said, dict):
            return
        own = panel_of(
            model, self.said, self.place, self.around, self.texts, self.texts.t("design.properties_of")
        )
        yield self._finished(own, model, self.said)
        for name, shape in _inner_parts(model):
            if shape.models and isinstance(self.said.get(name), dict):
                yield from self._part_panel(model, name, shape)

    def _part_panel(self, model: type[Options], name: str, shape: Shape) -> Iterator[Panel]:
        element: Json = self.said[name]
        inner = shape.model(element)
        if inner is None:
            return
        around = self._around((*self.pointer, name))
        label = Words(self.texts, model).label(name)
        kind = kind_label(inner, type_of(inner, element), self.texts)
        title = self.texts.t("design.part_of_kind", name=label, kind=kind) if kind else label
        shown = panel_of(inner, element, f"{self.place}/{name}", around, self.texts, title)
        deeper = any(each.models or (each.item and each.item.models) for _, each in _inner_parts(inner))
        kinds = tuple(kinds_of(shape, self.texts)) if len(shape.models) > 1 else ()
        yield replace(self._finished(shown, inner, element), kinds=kinds, kind=type_of(inner, element),
                      more_url=self.desk.element_url(f"{self.place}/{name}") if deeper else "",
                      removable=not named(model)[name].is_required())  # fmt: skip

    def _finished(self, shown: Panel, model: type[Options], element: Json) -> Panel:
        """Return a panel whose formulas have the way to their editor."""
        at = written(locate(self.document, shown.place))

        pointer = locate(self.document, shown.place)
        around = self._around(pointer)
        this = self.texts.t("design.this_record", name="{name}")

        def reading(name: str, text: str) -> str:
            mark = mark_of(Yields, named(model)[name])
            labels = around.labels(mark, element, this)
            said = "".join(one.label or one.text for one in read_pieces(text, labels))
            return said if said != text else ""

        def row(each: PanelInput, one: MapRow) -> MapRow:
            if not one.formula:
                return one
            where = f"{at}/{each.name}/{one.key}{'/formula' if each.wrapped else ''}"
            return replace(one, edit_url=self._formula_url(where), reading=reading(each.name, one.value))

        def linked(each: PanelInput) -> PanelInput:
            if each.kind == Kind.map:
                return replace(each, rows=tuple(row(each, one) for one in each.rows))
            if each.kind != Kind.formula:
                return each
            url = self._formula_url(f"{at}/{each.name}")
            return replace(each, edit_url=url, reading=reading(each.name, each.value))

        groups = tuple(replace(group, inputs=tuple(map(linked, group.inputs))) for group in shown.groups)
        return replace(shown, groups=groups)

    @cached_property
    def _book(self) -> Book:
        return Book(self.desk)

    def _formula_url(self, at: str) -> str:
        return f"{self.desk.base}/formula?at={quote(at)}"

    def _lists(self, model: type[Options] | None) -> Iterator[PartList]:
        if self.shape.item is not None or self.shape.values is not None:
            yield self._list(self.place, self.shape, self.said, self.title(), "")
        if model is None or not isinstance(self.said, dict):
            return
        words = Words(self.texts, model)
        for name, shape in _inner_parts(model):
            said = self.said.get(name)
            if shape.models and isinstance(said, dict):
                continue
            note = words.help(name, type_of(model, self.said))
            found = self._list(f"{self.place}/{name}", shape, said, words.label(name), note)
            if found.cards or not found.full:
                yield found

    def _list(self, place: str, shape: Shape, said: Any, title: str, note: str) -> PartList:
        """Return the parts of a list, or the one part that may be added."""
        inner = shape.item or shape.values or shape
        cards = tuple(self._cards(place, inner, said)) if isinstance(said, list | dict) else ()
        if shape.values is None:
            kinds, named = tuple(kinds_of(inner, self.texts)), place in LISTS and place != "menu"
            return PartList(place, title, note, cards, kinds, named=named)
        names = self._names(place)
        called = {f"{place}/{each.key}": each.text for each in names}
        cards = tuple(replace(each, title=called.get(each.place, each.title)) for each in cards)
        free = tuple(each for each in names if each.key not in (said or {}))
        return PartList(place, title, note, cards, free, full=not free, chosen=True)

    def _names(self, place: str) -> tuple[Item, ...]:
        """Return under which names parts may stand in a map: those of subforms."""
        above, _, name = place.rpartition("/")
        holder = value_at(self.document, locate(self.document, above))
        return self.around.subforms(str(holder.get("form", ""))) if name == "rows" else ()

    def _cards(self, place: str, shape: Shape, said: list[Json] | Json) -> Iterator[PartCard]:
        names = list(said) if isinstance(said, dict) else [self._name(each, n) for n, each in enumerate(said)]
        for index, element in enumerate(said.values() if isinstance(said, dict) else said):
            model = shape.model(element)
            if model is not None and isinstance(element, dict):
                yield self._card(
                    f"{place}/{names[index]}", model, element, ways_of(names, index, keyed="key" in element)
                )

    def _around(self, pointer: Pointer) -> Surroundings:
        """Return what surrounds a part: what surrounds the page, save of which form and flow it speaks."""
        if len(self.pointer) < 2:
            return surroundings(self.document, pointer, self.texts)
        return replace(
            self.around, form=form_at(self.document, pointer), within=rows_at(self.document, pointer)
        )

    def _card(self, place: str, model: type[Options], element: Json, ways: tuple[str, str]) -> PartCard:
        pointer = locate(self.document, place)
        kind = kind_label(model, type_of(model, element), self.texts)
        around = self._around(pointer)
        title = title_of(element, model, around, self.texts, kind)
        read = partial(condition_said, self._book, around.form)
        said = (kind if kind != title else "", note_of(element, model, around, self.texts, title, read))
        at = f"{written(pointer)}/"
        wrong = next((each.text for each, where in self.desk.placed if f"{where}/".startswith(at)), "")
        return PartCard(
            place, self.desk.url_of(place), title, " · ".join(filter(None, said)),
            self._icon(model, element), *ways, wrong, remarks_inside(self.desk, place),
        )  # fmt: skip

    @staticmethod
    def _name(element: Any, number: int) -> str:
        return str(element["key"]) if isinstance(element, dict) and "key" in element else str(number)

    def _icon(self, model: type[Options], element: Json) -> str:
        grammar, family = self.desk.call.installation.grammar, family_of(model)
        kinds = grammar.fields if family == "field" else grammar.families.get(f"{family}s")
        kind = None if kinds is None else kinds.get(type_of(model, element))
        return kind.icon if kind is not None else LISTS.get(str(self.pointer[0]), "point")


def ways_of(names: list[str], index: int, *, keyed: bool) -> tuple[str, str]:
    """Return before what a part of a list moves when it goes up or down; blank where it cannot."""
    last = len(names) - 1
    up = "" if index == 0 else names[index - 1] if keyed else str(index - 1)
    further = names[index + 2] if keyed and index + 2 <= last else str(index + 1)
    return up, "" if index == last else LAST if index + 1 == last else further


def _value(document: Any, pointer: Pointer) -> Any:
    try:
        return value_at(document, pointer)
    except (KeyError, IndexError, TypeError):
        return None


def _inner_parts(model: type[Options]) -> Iterator[tuple[str, Shape]]:
    """Yield the properties of a model that are elements or lists of them and have no input of their own."""
    for name, info in named(model).items():
        shape = shape_of(info.annotation)
        inside = shape.item or shape.values or shape
        if inside.models and name not in _ELSEWHERE and kind_of(name, info) is None:
            yield name, shape


def kinds_of(shape: Shape, texts: Any) -> Iterator[Item]:
    """Yield the kinds that an element of a shape may be, with what each is for."""
    for tag, model in shape.models.items():
        code = f"{family_of(model)}.{tag}.help"
        yield Item(tag, kind_label(model, tag, texts), note=texts.t(code) if texts.has(code) else "")
