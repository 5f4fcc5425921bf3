"""The laid out graph as a page shows it: every card in words, every way with its plus."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from urllib.parse import quote

from builder.designer.elements.around import called
from builder.designer.elements.making import kind_label
from builder.designer.flows.layout import Card, Line, Where
from builder.designer.flows.making import STAGE, growth
from builder.designer.flows.under_way import FlowUnderWay
from builder.designer.formulas.book import Book
from builder.designer.saying import DraftSay
from engines.flow.kinds import Output
from engines.flow.shape import Drawn
from frontend.flow_tree import FlowBranch, FlowCard, FlowChip, FlowLine, FlowPlus
from frontend.views import Item
from schemas.problems import pointer as written

_TONES = {"start": "ends", "end": "ends", "stage": "stage", "branch": "ways", "split": "ways", "join": "ways"}


@dataclass(eq=False)
class FlowDrawing:
    """``chosen``: the place that is looked at; ``plus``: the way at which something is to be put."""

    flow: FlowUnderWay
    chosen: str
    plus: str
    _known: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def say(self) -> DraftSay:
        """Return what words its sentences use."""
        return DraftSay(Book(self.flow.desk), self.flow.around)

    def line(self, line: Line) -> FlowLine:
        """Return a line of cards."""
        last = line.cards[-1] if line.cards else None
        lead = None if last is None else next(iter(last.onto), None)
        way = line.way if last is None else lead
        chip = None
        if way is not None and line.where in {Where.back, Where.jump, Where.missing}:
            chip = self._chip("", way, line.where)
        return FlowLine(
            tuple(self._card(each) for each in line.cards),
            None if line.way is None else self._plus((line.way,)), chip,
            ends=line.where is Where.end and bool(line.cards) and not (last and last.branches),
        )  # fmt: skip

    def _card(self, card: Card) -> FlowCard:
        drawn, texts = self.flow.ways.nodes[card.key], self.flow.desk.texts
        options, place = drawn.options, self.flow.node(card.key)
        kind = kind_label(type(options), options.type, texts)
        title = self.title(card.key)
        return FlowCard(
            place, self.url(place), title, kind if kind != title else "", drawn.kind.icon,
            self._note(drawn), self._is_chosen(place),
            _TONES.get(drawn.kind.name, ""), tuple(self._chips(card, drawn)),
            tuple(self._branches(card, drawn)), tuple(self._growth(drawn)),
            self._onward(card, drawn) if card.onto else None, self._wrong(drawn.at),
        )  # fmt: skip

    def _note(self, drawn: Drawn) -> str:
        if drawn.kind.name == "start" and self.flow.flow.field is not None:
            return self.flow.desk.texts.t("design.flow.pipeline_begins")
        said = self.say.element("nodes", drawn.kind.name, drawn.options)
        said = said or self.flow.desk.texts.t(f"node.{drawn.kind.name}.help")
        return said[:1].upper() + said[1:]

    def _onward(self, card: Card, drawn: Drawn) -> FlowPlus:
        """Return the plus below a card; a way that has a name of its own bears it there."""
        plus, way = self._plus(card.onto), card.onto[0]
        if len(card.onto) > 1 or self._part(drawn, way) is None:
            return plus
        place = self.flow.holder(way)
        name = FlowChip(self._way_title(drawn, way), self.url(place), "on", self._is_chosen(place))
        return replace(plus, name=name)

    def title(self, key: str) -> str:
        """Return what a node is called; a stage by its option."""
        options, texts = self.flow.ways.nodes[key].options, self.flow.desk.texts
        if options.label is not None:
            return texts.label(options.label)
        if options.type == STAGE and key in self.flow.options():
            return self.flow.options()[key]
        return called({"type": options.type, "key": key}, texts)

    def url(self, place: str) -> str:
        """Return the page on which a place of the flow is chosen."""
        return self.flow.desk.element_url(place)

    def _is_chosen(self, place: str) -> bool:
        return f"{self.chosen}/".startswith(f"{place}/")

    def _wrong(self, at: Sequence[str | int]) -> str:
        index = list(self.flow.desk.draft.document.get("flows", ())).index(self.flow.raw)
        here = f"{written(('flows', index, *at))}/"
        return next((each.text for each, where in self.flow.desk.placed if f"{where}/".startswith(here)), "")

    def _chips(self, card: Card, drawn: Drawn) -> Iterator[FlowChip]:
        """Yield ways to cards elsewhere, and buttons that send back."""
        for way in card.chips:
            where = Where.missing if way.to not in self.flow.ways.nodes else Where.jump
            back = (card.key, way.to) in self.flow.ways.back
            yield self._chip(self._way_title(drawn, way), way, Where.back if back else where)
        for each in getattr(drawn.options, "moves", ()):
            if each.to is None:
                place = f"{self.flow.node(card.key)}/moves/{each.key}"
                label = self.flow.desk.texts.label(each.label)
                yield FlowChip(label, self.url(place), "stay", self._is_chosen(place))
        for each in getattr(drawn.options, "buttons", ()):
            if each.to is not None:
                place = f"{self.flow.node(card.key)}/buttons/{each.key}"
                known = each.to in self.flow.ways.nodes
                yield self._said(self._button(each), each.to, place, Where.back if known else Where.missing)

    def _button(self, button: object) -> str:
        texts = self.flow.desk.texts
        said = getattr(button, "label", None)
        return (
            texts.label(said)
            if said is not None
            else texts.t(f"screen.flow.button.{getattr(button, 'type', '')}")
        )

    def _chip(self, title: str, way: Output, where: Where) -> FlowChip:
        return self._said(title, way.to, self.flow.holder(way), where)

    def _said(self, title: str, to: str, place: str, where: Where) -> FlowChip:
        t = self.flow.desk.texts.t
        target = self.title(to) if to in self.flow.ways.nodes else t("design.flow.nowhere")
        text = t("design.flow.leads", name=title, to=target) if title else t("design.flow.goes_to", to=target)
        return FlowChip(text, self.url(place), str(where), self._is_chosen(place))

    def _branches(self, card: Card, drawn: Drawn) -> Iterator[FlowBranch]:
        for line in card.branches:
            way = line.way
            if way is not None:
                place = self.flow.holder(way)
                yield FlowBranch(
                    self._way_title(drawn, way), self._when(drawn, way), self.url(place),
                    self.chosen == place and len(way.at) > 3, self.line(line),
                    self._wrong((*drawn.at, *way.at[2:-1])) if len(way.at) > 3 else "",
                )  # fmt: skip

    def _way_title(self, drawn: Drawn, way: Output) -> str:
        """Return what a way is called: by its label, else by the property that says it."""
        texts = self.flow.desk.texts
        holder = self._part(drawn, way)
        if holder is not None:
            return texts.label(getattr(holder, "label", None)) or way.name
        for code in (f"node_option.{way.name}.label", f"design.option.{way.name}.label"):
            if texts.has(code):
                return texts.t(code)
        return way.name

    def _when(self, drawn: Drawn, way: Output) -> str:
        when = getattr(self._part(drawn, way), "when", None)
        return "" if when is None else self.say.condition(when)

    @staticmethod
    def _part(drawn: Drawn, way: Output) -> object | None:
        """Return the part of a node that says a way; None where the node says it itself."""
        _, _, *inside = way.at
        if len(inside) < 3:
            return None
        found: object = getattr(drawn.options, str(inside[0]))[int(inside[1])]
        return found

    def _growth(self, drawn: Drawn) -> Iterator[Item]:
        texts = self.flow.desk.texts
        for name in self._grows(drawn.kind.name):
            if (
                name not in drawn.options.model_fields_set
                or getattr(drawn.options, name) is None
                or (isinstance(getattr(drawn.options, name), tuple))
            ):
                code = f"design.flow.add.{name}"
                label = texts.t(code) if texts.has(code) else texts.t("design.flow.add.way")
                yield Item(name, label)

    def _grows(self, kind: str) -> tuple[str, ...]:
        if kind not in self._known:
            self._known[kind] = growth(self.flow, self.flow.kinds[kind])
        return self._known[kind]

    def _plus(self, ways: Sequence[Output]) -> FlowPlus:
        edges = tuple(self.flow.where(each) for each in ways)
        url, name = self.url(self.flow.place), edges[0].removeprefix(f"{self.flow.place}/")
        is_open = self.plus == name
        target = ways[0].to
        text = self.flow.desk.texts.t(
            "design.flow.plus", name=self.title(target) if target in self.flow.ways.nodes else "…"
        )
        return FlowPlus(
            f"plus-{name.replace('/', '-')}", f"{url}&plus={quote(name)}", text, edges, is_open,
            tuple(self._kinds(ways)) if is_open else (), tuple(self._targets(target)) if is_open else (),
        )  # fmt: skip

    def _kinds(self, ways: Sequence[Output]) -> Iterator[Item]:
        """Yield what may be put on a way; an end only where what stood there is still reached."""
        texts, target = self.flow.desk.texts, ways[0].to
        lasting = target not in self.flow.ways.nodes or len(list(self.flow.ways.into(target))) > len(ways)
        for name, kind in self.flow.kinds.items():
            if name in {"start", STAGE} or kind.gathers or (name == "end" and not lasting):
                continue
            label, note = texts.t(f"node.{name}.label"), texts.t(f"node.{name}.help")
            yield Item(name, label, icon=kind.icon, note=note)
        for key, label in self.flow.options().items():
            if key not in self.flow.ways.nodes:
                text = texts.t("design.flow.stage", name=label)
                yield Item(f"{STAGE}:{key}", text, icon=self.flow.kinds[STAGE].icon)

    def _targets(self, target: str) -> Iterator[Item]:
        skipped = {self.flow.ways.start, target}
        return (Item(key, self.title(key)) for key in self.flow.ways.nodes if key not in skipped)
