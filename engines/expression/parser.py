"""Text to tree: a Pratt parser that says at which character it stopped understanding."""

import re
import unicodedata
from decimal import Decimal
from typing import NamedTuple

from engines.expression.decimals import fifteen_digits
from engines.expression.deps import joined
from engines.expression.errors import ExpressionError
from engines.expression.failures import BY_CODE
from engines.expression.tree import Array, Binary, Call, ListOf, Literal, Node, Ref, Unary, walk

MAX_LENGTH = 10_000
MAX_NODES = 1_000
MAX_DEPTH = 50

# A right-nested tree of the greatest depth, printed with all its brackets, needs two levels for one.
_MAX_NESTING = 2 * MAX_DEPTH + 2

TOKEN = re.compile(
    r"""\s*(?:
        (?P<text>"(?:[^"\0\ud800-\udfff]|"")*"|[“”][^“”\0\ud800-\udfff]*[“”])
      | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)
      | (?P<error>\#(?i:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!))
      | (?P<sign><>|<=|>=|[-=<>+*/^&%(){},;（）｛｝，；＝＜＞＋－＊／＾＆％≠≤≥])
      | (?P<end>\Z)
    )""",
    re.VERBOSE,
)
_SIGNS = {
    "（": "(", "）": ")", "，": ",", "＝": "=", "＜": "<", "＞": ">", "＋": "+", "－": "-", "＊": "*",
    "／": "/", "≠": "<>", "≤": "<=", "≥": ">=", "｛": "{", "｝": "}", "；": ";",
    "＾": "^", "＆": "&", "％": "%",
}  # fmt: skip
WORDS = {"AND", "OR", "NOT", "IN", "TRUE", "FALSE"}
_COMPARE = 4
BINDING = {
    "OR": 1, "AND": 2, "NOT": 3, "IN": _COMPARE, "=": _COMPARE, "<>": _COMPARE, "<": _COMPARE, "<=": _COMPARE,
    ">": _COMPARE, ">=": _COMPARE, "&": 5, "+": 6, "-": 6, "*": 7, "/": 7, "^": 8,
}  # fmt: skip
# Excel's minus binds closer than its power: -2^2 is 4.
NEGATIVE = 9
PERCENT = 10
_INFIX = BINDING | {"%": PERCENT}
_LARGEST_EXPONENT = 308


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


