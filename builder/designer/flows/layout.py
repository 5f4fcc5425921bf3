"""A graph laid out as lines of cards: branches side by side where they nest, a jump where they do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from builder.designer.flows.graph import Ways
from engines.flow.kinds import Output

_SHORT = 2  # a branch of so few cards that then ends stands beside the line that goes on


class Where(StrEnum):
    """What comes after the last card of a line."""

    end = "end"  # nothing
    merge = "merge"  # what stands below the branches
    back = "back"  # a card further up
    jump = "jump"  # a card elsewhere
    missing = "missing"  # a node that is not there


@dataclass(slots=True)
class Card:
    """A node. ``onto``: the ways to what stands below it, beneath its branches."""

    key: str
    branches: list[Line] = field(default_factory=list)
    chips: list[Output] = field(default_factory=list)
    onto: tuple[Output, ...] = ()


@dataclass(slots=True)
class Line:
    """Cards one below the other. ``way``: what leads to the first; ``to``: what the last leads to."""

    way: Output | None
    cards: list[Card] = field(default_factory=list)
    where: Where = Where.end
    to: str = ""


def laid_out(ways: Ways) -> tuple[Line, list[Line], list[Line]]:
    """Return the line from the start, those of stages that it does not meet, and what nothing leads to."""
    drawing = _Drawing(ways)
    first = drawing.line(None, ways.start, ()) if ways.start else Line(None)
    stages = [
        drawing.line(None, key, ()) for key in ways.nodes if ways.is_kind(key, "stage") and drawing.free(key)
    ]
    reached = ways.reached()
    rest = sorted(ways.nodes, key=lambda key: (key in reached, any(True for _ in ways.into(key))))
    return first, stages, [drawing.line(None, key, ()) for key in rest if drawing.free(key)]


@dataclass
class _Drawing:
    ways: Ways
    placed: set[str] = field(default_factory=set)

    def free(self, key: str) -> bool:
        return key not in self.placed

    def line(self, way: Output | None, key: str, stops: tuple[str, ...], came: str = "") -> Line:
        """Draw from a node on, until something that stands elsewhere.

        ``stops``: what stands below, inmost last.
        """
        line = Line(way)
        later: list[tuple[Card, Sequence[Output], tuple[str, ...]]] = []
        while True:
            line.to = key
            line.where = self._where(came, key, stops)
            if line.where is not Where.end:
                break
            self.placed.add(key)
            card = Card(key)
            line.cards.append(card)
            below, beside = self._divided(card, stops)
            later.append((card, beside, stops))
            if below is None:
                line.to = ""
                break
            came, key = card.key, below
        for card, beside, outer in later:
            inner = (*outer, card.onto[0].to) if card.onto else (*outer, "")
            card.branches = [self.line(each, each.to, inner, card.key) for each in beside]
            self._gather(card)
        return line

    def _where(self, came: str, key: str, stops: tuple[str, ...]) -> Where:
        """Tell whether a node is drawn here (``end``), or what is said instead."""
        if key not in self.ways.nodes:
            return Where.missing
        if stops and key == stops[-1]:
            return Where.merge
        if (came, key) in self.ways.back:
            return Where.back
        inside = bool(stops) and self.ways.is_kind(key, "stage")
        return Where.jump if key in self.placed or key in stops or inside else Where.end

    def _divided(self, card: Card, stops: tuple[str, ...]) -> tuple[str | None, Sequence[Output]]:
        """Return what stands below a card, and which ways stand side by side between the two."""
        out = self.ways.out(card.key)
        if self.ways.is_kind(card.key, "stage"):
            return self._stage(card, out)
        if len(out) < 2:
            card.onto = tuple(out)
            return (out[0].to if out else None), ()
        if out[0].name == "next":  # one way goes on, the others are for what seldom happens
            card.onto = (out[0],)
            return out[0].to, out[1:]
        below = self._common(card.key, stops) or self._lasting(card.key)
        if below is None:
            return None, out
        card.onto = (Output("", below, ()),)
        return below, out

    def _stage(self, card: Card, out: Sequence[Output]) -> tuple[str | None, Sequence[Output]]:
        """Return the stage that follows; ways to other stages are said on the card."""
        on = [each for each in self.ways.onward(card.key) if self.free(each.to)]
        main = next((each for each in on if self._primary(card.key, each)), on[0] if on else None)
        card.onto = () if main is None else (main,)
        rest = [each for each in out if each is not main]
        card.chips = [
            each for each in rest if each.to not in self.ways.nodes or self.ways.is_kind(each.to, "stage")
        ]
        return (None if main is None else main.to), [each for each in rest if each not in card.chips]

    def _primary(self, key: str, way: Output) -> bool:
        moves = getattr(self.ways.nodes[key].options, "moves", ())
        return any(each.key == way.name and each.primary for each in moves)

    def _common(self, key: str, stops: tuple[str, ...]) -> str | None:
        """Return where most of the ways out of a node come together first."""
        met: Counter[str] = Counter()
        for way in self.ways.onward(key):
            for each in self.ways.beyond(way.to):
                met[each] += 1
                if each in stops:
                    break
        most = max(met.values(), default=0)
        if most < 2:
            return None
        found = [each for each in self.ways.beyond(key) if met[each] == most]
        return found[0] if found else None

    def _lasting(self, key: str) -> str | None:
        """Return where the one way leads that goes on when all others soon end, or lead back."""
        lengths = {way.to: len(self.ways.beyond(way.to)) for way in self.ways.onward(key)}
        on = [to for to, length in lengths.items() if length > _SHORT or len(lengths) == 1]
        return on[0] if len(on) == 1 and not self.ways.nodes[key].kind.divides else None

    def _gather(self, card: Card) -> None:
        """Note every way that leads from the branches of a card to what stands below them."""
        if card.onto and not card.onto[0].at:
            below = card.onto[0].to
            divides = self.ways.nodes[card.key].kind.divides
            card.onto = () if divides else tuple(self._last(card.branches, below))

    def _last(self, lines: Sequence[Line], below: str) -> Iterator[Output]:
        for line in lines:
            if line.where is not Where.merge or line.to != below:
                continue
            if not line.cards:
                yield from (() if line.way is None else (line.way,))
            else:
                yield from line.cards[-1].onto
