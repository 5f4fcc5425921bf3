"""Regular expressions without backtracking: time grows with text times pattern, whatever is typed."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from engines.expression.failures import VALUE, Failure

_MOST_STATES = 2_000
_MOST_STEPS = 2_000_000
_MOST_REPEATS = 200
Test = Callable[[str], bool]

_CLASSES: dict[str, Test] = {
    "d": lambda letter: "0" <= letter <= "9",
    "w": lambda letter: letter == "_" or letter.isalnum(),
    "s": str.isspace,
}
_CONTROL = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}


@dataclass(slots=True)
class _State:
    """``test`` consumes a letter; ``place`` asks where we stand; ``out`` are the next states."""

    test: Test | None = None
    place: str = ""
    out: tuple[int, ...] = ()


class _Reader:
    """Builds the states of a pattern from its end to its start."""

    def __init__(self, pattern: str) -> None:
        self.pattern, self.at = pattern, 0
        self.states: list[_State] = [_State()]

    def fail(self) -> Failure:
        return Failure(VALUE)

    def peek(self) -> str:
        return self.pattern[self.at] if self.at < len(self.pattern) else ""

    def take(self) -> str:
        letter = self.peek()
        if not letter:
            raise self.fail()
        self.at += 1
        return letter

    def add(self, state: _State) -> int:
        if len(self.states) >= _MOST_STATES:
            raise self.fail()
        self.states.append(state)
        return len(self.states) - 1

    def alternatives(self, depth: int = 0) -> "_Node":
        if depth > 50:
            raise self.fail()
        branches = [self._sequence(depth)]
        while self.peek() == "|":
            self.at += 1
            branches.append(self._sequence(depth))
        return (
            branches[0]
            if len(branches) == 1
            else lambda then: self.add(_State(out=tuple(branch(then) for branch in branches)))
        )

    def _sequence(self, depth: int) -> "_Node":
        nodes = []
        while self.peek() not in {"", "|", ")"}:
            nodes.append(self._repeated(self._atom(depth)))

        def build(then: int) -> int:
            for node in reversed(nodes):
                then = node(then)
            return then

        return build

    def _atom(self, depth: int) -> "_Node":
        letter = self.take()
        if letter == "(":
            if self.pattern.startswith("?:", self.at):
                self.at += 2
            inner = self.alternatives(depth + 1)
            if self.take() != ")":
                raise self.fail()
            return inner
        if letter in "*+?{":
            raise self.fail()
        if letter in "^$":
            return lambda then: self.add(_State(place=letter, out=(then,)))
        if letter == "\\" and self.peek() in {"b", "B"}:
            kind = self.take()
            return lambda then: self.add(_State(place=kind, out=(then,)))
        test = self._test(letter)
        return lambda then: self.add(_State(test=test, out=(then,)))

    def _test(self, letter: str) -> Test:
        if letter == ".":
            return lambda other: other != "\n"
        if letter == "[":
            return self._set()
        if letter == "\\":
            return self._escape(self.take())
        return lambda other: other == letter

    def _escape(self, letter: str) -> Test:
        if letter.lower() in _CLASSES:
            test = _CLASSES[letter.lower()]
            return test if letter.islower() else lambda other: not test(other)
        if letter.isalnum() and letter not in _CONTROL:
            raise self.fail()
        wanted = _CONTROL.get(letter, letter)
        return lambda other: other == wanted

    def _set(self) -> Test:
        negated = self.peek() == "^"
        self.at += negated
        tests: list[Test] = []
        while not tests or self.peek() != "]":
            tests.append(self._member())
        self.at += 1
        return lambda other: any(test(other) for test in tests) is not negated

    def _member(self) -> Test:
        low = self.take()
        if low == "\\":
            low = self.take()
            if low.lower() in _CLASSES:
                return self._escape(low)
            low = _CONTROL.get(low, low)
        if self.peek() != "-" or self.pattern[self.at + 1 : self.at + 2] in {"]", ""}:
            return lambda other: other == low
        self.at += 1
        high = self.take()
        high = self.take() if high == "\\" else high
        if high < low:
            raise self.fail()
        return lambda other: low <= other <= high

    def _repeated(self, node: "_Node") -> "_Node":
        low, high = 1, 1
        while (letter := self.peek()) and letter in "*+?{":
            if letter == "{":
                low, high = self._bounds()
            else:
                self.at += 1
                low, high = {"*": (0, -1), "+": (1, -1), "?": (0, 1)}[letter]
            if self.peek() == "?":
                self.at += 1
            node = self._times(node, low, high)
        return node

    def _bounds(self) -> tuple[int, int]:
        end = self.pattern.find("}", self.at)
        first, comma, second = self.pattern[self.at + 1 : max(end, 0)].partition(",")
        if not (first.isdigit() and (second.isdigit() or not second)) or len(first + second) > 6:
            raise self.fail()
        self.at = end + 1
        low, high = int(first), int(second) if second else -1 if comma else int(first)
        if max(low, high) > _MOST_REPEATS or 0 <= high < low:
            raise self.fail()
        return low, high

    def _times(self, node: "_Node", low: int, high: int) -> "_Node":
        def build(then: int) -> int:
            if high < 0:
                loop = self.add(_State())
                self.states[loop].out = (node(loop), then)
                then = loop
            for _ in range(high - low if high >= 0 else 0):
                then = self.add(_State(out=(node(then), then)))
            for _ in range(low):
                then = node(then)
            return then

        return build


_Node = Callable[[int], int]


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> tuple[list[_State], int]:
    reader = _Reader(pattern)
    node = reader.alternatives()
    if reader.peek():
        raise Failure(VALUE)
    return reader.states, node(0)


def regex_matches(pattern: str, text: str) -> bool:
    """Tell whether ``pattern`` matches anywhere in ``text``; #VALUE! for a bad pattern or too much work."""
    states, start = _compiled(pattern)
    current: set[int] = set()
    steps = 0
    for at in range(len(text) + 1):
        current = _reachable(states, current | {start}, text, at)
        if 0 in current:
            return True
        steps += len(current)
        if steps > _MOST_STEPS:
            raise Failure(VALUE)
        if at < len(text):
            letter = text[at]
            current = {
                out
                for index in current
                if (test := states[index].test) and test(letter)
                for out in states[index].out
            }
    return False


def _reachable(states: list[_State], start: set[int], text: str, at: int) -> set[int]:
    found: set[int] = set()
    waiting = list(start)
    while waiting:
        index = waiting.pop()
        if index in found:
            continue
        found.add(index)
        state = states[index]
        if state.test is None and (not state.place or _stands(state.place, text, at)):
            waiting.extend(state.out)
    return found


def _stands(place: str, text: str, at: int) -> bool:
    if place == "^":
        return at == 0
    if place == "$":
        return at == len(text)
    before = at > 0 and _CLASSES["w"](text[at - 1])
    after = at < len(text) and _CLASSES["w"](text[at])
    return (before != after) is (place == "b")