def parse(text: str) -> Node:
    """Return the tree of ``text``. Raises ExpressionError at the first character that does not fit."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError("expression.too_long", MAX_LENGTH + 1, limit=MAX_LENGTH)
    tokens = _tokens(text)
    parser = _Parser(tokens)
    node = parser.expression(0)
    parser.expect("end", "")
    if len(tokens) > MAX_DEPTH:
        _measure(node)
    return node


def _measure(node: Node) -> None:
    for count, (found, depth) in enumerate(walk(node), start=1):
        if count > MAX_NODES:
            raise ExpressionError("expression.too_large", found.at, limit=MAX_NODES)
        if depth > MAX_DEPTH:
            raise ExpressionError("expression.too_deep", found.at, limit=MAX_DEPTH)


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    position = 0
    while not tokens or tokens[-1].kind != "end":
        match = TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            start = position + len(text[position:]) - len(text[position:].lstrip())
            raise ExpressionError(_code_of(text[start]), start + 1, found=text[start])
        kind, found, at = match.lastgroup, match[match.lastgroup], match.start(match.lastgroup) + 1
        if kind == "name" and found.upper() in WORDS:
            kind, found = "word", found.upper()
        elif kind == "sign":
            found = _SIGNS.get(found, found)
        tokens.append(_Token(kind, found, at))
        position = match.end()
    return tokens


def token_end(text: str, start: int) -> int:
    """Return where the token ends that begins at ``start``, counted from 0."""
    match = TOKEN.match(text, start)
    return start if match is None else match.end()


def _code_of(letter: str) -> str:
    if letter in '"“”':
        return "expression.unclosed_text"
    return "expression.single_quotes" if letter in "'‘’" else "expression.unexpected"


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._index = 0
        self._nesting = 0

    @property
    def _next(self) -> _Token:
        return self._tokens[self._index]

    def _take(self) -> _Token:
        token = self._next
        self._index += 1
        return token

    def _accept(self, kind: str, text: str) -> bool:
        found = self._next.kind == kind and self._next.text == text
        self._index += found
        return found

    def expect(self, kind: str, text: str, opened: int | None = None) -> None:
        if self._accept(kind, text):
            return
        if opened is not None and self._next.kind == "end":
            raise ExpressionError("expression.unclosed", opened, found="(")
        raise self._unexpected(self._next)

    @staticmethod
    def _unexpected(token: _Token) -> ExpressionError:
        if token.kind == "end":
            return ExpressionError("expression.unfinished", token.at)
        return ExpressionError("expression.unexpected", token.at, found=token.text)

    def expression(self, binding: int) -> Node:
        self._nesting += 1
        if self._nesting > _MAX_NESTING:
            raise ExpressionError("expression.too_deep", self._next.at, limit=MAX_DEPTH)
        left = self._prefix(self._take())
        while self._infix_binding() > binding:
            left = self._infix(left, self._take())
        self._nesting -= 1
        return left

    def _infix_binding(self) -> int:
        token = self._next
        if token.kind not in {"sign", "word"}:
            return 0
        # An infix NOT can only be the start of NOT IN, which binds as IN does.
        return _COMPARE if token.text == "NOT" else _INFIX.get(token.text, 0)

    def _prefix(self, token: _Token) -> Node:  # noqa: C901, PLR0911 one case after the other
        match token.kind, token.text:
            case "number", _:
                return Literal(_number(token), token.at)
            case "error", _:
                return Literal(BY_CODE[token.text.upper()], token.at)
            case "text", _:
                return Literal(_string(token.text), token.at)
            case "word", "NOT":
                return Unary("NOT", self.expression(BINDING["NOT"] - 1), token.at)
            case ("word", "AND" | "OR" | "IN" | "TRUE" | "FALSE") | ("name", _) if (
                self._next.kind == "sign" and self._next.text == "("
            ):
                return self._call(token)
            case "word", "TRUE" | "FALSE":
                return Literal(token.text == "TRUE", token.at)
            case "name", _:
                return Ref(tuple(token.text.split(".")), token.at)
            case "sign", "-":
                if self._next.kind == "number":
                    return Literal(-_number(self._take()), token.at)
                return Unary("-", self.expression(NEGATIVE - 1), token.at)
            case "sign", "+":
                return self.expression(NEGATIVE - 1)
            case "sign", "{":
                return self._array(token)
            case "sign", "(":
                inner = self.expression(0)
                self.expect("sign", ")", opened=token.at)
                return inner
        raise self._unexpected(token)

    def _call(self, name: _Token) -> Node:
        args = self._items(blanks=True)
        if name.text in {"TRUE", "FALSE"} and not args:
            return Literal(name.text == "TRUE", name.at)
        if name.kind == "word" and (not args or name.text in {"TRUE", "FALSE"}):
            raise self._unexpected(self._tokens[self._index - 1])
        if name.text == "IN":
            return Binary("IN", args[0], ListOf(args[1:], name.at), name.at)
        if len(args) == 1:
            return Call(name.text.upper(), args, name.at)
        return joined(name.text.upper(), args, name.at)

    def _items(self, *, blanks: bool = False) -> tuple[Node, ...]:
        opened = self._next.at
        self.expect("sign", "(")
        if self._accept("sign", ")"):
            return ()
        items = [self._item(blanks=blanks)]
        while self._accept("sign", ","):
            items.append(self._item(blanks=blanks))
        self.expect("sign", ")", opened=opened)
        return tuple(items)

    def _item(self, *, blanks: bool) -> Node:
        token = self._next
        if blanks and token.kind == "sign" and token.text in {",", ")"}:
            return Literal(None, token.at)
        return self.expression(0)

    def _array(self, opened: _Token) -> Node:
        rows = [[self.expression(0)]]
        while True:
            if self._accept("sign", ","):
                rows[-1].append(self.expression(0))
            elif self._accept("sign", ";"):
                rows.append([self.expression(0)])
            else:
                break
        if self._next.kind == "end":
            raise ExpressionError("expression.unclosed", opened.at, found="{")
        if not self._accept("sign", "}") or len({len(row) for row in rows}) > 1:
            raise self._unexpected(self._tokens[self._index - 1] if len(rows) > 1 else self._next)
        return Array(tuple(map(tuple, rows)), opened.at)

    def _infix(self, left: Node, token: _Token) -> Node:
        if token.text == "NOT":
            self.expect("word", "IN")
            return Unary("NOT", self._membership(left, token), token.at)
        if token.text == "IN":
            return self._membership(left, token)
        if token.text == "%":
            return Unary("%", left, token.at)
        right = self.expression(BINDING[token.text])
        if token.kind == "word":
            return joined(token.text, (left, right), token.at)
        return Binary(token.text, left, right, token.at)

    def _membership(self, left: Node, token: _Token) -> Node:
        at = self._next.at
        return Binary("IN", left, ListOf(self._items(), at), token.at)


def _number(token: _Token) -> Decimal:
    text = token.text
    # A whole number may be a record id, which has more digits than a number may have.
    found = Decimal(text) if text.isdigit() else _scientific(text)
    if found is None or abs(found.adjusted()) > _LARGEST_EXPONENT:
        raise ExpressionError("expression.number_range", token.at, found=text[:20])
    return found


def _scientific(text: str) -> Decimal | None:
    exponent = text.lower().partition("e")[2]
    return fifteen_digits(text) if len(exponent.lstrip("+-")) <= 4 else None


def _string(token: str) -> str:
    inner = token[1:-1]
    return unicodedata.normalize("NFC", inner.replace('""', '"') if token[0] == '"' else inner)
